"""What phpBB 3.3 writes for the elements of a stored text where it differs from 3.2, by patch release."""

MARKUP = {
    "3.3.1": {
        "%cite": '<xsl:if test="@post_url"><xsl:attribute name="cite">{@post_url}</xsl:attribute></xsl:if>',
        "%date": '<span class="responsive-hide">{@date}</span>',
    },
    "3.3.2": {
        "EMAIL": (
            '<a><xsl:attribute name="href">mailto:{@email}<xsl:if test="@subject or @body">?</xsl:if>'
            '<xsl:if test="@subject">subject={@subject}</xsl:if><xsl:if test="@subject and @body">&amp;</xsl:if>'
            '<xsl:if test="@body">body={@body}</xsl:if></xsl:attribute><xsl:apply-templates/></a>'
        ),
    },
    "3.3.10": {
        "%emoji": "//cdn.jsdelivr.net/gh/twitter/twemoji@latest/assets/svg/",
        "%old emoji": "%emoji%{@seq}.svg",
    },
    "3.3.14": {
        "%arrow": '<i class="icon fa-arrow-circle-up fa-fw" aria-hidden="true"></i>',
        "%arrow label": ' aria-label="{L_VIEW_QUOTED_POST}"',
    },
}

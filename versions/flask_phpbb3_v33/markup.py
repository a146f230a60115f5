"""What phpBB 3.3 writes for the elements of a stored text where it differs from 3.2, by patch release."""

_MAIL = '<a href="mailto:{@email}%s"><xsl:apply-templates/></a>'

MARKUP = {
    "3.3.1": {
        "%cite": '<xsl:if test="@post_url"><xsl:attribute name="cite">{@post_url}</xsl:attribute></xsl:if>',
        "%date": '<span class="responsive-hide">{@date}</span>',
    },
    "3.3.2": {
        "EMAIL": (
            '<xsl:choose><xsl:when test="@subject"><xsl:choose>'
            f'<xsl:when test="@body">{_MAIL % "?subject={@subject}&amp;body={@body}"}</xsl:when>'
            f"<xsl:otherwise>{_MAIL % '?subject={@subject}'}</xsl:otherwise></xsl:choose></xsl:when>"
            f'<xsl:when test="@body">{_MAIL % "?body={@body}"}</xsl:when>'
            f"<xsl:otherwise>{_MAIL % ''}</xsl:otherwise></xsl:choose>"
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

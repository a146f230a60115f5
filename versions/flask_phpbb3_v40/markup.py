"""What phpBB 4.0 writes for the elements of a stored text where it differs from 3.3."""

_MENTIONED = (
    '<xsl:choose><xsl:when test="@profile_url"><a class="mention" href="{@profile_url}"><xsl:apply-templates/></a>'
    '</xsl:when><xsl:otherwise><span class="mention"><xsl:apply-templates/></span></xsl:otherwise></xsl:choose>'
)

MARKUP = {
    "4.0.0": {
        "%arrow": '<i class="icon fa-arrow-circle-up fa-fw fas" aria-hidden="true"></i>',
        "EMOJI": '<span class="emoji"><xsl:value-of select="."/></span>',
        "FLASH": "",
        "MENTION": (
            f'<xsl:choose><xsl:when test="$S_VIEWMENTIONS">@{_MENTIONED}</xsl:when>'
            "<xsl:otherwise><xsl:apply-templates/></xsl:otherwise></xsl:choose>"
        ),
    },
}

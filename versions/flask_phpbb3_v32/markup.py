"""What phpBB 3.2 writes for the elements of a stored text, by patch release.

Templates in the language of custom BBCodes: ``{@name}`` is an attribute, ``{L_NAME}`` a language string. A name
that starts with ``%`` is a piece of others, where it stands between two of these signs.
"""

_CHILDREN = "<xsl:apply-templates/>"


_QUOTE = (
    '<blockquote>%cite%<xsl:if test="not(@author)"><xsl:attribute name="class">uncited</xsl:attribute></xsl:if>'
    '<div><xsl:if test="@author"><cite><xsl:choose>'
    '<xsl:when test="@url"><a href="{@url}" class="postlink">{@author}</a></xsl:when>'
    '<xsl:when test="@profile_url"><a href="{@profile_url}">{@author}</a></xsl:when>'
    "<xsl:otherwise>{@author}</xsl:otherwise></xsl:choose> {L_WROTE}{L_COLON}"
    '<xsl:if test="@post_url"><xsl:text> </xsl:text><a href="{@post_url}"%arrow label% data-post-id="{@post_id}"'
    ' onclick="if(document.getElementById(hash.substr(1)))href=hash">%arrow%</a></xsl:if>'
    f'%message link%<xsl:if test="@date">%date%</xsl:if></cite></xsl:if>{_CHILDREN}</div></blockquote>'
)
_MESSAGE_LINK = (
    '<xsl:if test="@msg_url"><xsl:text> </xsl:text><a href="{@msg_url}"%arrow label% data-msg-id="{@msg_id}">'
    "%arrow%</a></xsl:if>"
)
_PICTURE = '<img alt="{.}" class="emoji smilies" draggable="false" src="%s"/>'
_EMOJI = (
    '<xsl:choose><xsl:when test="not($S_VIEWSMILIES)"><xsl:value-of select="."/></xsl:when>'
    f'<xsl:when test="@tseq">{_PICTURE % "%emoji%{@tseq}.svg"}</xsl:when>'
    f"<xsl:otherwise>{_PICTURE % '%old emoji%'}</xsl:otherwise></xsl:choose>"
)
_LINK = (
    '<xsl:if test="@msg_url"><xsl:text> </xsl:text><a href="{@msg_url}"%arrow label% data-msg-id="{@msg_id}">'
    "%arrow%</a></xsl:if>"
)
_EMOJI = (
    '<xsl:choose><xsl:when test="$S_VIEWSMILIES"><img alt="{.}" class="emoji smilies" draggable="false">'
    '<xsl:attribute name="src"><xsl:choose><xsl:when test="@tseq">%emoji%{@tseq}.svg</xsl:when>'
    "<xsl:otherwise>%old emoji%</xsl:otherwise></xsl:choose></xsl:attribute></img></xsl:when>"
    '<xsl:otherwise><xsl:value-of select="."/></xsl:otherwise></xsl:choose>'
)
_LINK = f'<a href="{{@url}}" class="postlink">{_CHILDREN}</a>'
_IMAGE = (
    '<xsl:choose><xsl:when test="$S_VIEWIMG"><img src="{@src}" class="postimage" alt="{L_IMAGE}"/></xsl:when>'
    f"<xsl:otherwise>{_CHILDREN}</xsl:otherwise></xsl:choose>"
)
_CODE = (
    '<div class="codebox"><p>{L_CODE}{L_COLON} <a href="#" onclick="selectCode(this); return false;">'
    f"{{L_SELECT_ALL_CODE}}</a></p><pre><code>{_CHILDREN}</code></pre></div>"
)
_LIST = (
    f'<xsl:choose><xsl:when test="not(@type)"><ul>{_CHILDREN}</ul></xsl:when>'
    "<xsl:when test=\"contains('upperlowerdecim', substring(@type, 1, 5))\">"
    f'<ol style="list-style-type:{{@type}}">{_CHILDREN}</ol></xsl:when>'
    f'<xsl:otherwise><ul style="list-style-type:{{@type}}">{_CHILDREN}</ul></xsl:otherwise></xsl:choose>'
)
_ATTACHMENT = (
    '<div class="inline-attachment"><xsl:choose><xsl:when test="@index">'
    '<xsl:comment> ia<xsl:value-of select="@index"/><xsl:text> </xsl:text></xsl:comment>{@filename}'
    '<xsl:comment> ia<xsl:value-of select="@index"/><xsl:text> </xsl:text></xsl:comment></xsl:when>'
    "<xsl:otherwise>{@filename}</xsl:otherwise></xsl:choose></div>"
)
# phpBB writes an object for a player that no browser has any more; a link leads to the same file.
_FLASH = (
    '<xsl:choose><xsl:when test="$S_VIEWFLASH"><a href="{@url}" class="postlink"><xsl:value-of select="."/></a>'
    f"</xsl:when><xsl:otherwise>{_CHILDREN}</xsl:otherwise></xsl:choose>"
)

MARKUP = {
    "3.2.0": {
        "%arrow": "↑",
        "%date": '<div class="responsive-hide">{@date}</div>',
        "%old emoji": "//cdn.jsdelivr.net/emojione/assets/svg/{@seq}.svg",
        "ATTACHMENT": _ATTACHMENT,
        "B": f"<strong>{_CHILDREN}</strong>",
        "B plain": f'<span style="font-weight:bold">{_CHILDREN}</span>',
        "CODE": _CODE,
        "COLOR": f'<span style="color:{{@color}}">{_CHILDREN}</span>',
        "E": '<img class="smilies" src="{@src}" width="{@width}" height="{@height}" alt="{.}" title="{@emotion}"/>',
        "EMAIL": f'<a href="mailto:{{@email}}">{_CHILDREN}</a>',
        "EMOJI": _EMOJI.replace("%emoji%{@tseq}.svg", "%old emoji%"),
        "FLASH": _FLASH,
        "I": f"<em>{_CHILDREN}</em>",
        "I plain": f'<span style="font-style:italic">{_CHILDREN}</span>',
        "IMG": _IMAGE,
        "LI": f"<li>{_CHILDREN}</li>",
        "LINK_TEXT": '<xsl:value-of select="@text"/>',
        "LIST": _LIST,
        "QUOTE": _QUOTE,
        "SIZE": f'<span style="font-size:{{@size}}%;line-height:116%">{_CHILDREN}</span>',
        "SIZE plain": f'<span style="font-size:{{substring(@size, 1, 4)}}%;line-height:normal">{_CHILDREN}</span>',
        "U": f'<span style="text-decoration:underline">{_CHILDREN}</span>',
        "URL": _LINK,
    },
    "3.2.1": {
        "B": f'<strong class="text-strong">{_CHILDREN}</strong>',
        "I": f'<em class="text-italics">{_CHILDREN}</em>',
    },
    "3.2.6": {
        "EMOJI": _EMOJI,
        "%emoji": "//twemoji.maxcdn.com/2/svg/",
        "%old emoji": "https://cdn.jsdelivr.net/gh/s9e/emoji-assets-twemoji@11.2/dist/svgz/{@seq}.svgz",
    },
    "3.2.9": {"%message link": _MESSAGE_LINK},
}

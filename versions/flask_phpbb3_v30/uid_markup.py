"""What phpBB writes for BBCodes of the bbcode-uid form, by the release that began to."""

UID_MARKUP = {
    "3.0.0": {
        "attachment": '<div class="inline-attachment">{TEXT}</div>',
        "b": '<span style="font-weight: bold">{TEXT}</span>',
        "code": '<dl class="codebox"><dt>{L_CODE}: <a href="#" onclick="selectCode(this); return false;">'
        "{L_SELECT_ALL_CODE}</a></dt><dd><code>{TEXT}</code></dd></dl>",
        "color": '<span style="color: {COLOR}">{TEXT}</span>',
        "email": '<a href="mailto:{EMAIL}">{TEXT}</a>',
        "i": '<span style="font-style: italic">{TEXT}</span>',
        "img": '<img src="{URL}" alt="{L_IMAGE}" />',
        "quote_close": "</div></blockquote>",
        "quote_open": '<blockquote class="uncited"><div>',
        "quote_username_open": "<blockquote><div><cite>{TEXT} {L_WROTE}:</cite>",
        "size": '<span style="font-size: {SIZE}%; line-height: 116%;">{TEXT}</span>',
        "size plain": '<span style="font-size: {SIZE}%; line-height: normal">{TEXT}</span>',
        "smiley": '<img src="{SRC}"{ATTRIBUTES} />',
        "u": '<span style="text-decoration: underline">{TEXT}</span>',
        "url": '<a href="{URL}" class="postlink">{TEXT}</a>',
    },
}

"""What phpBB 3.1 writes differently for BBCodes of the bbcode-uid form, by the release that began to."""

UID_MARKUP = {
    "3.1.0": {
        "b plain": '<span style="font-weight: bold">{TEXT}</span>',
        "code": '<div class="codebox"><p>{L_CODE}{L_COLON} <a href="#" onclick="selectCode(this); return false;">'
        "{L_SELECT_ALL_CODE}</a></p><code>{TEXT}</code></div>",
        "i plain": '<span style="font-style: italic">{TEXT}</span>',
        "img": '<img src="{URL}" class="postimage" alt="{L_IMAGE}" />',
        "quote_username_open": "<blockquote><div><cite>{TEXT} {L_WROTE}{L_COLON}</cite>",
        "smiley": '<img class="smilies" src="{SRC}"{ATTRIBUTES} />',
    },
    "3.1.11": {
        "b": '<strong class="text-strong">{TEXT}</strong>',
        "i": '<em class="text-italics">{TEXT}</em>',
    },
}

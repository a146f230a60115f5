"""What phpBB 3.2 writes differently for BBCodes of the bbcode-uid form, by the release that began to."""

UID_MARKUP = {
    "3.2.0": {
        "b": "<strong>{TEXT}</strong>",
        "code": '<div class="codebox"><p>{L_CODE}{L_COLON} <a href="#" onclick="selectCode(this); return false;">'
        "{L_SELECT_ALL_CODE}</a></p><pre><code>{TEXT}</code></pre></div>",
        "i": "<em>{TEXT}</em>",
    },
    "3.2.1": {
        "b": '<strong class="text-strong">{TEXT}</strong>',
        "i": '<em class="text-italics">{TEXT}</em>',
    },
}

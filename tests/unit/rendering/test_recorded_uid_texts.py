"""Texts of the bbcode-uid form that phpBB rendered: the same HTML, and every difference by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from flask_phpbb3.rendering.censor import Censor
from flask_phpbb3.rendering.legacy import UidTexts, bits_of
from flask_phpbb3.rendering.viewer import Reader

from ... import boards
from ...texts import CONTENT, Comparison, board_texts, is_xml, style_bits

Report = Callable[[str, Comparison], None]

STYLES = {"3.0.14": "lNg=", "3.1.12": "kNg="}
UID = "3k9dzqlm"

DIFFERENCES = {
    f"[b:{UID}]open only": '<strong class="text-strong">open only</strong>',
    f"open [/b:{UID}]": "open ",
    # phpBB from 3.3.2 on shows its own template here
    f"[email:{UID}]a@b&#46;example[/email:{UID}]": '<a href="mailto:a@b.example">a@b.example</a>',
    f"[email=a@b&#46;example:{UID}]A[/email:{UID}]": '<a href="mailto:a@b.example">A</a>',
    f"[flash=10,20:{UID}]http&#58;//a&#46;example/x&#46;swf[/flash:{UID}]": (
        '<a href="http://a.example/x.swf" class="postlink">[ flash ]</a>'
    ),
    "<b>raw</b>": "&lt;b&gt;raw&lt;/b&gt;",
}
"""What we show where phpBB trusts what is stored, or leaves tags open."""


def board(version: str) -> tuple[UidTexts, Reader]:
    texts = board_texts(version)
    return UidTexts(texts, Censor(texts.censored)), Reader(style_bits=style_bits(STYLES.get(version, "//g=")))


def compare(found: Comparison, stored: str, theirs: str, ours: str) -> None:
    """Compare to the letter."""
    if ours == theirs:
        found.equal += 1
    elif ours != DIFFERENCES.get(stored):
        found.different.append((stored, theirs, ours))


@pytest.mark.parametrize("recording", ["all bits", "no bits"])
def test_recorded_texts(recording: str, report: Report) -> None:
    recorded = {
        "all bits": lambda: boards.load("3.3.10", "render-legacy.json.gz")["texts"],
        "no bits": lambda: boards.load(CONTENT, "render-legacy-nobits.json.gz"),
    }[recording]()
    (texts, reader), found = board("3.3.10"), Comparison()
    for record in recorded:
        if record.get("bits") == recording:
            ours = texts.html(record["stored"], record["uid"], record["bitfield"], record["flags"], reader)
            compare(found, record["stored"], record["html"], ours)
    assert found.equal == {"all bits": 193, "no bits": 99}[recording]
    report(f"bbcode-uid form, {recording}", found)


@pytest.mark.parametrize(
    ("version", "database"), [source for source in boards.RECORDED if source[0] in ("3.0.14", "3.1.12")]
)
def test_boards_of_that_time(version: str, database: str, report: Report) -> None:
    golden, (texts, reader), found = boards.golden(version, database), board(version), Comparison()
    uncensored = Reader(style_bits=reader.style_bits, censor=False)

    def hold(row: Mapping[str, Any], prefix: str = "") -> None:
        stored, uid, bitfield, flags = (row[prefix + name] for name in ("text", "uid", "bitfield", "flags"))
        compare(found, stored, row[prefix + "html"], texts.html(stored, uid, bitfield, flags, reader))
        if row.get("html_nocensor") is not None:
            compare(found, stored, row["html_nocensor"], texts.html(stored, uid, bitfield, flags, uncensored))

    for kind in ("posts", "signatures", "forum_desc"):
        for row in golden[kind].values():
            hold(row)
    for row in golden["groups"].values():
        hold(row, "desc_")
    assert found.equal == {"3.0.14": 73, "3.1.12": 116}[version]
    report(f"bbcode-uid form, {version} on {database}", found)


@pytest.mark.parametrize("database", boards.DATABASES)
def test_old_texts_on_a_new_board(database: str, report: Report) -> None:
    golden, (texts, reader), found = boards.golden("3.3.10", database), board("3.3.10"), Comparison()
    rows = [
        (post["text"], post["bbcode_uid"], post["bbcode_bitfield"], post["html_viewtopic"])
        for post in golden["posts"].values()
    ]
    rows += [
        (row["text"], row["uid"], row["bitfield"], row["html_viewtopic"])
        for row in golden["signatures"].values()
    ]
    for stored, uid, bitfield, html in rows:
        if not is_xml(stored):
            compare(found, stored, html, texts.html(stored, uid, bitfield, 7, reader))
    assert found.equal == 8
    report(f"bbcode-uid form, 3.3.10 on {database}", found)


def test_what_is_no_xml_is_shown_as_text_where_phpbb_prints_what_is_stored() -> None:
    texts, reader = board("3.3.10")
    odd = [row["stored"] for row in boards.load(CONTENT, "render-odd.json.gz") if not is_xml(row["stored"])]
    assert odd
    for stored in odd:
        assert texts.html(stored, "", "", 7, reader) == stored.replace("<", "&lt;").replace(">", "&gt;")


def test_bits_of_a_bitfield() -> None:
    for record in boards.load("3.3.10", "render-legacy.json.gz")["bitfields"]:
        assert [*bits_of(record["base64"])] == record["get_all_set"]

"""Texts that phpBB rendered, in the XML form: the same HTML, and every difference by name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flask_phpbb3.phpbb.stored_texts import StoredText
from flask_phpbb3.rendering.renderer import Renderer
from flask_phpbb3.rendering.viewer import Reader

from ... import boards
from ...texts import CONTENT, Comparison, board_texts, is_xml, recorded_corpus, recorded_reader

Report = Callable[[str, Comparison], None]


@pytest.mark.parametrize(
    ("recorded", "release"),
    [("3.3.10", "3.3.10"), ("3.3.16-RC1", "3.3.16-RC1"), ("3.2.11-templates", "3.2.11")],
)
def test_the_corpus_by_release(recorded: str, release: str, report: Report) -> None:
    renderer, found = Renderer(board_texts(release=release)), Comparison()
    for stored, html in recorded_corpus(recorded):
        # one input was recorded twice, and only one of them again with the templates of 3.2
        if is_xml(stored) and not (release == "3.2.11" and "twemoji@latest" in html):
            found.add(stored, html, renderer.html(StoredText(stored), Reader()))
    report(f"corpus of {recorded}", found)


def test_the_corpus_of_4(report: Report) -> None:
    renderer, found = Renderer(board_texts("4.0.0-a1", release="4.0.0-a2-dev")), Comparison()
    recorded = boards.load("content/4.0.0-a2-dev", "render-corpus.json.gz")
    for record in [*recorded["extra"], *recorded["corpus"]]:
        if is_xml(record["stored"]):
            found.add(record["stored"], record["html"], renderer.html(StoredText(record["stored"]), Reader()))
    report("corpus of 4.0.0-a2", found)


@pytest.mark.parametrize("unsafe", [True, False])
def test_custom_bbcodes(unsafe: bool, report: Report) -> None:
    recorded = boards.load(CONTENT, "render-custom.json.gz")
    bbcodes = [*boards.table("3.3.10", "bbcodes"), *recorded["bbcodes"]]
    renderer = Renderer(
        board_texts(bbcodes=bbcodes, unsafe_templates=unsafe, address="http://board.example/")
    )
    readers = {
        "guest": Reader(censor=False),
        "member": Reader(censor=False, signed_in=True, is_registered=True),
        "bot": Reader(censor=False, signed_in=True, is_bot=True),
    }
    found = Comparison()
    for record in recorded["cases"]:
        for name, reader in readers.items():
            # without the setting, scripts and event handlers are left out: [marq] and [js]
            if unsafe or not record["stored"].startswith(("<r><MARQ ", "<r><JS>")):
                found.add(
                    record["stored"],
                    record[f"html_{name}"],
                    renderer.html(StoredText(record["stored"]), reader),
                )
    report(f"custom BBCodes{' with scripts' if unsafe else ''}", found)


def test_definitions_that_phpbb_refuses_are_refused() -> None:
    recorded = boards.load(CONTENT, "render-custom.json.gz")
    renderer = Renderer(board_texts(bbcodes=recorded["bbcodes"]))
    refused = {definition.tag for definition in renderer.programs.definitions() if definition.refusal}
    # the third one is [spoiler] closed by [/spoiler2]
    assert refused == {"bad", "undef", "spoiler"}


ODD_DIFFERENCES = {
    'post_id="x&quot;y"': "<blockquote><div><cite>A wrote:</cite>t</div></blockquote>",
    '<QUOTE author="A" url="javascript:': "<blockquote><div><cite>A wrote:</cite>t</div></blockquote>",
    'user_id="1&amp;x=2"': "<blockquote><div><cite>&lt;b&gt;x&lt;/b&gt; wrote:</cite>t</div></blockquote>",
    '<URL url="javascript:': "x",
    '<URL url="&quot; onmouseover': "x",
    '<IMG src="javascript:': "x",
    'color="red;background': "x",
    'size="abc"': "x",
    'type="evil;x"': "<ul><li>a</li></ul>",
    '<EMOJI seq="&quot;x">': None,
    'index="--&gt;': '<div class="inline-attachment">x</div>',
    "</t>trailing": "&lt;t&gt;x&lt;/t&gt;trailing",
    "<r>x": "&lt;r&gt;x",
    "<r><B>x</r>": "&lt;r&gt;&lt;B&gt;x&lt;/r&gt;",
    "<t>a<b>c": "ac",
    "<!-- comment": "&lt;r&gt;a&lt;!-- comment --&gt;b&lt;/r&gt;",
    "<![CDATA[": "&lt;r&gt;a&lt;![CDATA[&lt;x&gt;]]&gt;b&lt;/r&gt;",
    "&euro;": "A A € \N{NO-BREAK SPACE}",
    '<YOUTUBE content="&quot;&gt;': '<span class="hl" style="background-color:red">x</span>x',
}
"""What a stored text that differs holds → what we show instead; None is told by another test."""


def test_odd_texts_differ_where_phpbb_trusts_its_storage(report: Report) -> None:
    renderer, found = Renderer(board_texts()), Comparison()
    for record in boards.load(CONTENT, "render-odd.json.gz"):
        if not is_xml(record["stored"]):
            continue
        ours = renderer.html(StoredText(record["stored"]), Reader())
        named = next((mark for mark in ODD_DIFFERENCES if _marks(mark, record["stored"])), None)
        if named is None:
            found.add(record["stored"], record["html"], ours)
        elif ODD_DIFFERENCES[named] is not None:
            assert ours == ODD_DIFFERENCES[named]
    report("odd texts", found)


def _marks(mark: str, stored: str) -> bool:
    return mark == stored if mark.startswith("<r>") else mark in stored


@pytest.mark.parametrize(
    ("version", "database"), [source for source in boards.RECORDED if source[0] in ("3.2.11", "4.0.0-a1")]
)
def test_boards(version: str, database: str, report: Report) -> None:
    golden, renderer, found = boards.golden(version, database), Renderer(board_texts(version)), Comparison()
    rows = [
        (row["text"], row["html"], True) for kind in ("posts", "signatures") for row in golden[kind].values()
    ]
    rows += [(row["text"], row["html_nocensor"], False) for row in golden["posts"].values()]
    rows += [(row["text"], row["html"], True) for row in golden["forum_desc"].values()]
    rows += [(row["desc_text"], row["desc_html"], True) for row in golden["groups"].values()]
    for stored, html, censored in rows:
        if is_xml(stored):
            found.add(stored, html, renderer.html(StoredText(stored), Reader(censor=censored)))
    report(f"{version} on {database}", found)


@pytest.mark.parametrize("database", boards.DATABASES)
def test_the_board_of_3_3(database: str, report: Report) -> None:
    golden, renderer, found = boards.golden("3.3.10", database), Renderer(board_texts()), Comparison()
    for kind in ("posts", "signatures"):  # phpBB censored none of them: they were its first after a restart
        for row in golden[kind].values():
            if is_xml(row["text"]):
                shown = renderer.html(StoredText(row["text"]), Reader(censor=False))
                found.add(row["text"], row["html_viewtopic"], shown)
    forums = {str(row["forum_id"]): row for row in boards.table("3.3.10", "forums")}
    for forum, texts in golden["forum_texts"].items():
        for field in ("desc", "rules"):
            stored = str(forums[forum][f"forum_{field}"])
            if is_xml(stored):
                found.add(stored, texts[field], renderer.html(StoredText(stored), Reader()))
    report(f"3.3.10 on {database}, uncensored", found)


@pytest.mark.parametrize("viewer", ["guest", "alice"])
def test_censored_posts(viewer: str, report: Report) -> None:
    recorded = boards.load(CONTENT, f"posts-censored-{viewer}.json.gz")
    reader = recorded_reader(recorded, {}, "D M d, Y g:i a")
    golden, renderer, found = boards.golden("3.3.10", "postgresql"), Renderer(board_texts()), Comparison()
    messages = {number: row["row"]["message_text"] for number, row in golden["pms"].items()}
    texts = {
        "posts": {number: row["text"] for number, row in golden["posts"].items()},
        "signatures": {number: row["text"] for number, row in golden["signatures"].items()},
        "pms": messages,
    }
    for kind, stored_texts in texts.items():
        for number, html in recorded[kind].items():
            stored = stored_texts[number]
            if is_xml(stored):
                found.add(stored, html, renderer.html(StoredText(stored), reader))
    report(f"censored posts, signatures and messages as {viewer} sees them", found)

"""The Content Security Policy of docs/rendering.md, in a real browser, and what it is for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from flask_phpbb3 import PhpBB3
from flask_phpbb3.testing import EmbeddedBoard

from ..servers import HOST
from ..texts import HISTORIES, UID_HISTORIES
from .blocks import DOCS, blocks
from .browser import in_the_browser, policy

PAGE = DOCS / "rendering.md"
FORUM = "https://forum.example.org"

TEXTS = [
    '<r><COLOR color="#00ff00"><s>[color=#00ff00]</s>green<e>[/color]</e></COLOR></r>',
    '<r><SIZE size="200"><s>[size=200]</s>large<e>[/size]</e></SIZE> <U><s>[u]</s>under<e>[/u]</e></U></r>',
    '<r><LIST type="upper-roman"><s>[list=I]</s><LI><s>[*]</s>one</LI><e>[/list]</e></LIST></r>',
    "<r><B><s>[b]</s>bold<e>[/b]</e></B> <I><s>[i]</s>slanted<e>[/i]</e></I></r>",
    '<r><IMG src="https://pictures.example.net/a.png"><s>[img]</s>https://pictures.example.net/a.png<e>[/img]</e></IMG></r>',
    '<r><E>:)</E> <EMOJI seq="1f600" tseq="1f600">😀</EMOJI></r>',
]
HANDLED = [
    "<r><CODE><s>[code]</s>x = 1<e>[/code]</e></CODE></r>",
    '<r><QUOTE author="alice" post_id="1" post_url="https://forum.example.org/viewtopic.php?p=1#p1" time="1">'
    "<s>[quote=alice]</s>said<e>[/quote]</e></QUOTE></r>",
]
"""Texts whose markup has event handlers."""


@pytest.fixture
def phpbb3(tmp_path: Path) -> Iterator[PhpBB3]:
    with closing(EmbeddedBoard(tmp_path / "forum.db")) as board:
        board.add_smiley(":)", "Smile", "smile.gif")
        yield bound(board.settings)


def bound(settings: dict[str, Any], **more: Any) -> Any:
    app = Flask("site")
    app.config.update(settings, PHPBB3_BOARD_URL=FORUM, **more)
    PhpBB3(app)
    return app.extensions["phpbb3"]


def rendered(phpbb3: Any, texts: list[str]) -> str:
    return "\n".join(f"<div>{phpbb3.render({'post_text': text}, user_id=2)}</div>" for text in texts)


def test_the_policy_is_enough(phpbb3: Any, tmp_path: Path) -> None:
    html = rendered(phpbb3, TEXTS)
    assert html.count("<img") == 3
    found = in_the_browser(html, policy(), tmp_path)
    assert found == {"broken": [], "colour": "rgb(0, 255, 0)"}


@pytest.mark.parametrize("left_out", ["style-src-attr", "img-src"])
def test_and_no_part_of_it_is_too_much(phpbb3: Any, tmp_path: Path, left_out: str) -> None:
    less = re.sub(rf"{left_out} [^;]+;", "", policy())
    found = in_the_browser(rendered(phpbb3, TEXTS), less, tmp_path)
    assert set(found["broken"]) == {left_out}
    assert (found["colour"] == "rgb(0, 255, 0)") is (left_out == "img-src")


def test_handlers_are_inert_and_can_be_left_out(tmp_path: Path) -> None:
    [block] = [b for b in blocks(PAGE) if b.language == "python" and '"CODE": ' in b.body]
    with closing(EmbeddedBoard(tmp_path / "forum.db")) as board:
        usual = bound(board.settings)
        app = Flask("markup")
        exec(block.body, {"app": app})
        without = bound(board.settings, PHPBB3_MARKUP=app.config["PHPBB3_MARKUP"])
        for phpbb3, broken in ((usual, {"script-src-attr"}), (without, set())):
            html = rendered(phpbb3, HANDLED)
            found = in_the_browser(html, policy(), tmp_path)
            assert set(found["broken"]) == broken
            assert "x = 1" in html
            assert "said" in html


def test_every_property_of_a_style_is_told() -> None:
    text = PAGE.read_text("utf-8").partition("## Under a Content Security Policy")[2].partition("\n## ")[0]
    markup = [
        template
        for history in (*HISTORIES, *UID_HISTORIES)
        for part in history.values()
        for template in part.values()
    ]
    written = {
        declaration.partition(":")[0].strip()
        for template in markup
        for style in re.findall(r'style="([^"]*)"', str(template))
        for declaration in style.split(";")
        if declaration.strip()
    }
    assert len(written) > 5
    assert {name for name in written if f"`{name}`" not in text} == set()


def test_the_demo_sends_no_more() -> None:
    """The page says that the demo sends such a policy."""
    from flask_phpbb3.demo.factory import create_app

    app = create_app()
    answer = app.test_client().get("/", base_url=f"http://{HOST}")
    app.extensions["phpbb3"].driver.close()
    sent = dict(
        part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";")
    )
    assert sent["style-src-attr"] == "'unsafe-inline'"
    assert "script-src" not in sent

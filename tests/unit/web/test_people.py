"""Names and pictures in templates."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, render_template_string

from flask_phpbb3 import PhpBB3
from flask_phpbb3.web.people import avatar, user_link


@pytest.mark.parametrize(
    ("user", "html"),
    [
        ({"username": "R&D", "url": "", "user_colour": ""}, '<span class="username">R&amp;D</span>'),
        (
            {"username": "<b>", "url": "/u?a=1&b=2", "user_colour": "AA0000"},
            '<a href="/u?a=1&amp;b=2" class="username-coloured" style="color: #AA0000">&lt;b&gt;</a>',
        ),
        ({"username": "x", "user_colour": "red;background:url(//evil)"}, '<span class="username">x</span>'),
        ({}, '<span class="username"></span>'),
    ],
)
def test_names(user: dict[str, Any], html: str) -> None:
    assert user_link(user) == html


def test_pictures() -> None:
    row = {"avatar_url": 'https://x/"a".png', "avatar_width": 5, "avatar_height": 6}
    assert avatar(row) == (
        '<img class="avatar" src="https://x/&#34;a&#34;.png" width="5" height="6" alt="" loading="lazy">'
    )
    assert 'alt="of &lt;me&gt;"' in avatar(row, "of <me>")
    assert "width" not in avatar({"avatar_url": "/a.png", "avatar_width": 0, "avatar_height": 0})
    assert avatar({"avatar_url": ""}) == avatar({}) == ""


def test_templates_have_them(tmp_path: Any) -> None:
    app = Flask("people")
    app.config.update(PHPBB3={"DRIVER": "sqlite3"}, PHPBB3_DATABASE={"DATABASE": str(tmp_path / "none.db")})
    PhpBB3(app)
    with app.test_request_context():
        page = "{{ phpbb3_avatar(u, u.username) }}{{ phpbb3_user_link(u) }}"
        assert render_template_string(page, u={"username": "x", "avatar_url": "/a.png"}) == (
            '<img class="avatar" src="/a.png" alt="x" loading="lazy"><span class="username">x</span>'
        )

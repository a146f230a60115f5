"""``phpbb3.render`` and what goes with it, on a small board, for the visitor of a request and others."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import render_template_string
from markupsafe import Markup

from flask_phpbb3 import ConfigurationError, ParameterError
from flask_phpbb3.testing import EmbeddedBoard, login_as

from ...apps import board_of, close, make_app
from ...command_line import diagnose, factory

HIDE = (
    '<xsl:choose><xsl:when test="$S_USER_LOGGED_IN and not($S_IS_BOT)">{TEXT}</xsl:when>'
    "<xsl:otherwise>{L_LOGIN}</xsl:otherwise></xsl:choose>"
)
POST = {
    "post_text": "<r>a <HIDE>secret</HIDE> badword <E>:)</E></r>",
    "bbcode_uid": "",
    "bbcode_bitfield": "",
}


@pytest.fixture
def board(tmp_path: Path) -> Iterator[EmbeddedBoard]:
    with closing(EmbeddedBoard(tmp_path / "forum.db", version="3.3.10")) as made:
        made.insert(
            "bbcodes", bbcode_id=13, bbcode_tag="hide", bbcode_match="[hide]{TEXT}[/hide]", bbcode_tpl=HIDE
        )
        made.insert("words", word_id=1, word="badword", replacement="good &amp; word")
        made.insert(
            "smilies",
            smiley_id=1,
            code=":)",
            emotion="Smile",
            smiley_url="s.gif",
            smiley_width=1,
            smiley_height=2,
        )
        made.add_user("alice")
        made.add_user("plain", user_options=230271 & ~4)
        yield made


@pytest.fixture
def app(board: EmbeddedBoard) -> Iterator[Any]:
    made = make_app(
        "sqlite3", {"DATABASE": str(board.path)}, board_url="https://forum.example", board_ttl=3600
    )
    yield made
    close(made)


def execute(board: EmbeddedBoard, sql: str) -> None:
    with closing(sqlite3.connect(board.path)) as connection:
        connection.execute(sql)
        connection.commit()


def smiley(base: str) -> str:
    return (
        f'<img class="smilies" src="{base}images/smilies/s.gif" width="1" height="2" alt=":)" title="Smile">'
    )


def test_outside_a_request_the_guest_reads(app: Any) -> None:
    html = board_of(app).render(POST)
    assert isinstance(html, Markup)
    assert html == f"a Login good &amp; word {smiley('https://forum.example/')}"
    assert board_of(app).plain_text(POST) == "a Login good & word :)"
    assert board_of(app).plain_text(POST, length=8) == "a Login…"


def test_the_visitor_of_the_request_reads(app: Any, board: EmbeddedBoard) -> None:
    app.add_url_rule(
        "/", "home", lambda: render_template_string("{{ post | phpbb3_render(board_url='./') }}", post=POST)
    )
    client = app.test_client()
    assert client.get("/").text == f"a Login good &amp; word {smiley('./')}"
    login_as(client, "alice")
    assert client.get("/").text == f"a secret good &amp; word {smiley('./')}"


def test_requests_inside_one_application_context_do_not_share_their_readers(app: Any) -> None:
    app.add_url_rule("/", "home", lambda: board_of(app).render(POST, board_url="./"))
    guest, alice = app.test_client(), app.test_client()
    login_as(alice, "alice")
    with app.app_context():
        assert "secret" in alice.get("/").text
        assert "secret" not in guest.get("/").text
        assert "secret" in alice.get("/").text


def test_another_user_reads_asked_for_once_in_a_request(app: Any, board: EmbeddedBoard) -> None:
    phpbb3 = board_of(app)
    users = {row["username"]: row["user_id"] for row in _users(board)}
    assert phpbb3.render(POST, user_id=users["plain"]) == "a secret good &amp; word :)"
    with app.test_request_context():
        first = phpbb3.reader(user_id=users["plain"])
        execute(board, "UPDATE phpbb_users SET user_options = 230271")
        assert phpbb3.reader(user_id=users["plain"]) == first
    assert phpbb3.reader(user_id=users["plain"]).smilies


def _users(board: EmbeddedBoard) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(board.path)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute("SELECT user_id, username FROM phpbb_users")]


def test_a_user_who_does_not_exist_reads_as_the_guest(app: Any) -> None:
    reader = board_of(app).reader(user_id=999_999)
    assert (reader.signed_in, reader.is_registered, reader.censor) == (False, False, True)


def test_titles_are_plain_text(app: Any) -> None:
    assert board_of(app).censor("badword & <more>") == "good & word & <more>"


def test_templates_have_filters(app: Any) -> None:
    source = "{{ p | phpbb3_plain_text(length=8) }}|{{ 'badword <' | phpbb3_censor }}|"
    source += "{{ u | phpbb3_render('user_sig') }}"
    with app.test_request_context():
        text = render_template_string(source, p=POST, u={"user_sig": "<t>a &amp; b</t>"})
    assert text == "a Login…|good &amp; word &lt;|a &amp; b"


@pytest.mark.parametrize(
    ("field", "columns"),
    [
        ("post_text", {"bbcode_uid": "u", "bbcode_bitfield": "QA=="}),
        ("message_text", {"bbcode_uid": "u", "bbcode_bitfield": "QA=="}),
        ("poll_title", {"bbcode_uid": "u", "bbcode_bitfield": "QA=="}),
        ("user_sig", {"user_sig_bbcode_uid": "u", "user_sig_bbcode_bitfield": "QA=="}),
        ("forum_desc", {"forum_desc_uid": "u", "forum_desc_bitfield": "QA==", "forum_desc_options": 7}),
        ("forum_rules", {"forum_rules_uid": "u", "forum_rules_bitfield": "QA==", "forum_rules_options": 7}),
        ("group_desc", {"group_desc_uid": "u", "group_desc_bitfield": "QA==", "group_desc_options": 7}),
    ],
)
def test_what_belongs_to_an_old_text_is_found_by_name(app: Any, field: str, columns: dict[str, Any]) -> None:
    row = {field: "[b:u]x[/b:u]", **columns}
    assert board_of(app).render(row, field) == '<strong class="text-strong">x</strong>'
    assert board_of(app).render({field: row[field]}, field, uid="u", bitfield="QA==", options=1) == (
        '<strong class="text-strong">x</strong>'
    )


def test_nothing_stored_is_nothing(app: Any) -> None:
    assert board_of(app).render({"post_text": None}) == ""
    assert board_of(app).plain_text({"post_text": ""}) == ""


def test_arguments_are_checked(app: Any) -> None:
    phpbb3 = board_of(app)
    with pytest.raises(ParameterError, match="no column 'user_sig'; it has post_text"):
        phpbb3.render(POST, "user_sig")
    with pytest.raises(ParameterError, match="mapping"):
        phpbb3.render("<r>x</r>")  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="user_id"):
        phpbb3.render(POST, user_id="2")  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="release"):
        phpbb3.render(POST, release="new")
    with pytest.raises(ParameterError, match="length"):
        phpbb3.plain_text(POST, length=-1)
    with pytest.raises(ParameterError, match="title"):
        phpbb3.censor(None)  # type: ignore[arg-type]


def test_another_release_can_be_asked_for(app: Any) -> None:
    bold = {"post_text": "<r><B>a</B></r>"}
    assert board_of(app).render(bold) == '<strong class="text-strong">a</strong>'
    assert board_of(app).render(bold, release="3.2.0") == "<strong>a</strong>"
    assert board_of(app).renderer("3.2.0") is board_of(app).renderer("3.2.0")


def test_words_of_a_language(board: EmbeddedBoard) -> None:
    words = {"fr": {"LOGIN": "Connexion"}, "LOGIN": "Sign in"}
    app = make_app("sqlite3", {"DATABASE": str(board.path)}, words=words, board_url="https://f.example")
    phpbb3 = board_of(app)
    assert phpbb3.render(POST, board_url="./").startswith("a Sign in ")
    assert phpbb3.render(POST, words={"LOGIN": "Anmelden"}).startswith("a Anmelden ")
    execute(board, "UPDATE phpbb_users SET user_lang = 'fr'")
    close(app)
    app = make_app("sqlite3", {"DATABASE": str(board.path)}, words=words, board_url="https://f.example")
    assert board_of(app).render(POST).startswith("a Connexion ")
    close(app)


def test_changes_of_the_board_are_seen(board: EmbeddedBoard) -> None:
    app = make_app("sqlite3", {"DATABASE": str(board.path)}, board_ttl=0, board_url="https://f.example")
    phpbb3 = board_of(app)
    first = phpbb3.renderer()
    assert phpbb3.renderer() is first  # read again, but the same: nothing is compiled anew
    execute(board, "UPDATE phpbb_words SET replacement = 'other'")
    assert "other" in phpbb3.render(POST)
    execute(board, "UPDATE phpbb_config SET config_value = '3.3.14' WHERE config_name = 'version'")
    assert phpbb3.renderer().texts.release == "3.3.14"
    close(app)


@pytest.mark.parametrize(
    "settings",
    [
        {"words": "fr"},
        {"words": {"fr": {"WROTE": 1}}},
        {"words": {"AGO": []}},
        {"markup": {"B": 1}},
        {"markup": {"B": "<xsl:for-each/>"}},
        {"markup": []},
        {"hidden_bbcodes": ["a b"]},
        {"hidden_bbcodes": "hide"},
        {"unsafe_templates": "yes"},
    ],
)
def test_wrong_settings_are_told_at_the_start(tmp_path: Path, settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=f"PHPBB3_{next(iter(settings)).upper()}"):
        make_app("sqlite3", {"DATABASE": str(tmp_path / "none.db")}, **settings)


def test_doctor_lists_bbcodes_that_are_shown_otherwise(board: EmbeddedBoard) -> None:
    for number, (tag, template) in enumerate(
        [
            ("hidden", "<b>{TEXT}</b>"),
            ("staff", '<xsl:if test="$S_IS_STAFF">{TEXT}</xsl:if>'),
            ("bad", "{TEXT9}"),
        ],
        14,
    ):
        usage = f"[{tag}]{{TEXT}}[/{tag}]"
        board.insert("bbcodes", bbcode_id=number, bbcode_tag=tag, bbcode_match=usage, bbcode_tpl=template)
    config = {
        "PHPBB3": {"DRIVER": "sqlite3", "VERSION": "auto"},
        "PHPBB3_DATABASE": {"DATABASE": str(board.path)},
    }
    found = " ".join(diagnose(factory(config)).output.split())
    assert "[hidden]: named in PHPBB3_HIDDEN_BBCODES" in found
    assert "[staff]: the template asks for what is not known here" in found
    assert "[bad] (Token {TEXT9} is ambiguous or undefined)" in found
    assert "The board has 4 of its own. By who reads: [hide]." in found

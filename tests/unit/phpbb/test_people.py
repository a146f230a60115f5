"""Names, ranks, avatars, profile fields and birthdays."""

from __future__ import annotations

import datetime
import html
import re
from typing import Any

import pytest

from flask_phpbb3 import Rules
from flask_phpbb3.phpbb.avatars import avatar_of
from flask_phpbb3.phpbb.names import folded_forms, folded_prefix
from flask_phpbb3.phpbb.notifications import KINDS, link, named
from flask_phpbb3.phpbb.people import age, birthday, birthday_patterns, has_profile
from flask_phpbb3.phpbb.profile_fields import contact_address, is_shown, shown_value
from flask_phpbb3.phpbb.ranks import rank_of

from ... import boards

EVERY_3_3 = pytest.mark.parametrize("database", boards.DATABASES)


@EVERY_3_3
def test_recorded_names_are_found(database: str) -> None:
    recorded = boards.golden("3.3.10", database)["utf8_clean_string"]
    for name, clean in recorded:
        assert clean in folded_forms(html.unescape(name)), name


@pytest.mark.parametrize(("release", "database"), boards.RECORDED)
def test_names_of_users_are_found(release: str, database: str) -> None:
    users = boards.golden(release, database)["users"]
    for user in users.values():
        row = user.get("row", user)
        assert row["username_clean"] in folded_forms(html.unescape(row["username"])), row["username"]


def test_folding() -> None:
    assert folded_forms("  ALICE\u00a0 B ") == ["alice b"]
    assert folded_forms("R&D")[0] == "r&amp;d"
    assert folded_prefix("Al") == "al"


@EVERY_3_3
def test_recorded_avatars(database: str) -> None:
    golden = boards.golden("3.3.10", database)
    config = {
        **golden["config"],
        **{f"allow_avatar{kind}": "1" for kind in ("", "_upload", "_local", "_remote", "_gravatar")},
    }
    shown = 0
    for user in golden["users"].values():
        found = avatar_of(user["row"], config, Rules())
        image = re.search(r'src="([^"]*)" width="(\d+)" height="(\d+)"', user["avatar_html"])
        if image is None:
            assert found is None
            continue
        shown += 1
        assert found is not None
        address = "./" * found.is_relative + found.address
        assert (address, found.width, found.height) == (html.unescape(image[1]), int(image[2]), int(image[3]))
    assert shown == 7


def _avatar(kind: Any, value: str = "x.png") -> dict[str, Any]:
    return {"user_avatar": value, "user_avatar_type": kind, "user_avatar_width": 5, "user_avatar_height": 6}


ALL_ON = {f"allow_avatar{kind}": "1" for kind in ("", "_upload", "_local", "_remote", "_gravatar")}


@pytest.mark.parametrize("kind", ["upload", "local", "remote", "gravatar"])
def test_switches_of_avatars(kind: str) -> None:
    row = _avatar(f"avatar.driver.{kind}", "https://example.org/a.png")
    assert avatar_of(row, ALL_ON, Rules())
    for switch in ("allow_avatar", f"allow_avatar_{kind}"):
        assert avatar_of(row, {**ALL_ON, switch: "0"}, Rules()) is None
    assert avatar_of(row, {}, Rules()) is None
    assert avatar_of(row, ALL_ON, Rules(avatar_kinds=frozenset())) is None


def test_addresses_of_avatars() -> None:
    assert avatar_of(_avatar(1, "7_1.jpg"), ALL_ON, Rules()).address == "download/file.php?avatar=7_1.jpg"  # type: ignore[union-attr]
    assert avatar_of(_avatar(3, "a b/c&amp;.png"), ALL_ON, Rules()).address == (  # type: ignore[union-attr]
        "images/avatars/gallery/a%20b/c%26.png"
    )
    for unsafe in ("javascript:alert(1)", "data:image/png,x", "file:///x", "ftp://x/y.png"):
        assert avatar_of(_avatar(2, unsafe), ALL_ON, Rules()) is None
    gravatar = avatar_of(_avatar("avatar.driver.gravatar", " Me@Example.ORG "), ALL_ON, Rules())
    assert gravatar is not None
    assert "@" not in gravatar.address
    assert not gravatar.is_relative


RANKS = [
    {"rank_id": 1, "rank_special": 1, "rank_min": 0},
    {"rank_id": 2, "rank_special": 0, "rank_min": 0},
    {"rank_id": 3, "rank_special": 0, "rank_min": 10},
]


@pytest.mark.parametrize(
    ("user_id", "given", "posts", "rank"),
    [
        (2, 0, 0, 2),
        (2, 0, 9, 2),
        (2, 0, 10, 3),
        (2, 1, 99, 1),
        (2, 7, 99, None),
        (2, 3, 0, None),
        (1, 0, 99, None),
    ],
)
def test_ranks(user_id: int, given: int, posts: int, rank: int | None) -> None:
    found = rank_of({"user_id": user_id, "user_rank": given, "user_posts": posts}, RANKS)
    assert (found and found["rank_id"]) == rank


@EVERY_3_3
def test_recorded_ranks(database: str) -> None:
    ranks = [
        {**row, "rank_title": html.unescape(row["rank_title"])} for row in boards.table("3.3.10", "ranks")
    ]
    for user in boards.golden("3.3.10", database)["users"].values():
        found = rank_of(user["row"], ranks)
        assert (found["rank_title"] if found else "") == html.unescape(user["rank"]["title"] or "")


@pytest.mark.parametrize(("release", "database"), [pair for pair in boards.RECORDED if pair[0] != "3.3.10"])
def test_recorded_profile_fields(release: str, database: str) -> None:
    golden = boards.golden(release, database)["profile_fields"]
    fields = boards.table(release, "profile_fields")
    options: dict[int, dict[int, str]] = {}
    for row in boards.table(release, "profile_fields_lang"):
        options.setdefault(row["field_id"], {})[row["option_id"]] = row["lang_value"]
    compared = 0
    for recorded in golden.values():
        for field in fields:
            ident = field["field_ident"]
            if not is_shown(field, "profile", {"load_cpf_viewprofile": "1"}, sees_hidden=True):
                continue
            value = shown_value(field, recorded["raw"].get(ident), options.get(field["field_id"], {}))
            shown = recorded["tpl"].get(f"PROFILE_{ident.upper()}_VALUE") if recorded["tpl"] else None
            if isinstance(value, datetime.date):
                value = value.strftime("%d %b %Y")
            assert (value if value is None else str(value)) == _text(shown), (ident, recorded["raw"])
            compared += 1
    assert compared > 100


def _text(shown: str | None) -> str | None:
    """Return what is shown, without the link around an address."""
    if shown is None:
        return None
    return re.sub(r"<!-- m -->|</?a[^>]*>", "", shown.replace("<br />", "\n"))


FIELD = {
    "field_type": "profilefields.type.string", "field_active": 1, "field_no_view": 0, "field_hide": 0,
    "field_show_on_vt": 1, "field_show_on_pm": 0, "field_show_on_ml": 0, "field_show_novalue": 0,
    "field_length": "10", "field_novalue": "", "field_default_value": "", "field_is_contact": 1,
    "field_contact_url": "https://example.org/%s",
}  # fmt: skip


def test_where_profile_fields_are_shown() -> None:
    on = dict.fromkeys(
        ("load_cpf_viewprofile", "load_cpf_viewtopic", "load_cpf_pm", "load_cpf_memberlist"), "1"
    )
    shown = [
        place
        for place in ("profile", "topic", "message", "list")
        if is_shown(FIELD, place, on, sees_hidden=False)
    ]
    assert shown == ["profile", "topic"]
    assert not is_shown(FIELD, "profile", {}, sees_hidden=True)
    assert not is_shown({**FIELD, "field_no_view": 1}, "profile", on, sees_hidden=True)
    assert not is_shown({**FIELD, "field_active": 0}, "profile", on, sees_hidden=True)
    hidden = {**FIELD, "field_hide": 1}
    assert is_shown(hidden, "profile", on, sees_hidden=True)
    assert not is_shown(hidden, "profile", on, sees_hidden=False)


def test_addresses_of_contacts() -> None:
    assert contact_address(FIELD, "me") == "https://example.org/me"
    assert contact_address({**FIELD, "field_contact_url": "skype:%s?userinfo"}, "me") == "skype:me?userinfo"
    assert contact_address({**FIELD, "field_is_contact": 0}, "me") == ""
    for unsafe in (
        "javascript:alert(1)",
        " javascript:x",
        "JAVASCRIPT:x",
        "data:text/html,x",
        "java\nscript:x",
        "nothing",
    ):
        assert contact_address({**FIELD, "field_contact_url": "%s"}, unsafe) == ""


def test_birthdays() -> None:
    assert birthday(" 5- 3-1990") == (5, 3, 1990)
    assert birthday("29- 2-   0") == (29, 2, 0)
    assert birthday(" 0- 0-   0") is None
    assert birthday("") is None
    assert birthday_patterns(datetime.date(2026, 3, 5)) == [" 5- 3-"]
    assert birthday_patterns(datetime.date(2026, 2, 28)) == ["28- 2-", "29- 2-"]
    assert birthday_patterns(datetime.date(2028, 2, 28)) == ["28- 2-"]
    assert age(" 5- 3-1990", datetime.date(2026, 3, 4)) == 35
    assert age(" 5- 3-1990", datetime.date(2026, 3, 5)) == 36
    assert age(" 5- 3-   0", datetime.date(2026, 3, 5)) is None
    assert age(" 5- 3-2030", datetime.date(2026, 3, 5)) == 0


@pytest.mark.parametrize(
    ("user_id", "user_type", "reason", "for_all", "for_managers"),
    [(1, 2, 0, 0, 0), (2, 0, 0, 1, 1), (2, 3, 0, 1, 1), (2, 1, 1, 0, 1), (2, 1, 2, 1, 1), (2, 2, 0, 0, 1)],
)
def test_profiles(user_id: int, user_type: int, reason: int, for_all: int, for_managers: int) -> None:
    user = {"user_id": user_id, "user_type": user_type, "user_inactive_reason": reason}
    assert has_profile(user, sees_inactive=False) is bool(for_all)
    assert has_profile(user, sees_inactive=True) is bool(for_managers)


def test_kinds_of_notifications() -> None:
    assert link(KINDS["post"], 7, 3) == "viewtopic.php?p=7#p7"
    assert link(KINDS["report_pm"], 7, 3) == "mcp.php?r=3&i=pm_reports&mode=pm_report_details"
    assert link(KINDS["disapprove_post"], 7, 3) == ""
    everybody = [(n, "") for n in range(1, 7)]
    assert named(everybody[:4]) == everybody[:4]
    assert named(everybody) == everybody[:3]

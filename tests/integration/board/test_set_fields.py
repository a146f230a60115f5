"""What ``set_<field>`` stores: the same on every database, whole or not at all."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from flask_phpbb3 import BoundPhpBB3, ParameterError, unescape

from ...apps import asking
from ...miniatures import PAIRS, Build
from ...writing import connect

FIELDS: dict[str, tuple[str, dict[str, Any]]] = {
    "motto": ("string", {"field_minlen": "2", "field_maxlen": "200"}),
    "handle": ("string", {"field_maxlen": "20", "field_validation": "[a-z]+"}),
    "free": ("string", {"field_minlen": "0", "field_maxlen": "0"}),
    "story": ("text", {"field_maxlen": "1000"}),
    "page": ("url", {"field_maxlen": "255"}),
    "size": ("int", {"field_minlen": "-5", "field_maxlen": "99999999999999999999"}),
    "agrees": ("bool", {"length": "2"}),
    "plot": ("dropdown", {"options": ("sun", "shade"), "field_novalue": "0"}),
    "born": ("date", {"field_maxlen": "10"}),
}

STORED = [
    ("motto", "R&D <b> \"q\" 'a'", "R&amp;D &lt;b&gt; &quot;q&quot; 'a'"),
    ("motto", "  blanks around  ", "blanks around"),
    ("motto", "a\U0001f600b", "a&#x1F600;b"),
    ("motto", "e\u0301e\u0301", "\u00e9\u00e9"),
    ("motto", "\u20ac" * 200, "\u20ac" * 200),
    ("motto", "&" * 51, "&amp;" * 51),
    ("motto", "", ""),
    ("motto", None, ""),
    ("handle", "ZOE", "ZOE"),
    ("free", "x" * 255, "x" * 255),
    ("story", "one\r\ntwo & three", "one\ntwo &amp; three"),
    ("story", "&\U0001f600" * 500, "&amp;&#x1F600;" * 500),
    ("story", None, ""),
    ("page", "https://example.org/?a=1&b=2", "https://example.org/?a=1&amp;b=2"),
    ("page", None, ""),
    ("size", -5, -5),
    ("size", 2**63 - 1, 2**63 - 1),
    ("size", None, None),
    ("agrees", True, 1),
    ("agrees", 0, 0),
    ("agrees", None, None),
    ("plot", 2, 2),
    ("plot", 0, 0),
    ("plot", None, None),
    ("born", datetime.date(1990, 11, 5), " 5-11-1990"),
    ("born", "05-11-1990", " 5-11-1990"),
    ("born", None, None),
]

REFUSED = [
    ("motto", "x", "2 to 200"),
    ("motto", "x" * 201, "2 to 200"),
    ("motto", "&" * 52, "255 characters"),
    ("motto", "\U0001f600" * 29, "255 characters"),
    ("motto", b"bytes", "a str"),
    ("motto", "nul\0", "NUL"),
    ("motto", "half \ud800", "Unicode"),
    ("handle", "zoe1", "matches"),
    ("free", "x" * 256, "255 characters"),
    ("story", "x" * 1001, "0 to 1000"),
    ("page", "javascript:alert(1)", "http"),
    ("size", -6, "-5 to"),
    ("size", 2**63, f"-5 to {2**63 - 1}"),
    ("size", 1.5, "an int"),
    ("agrees", 2, "0 or 1"),
    ("plot", 3, "0, 1, 2"),
    ("born", "31-02-1990", "dd-mm-yyyy"),
]


class Profiles:
    """A board with a field of each type, and an application that may set them all."""

    def __init__(
        self, phpbb3: BoundPhpBB3, database: str, settings: dict[str, Any], users: list[int]
    ) -> None:
        self.phpbb3 = phpbb3
        self.database, self.settings = database, settings
        self.with_row, self.without_row, self.third = users

    def set(self, field: str, user_id: int, value: Any) -> Any:
        return self.phpbb3.execute_custom(f"set_{field}", user_id=user_id, value=value)

    def rows(self) -> dict[int, dict[str, Any]]:
        """Return what is stored, by user, as the database has it."""
        with closing(connect(self.database, self.settings)) as connection:
            cursor = connection.cursor()
            cursor.execute("SELECT * FROM phpbb_profile_fields_data")
            names = [column[0] for column in cursor.description]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        return {row["user_id"]: row for row in rows}


@pytest.fixture(scope="module", params=PAIRS, ids="-".join)
def profiles(request: pytest.FixtureRequest, build: Build) -> Iterator[Profiles]:
    database, driver = request.param
    subject = build(database, driver, "3.3")
    for ident, (kind, more) in FIELDS.items():
        subject.board.add_profile_field(ident, kind, **more)
    users = [subject.board.add_user(name) for name in ("alice", "bob", "carol")]
    subject.board.set_profile("alice", motto="kept &amp; safe", phpbb_interests="chess", size=1)
    settings = {
        **subject.config["PHPBB3_DATABASE"],
        **(subject.writer or {}),
        "CUSTOM_USER_FIELDS": list(FIELDS),
    }
    with asking(driver, settings, version="3.3") as phpbb3:
        yield Profiles(phpbb3, database, settings, users)


@pytest.mark.parametrize(("field", "value", "stored"), STORED)
def test_a_value_is_stored_as_phpbb_would(profiles: Profiles, field: str, value: Any, stored: Any) -> None:
    before = profiles.rows()
    for user in (profiles.with_row, profiles.without_row):
        for _ in range(2):  # the second time nothing changes, and counts the same
            assert profiles.set(field, user, value) == 1
    after = profiles.rows()
    for user in (profiles.with_row, profiles.without_row):
        assert after[user][f"pf_{field}"] == stored
        shown = profiles.phpbb3.get_user_profile(user_id=user)
        assert shown is not None
        assert shown[f"pf_{field}"] == (unescape(stored) if isinstance(stored, str) else stored)
    assert after[profiles.with_row] == {**before[profiles.with_row], f"pf_{field}": stored}


@pytest.mark.parametrize(("field", "value", "said"), REFUSED)
def test_a_value_that_would_not_be_stored_whole_is_refused(
    profiles: Profiles, field: str, value: Any, said: str
) -> None:
    before = profiles.rows()
    with pytest.raises(ParameterError, match=said):
        profiles.set(field, profiles.with_row, value)
    assert profiles.rows() == before


def test_a_new_row_has_empty_texts(profiles: Profiles) -> None:
    assert profiles.set("size", profiles.third, 7) == 1
    row = profiles.rows()[profiles.third]
    assert row["pf_size"] == 7
    assert {row["pf_phpbb_interests"], row["pf_phpbb_occupation"], row["pf_phpbb_location"]} == {""}


def test_nobody_gets_no_row(profiles: Profiles) -> None:
    before = profiles.rows()
    for user in (10**6, 2**40):
        assert profiles.set("size", user, 7) == 0
    assert profiles.rows() == before

"""What a driver that speaks SQL returns, whatever its module and database."""

from __future__ import annotations

import decimal
import threading
from collections.abc import Mapping
from typing import Any

import pytest

from flask_phpbb3.errors import ParameterError, WriteRefusedError
from flask_phpbb3.plugins.driver import Driver
from flask_phpbb3.testing.conformance.base import DriverSuiteBase
from flask_phpbb3.testing.conformance.subject import BoardUnderTest

HOSTILE = (
    "'; DROP TABLE phpbb_users; --",
    "back\\slash",
    "100%",
    "%s %(text)s %%",
    'quo"te',
    "Zoë",
    "日本語",
    "😀 four bytes",
    "{TABLE_PREFIX}",
    ":name ? $1",
    "",
)


class AnswerTests(DriverSuiteBase):
    """Check what a driver makes of statements and values."""

    def test_rows_are_plain_dicts(self, driver: Driver, subject: BoardUnderTest) -> None:
        """Column names become keys; a number is an int, a text a str, and no column is padded."""
        query = subject.statement(
            "SELECT user_id, username, user_lang, NULL AS missing FROM {TABLE_PREFIX}users WHERE user_id = 2"
        )
        row = {"user_id": 2, "username": "admin", "user_lang": "en", "missing": None}
        found = driver.read(query, {})
        assert found == [row]
        assert {name: type(value) for name, value in found[0].items()} == {
            name: type(value) for name, value in row.items()
        }

    def test_no_row_is_an_empty_list(self, driver: Driver, subject: BoardUnderTest) -> None:
        """A statement that finds nothing returns no rows."""
        query = subject.statement("SELECT user_id FROM {TABLE_PREFIX}users WHERE user_id = %(user_id)s")
        assert driver.read(query, {"user_id": 10**6}) == []

    @pytest.mark.parametrize("text", HOSTILE)
    def test_parameters_are_never_taken_as_sql(
        self, driver: Driver, subject: BoardUnderTest, text: str
    ) -> None:
        """Any text goes to the database and comes back as it was."""
        query = subject.statement("SELECT %(text)s AS text FROM {TABLE_PREFIX}users WHERE user_id = 2")
        assert driver.read(query, {"text": text}) == [{"text": text}]

    def test_one_parameter_in_several_places(self, driver: Driver, subject: BoardUnderTest) -> None:
        """A parameter may occur more than once."""
        query = subject.statement(
            "SELECT user_id FROM {TABLE_PREFIX}users WHERE user_id = %(id)s AND user_id + 0 = %(id)s"
        )
        assert driver.read(query, {"id": 2}) == [{"user_id": 2}]

    @pytest.mark.parametrize("name", ["Zoë", "50% off", "O'Brien", "back\\slash"])
    def test_stored_text_is_found(
        self, driver: Driver, subject: BoardUnderTest, content: Mapping[str, Any], name: str
    ) -> None:
        """Text in a column equals the same text given as a parameter."""
        query = subject.statement("SELECT user_id FROM {TABLE_PREFIX}users WHERE username = %(name)s")
        assert driver.read(query, {"name": name}) == [{"user_id": content[name]}]

    def test_percent_signs(self, driver: Driver, subject: BoardUnderTest, content: Mapping[str, Any]) -> None:
        """A doubled percent sign in a statement is one, with parameters and without."""
        plain = subject.statement("SELECT user_id FROM {TABLE_PREFIX}users WHERE username LIKE '50%% o%%'")
        assert driver.read(plain, {}) == [{"user_id": content["50% off"]}]
        both = subject.statement(
            "SELECT user_id FROM {TABLE_PREFIX}users WHERE username LIKE '50%% o%%' AND user_id > %(least)s"
        )
        assert driver.read(both, {"least": 2}) == [{"user_id": content["50% off"]}]

    def test_lists(self, driver: Driver, subject: BoardUnderTest) -> None:
        """A list expands for IN; an empty one matches nothing."""
        query = subject.statement(
            "SELECT user_id FROM {TABLE_PREFIX}users WHERE user_id IN %(ids)s ORDER BY user_id"
        )
        for ids in ([1, 2], (2, 1), {1, 2}):
            assert driver.read(query, {"ids": ids}) == [{"user_id": 1}, {"user_id": 2}]
        assert driver.read(query, {"ids": []}) == []
        texts = subject.statement("SELECT user_id FROM {TABLE_PREFIX}users WHERE username IN %(names)s")
        assert driver.read(texts, {"names": ["admin", "50% off'"]}) == [{"user_id": 2}]

    @pytest.mark.parametrize("value", [True, 1.0, decimal.Decimal("1.0")])
    def test_whatever_equals_a_number_finds_it(
        self, driver: Driver, subject: BoardUnderTest, value: Any
    ) -> None:
        """True is 1, as phpBB has no boolean columns; fractions may come out of arithmetic."""
        query = subject.statement("SELECT user_id FROM {TABLE_PREFIX}users WHERE user_id = %(user_id)s")
        assert driver.read(query, {"user_id": value}) == [{"user_id": 1}]

    def test_a_character_that_no_column_holds_matches_nothing(
        self, driver: Driver, subject: BoardUnderTest
    ) -> None:
        """On MySQL the columns have characters of 3 bytes at most; a visitor may send any."""
        query = subject.statement("SELECT user_id FROM {TABLE_PREFIX}users WHERE username = %(name)s")
        assert driver.read(query, {"name": "Zoë😀"}) == []

    def test_null(self, driver: Driver, subject: BoardUnderTest) -> None:
        """None is NULL, which equals nothing."""
        query = subject.statement("SELECT user_id FROM {TABLE_PREFIX}users WHERE user_id = %(user_id)s")
        assert driver.read(query, {"user_id": None}) == []

    def test_large_text(self, driver: Driver, subject: BoardUnderTest, content: Mapping[str, Any]) -> None:
        """A long post comes back whole."""
        query = subject.statement("SELECT post_text FROM {TABLE_PREFIX}posts WHERE post_id = %(post_id)s")
        assert driver.read(query, {"post_id": content["large"]}) == [{"post_text": "ö%\\'" * 12_000}]

    def test_fixed_width_columns_are_not_padded(
        self, driver: Driver, subject: BoardUnderTest, content: Mapping[str, Any]
    ) -> None:
        """A session id is 32 characters, found by them and returned as them."""
        session_id = content["session_id"]
        query = subject.statement("SELECT session_id FROM {TABLE_PREFIX}sessions WHERE session_id = %(sid)s")
        assert driver.read(query, {"sid": session_id}) == [{"session_id": session_id}]

    def test_text_is_compared_by_case(self, driver: Driver, subject: BoardUnderTest) -> None:
        """Columns of phpBB that hold cleaned names tell large letters from small ones."""
        query = subject.statement("SELECT user_id FROM {TABLE_PREFIX}users WHERE username_clean = %(name)s")
        assert driver.read(query, {"name": "admin"}) == [{"user_id": 2}]
        assert driver.read(query, {"name": "ADMIN"}) == []

    @pytest.mark.parametrize(
        "number", [2**31, -(2**31) - 1, 2**63, 2**64 + 1, -(2**70), pytest.param(10**400, id="huge")]
    )
    def test_a_number_that_no_column_holds_matches_nothing(
        self, driver: Driver, subject: BoardUnderTest, number: int
    ) -> None:
        """A visitor may write any number into an address."""
        query = subject.statement("SELECT user_id FROM {TABLE_PREFIX}users WHERE user_id = %(user_id)s")
        assert driver.read(query, {"user_id": number}) == []

    @pytest.mark.parametrize("value", [object(), float("nan"), float("inf"), {"a": 1}, "\0", "\ud800"])
    def test_unusable_values_are_refused_by_name(
        self, driver: Driver, subject: BoardUnderTest, value: Any
    ) -> None:
        """A value that no database takes is the caller's mistake, not the board's failure."""
        query = subject.statement("SELECT user_id FROM {TABLE_PREFIX}users WHERE user_id = %(value)s")
        with pytest.raises(ParameterError, match="'value'"):
            driver.read(query, {"value": value})

    def test_numbers_in_one_text(self, driver: Driver, subject: BoardUnderTest) -> None:
        """Rows of whole numbers come as one text in the order of the columns asked for, however they are got."""
        query = subject.statement(
            "SELECT user_id, 0 AS zero, -7 AS less FROM {TABLE_PREFIX}users\n"
            "WHERE user_id IN %(ids)s -- %% in a comment"
        )
        found = driver.read_numbers(query, {"ids": [2, 1]}, ("less", "user_id", "zero"))
        assert sorted(found.split(";")) == ["", "-7,1,0", "-7,2,0"]
        assert found.endswith(";")
        assert driver.read_numbers(query, {"ids": []}, ("user_id",)) == ""

    def test_paging(self, driver: Driver, subject: BoardUnderTest) -> None:
        """Skip and limit apply whatever the statement ends with."""
        for ending in ("", " -- the oldest first"):
            query = subject.statement(f"SELECT user_id FROM {{TABLE_PREFIX}}users ORDER BY user_id{ending}")
            everything = driver.read(query, {})
            assert len(everything) > 5
            assert driver.read(query, {}, limit=2) == everything[:2]
            assert driver.read(query, {}, skip=2, limit=2) == everything[2:4]
            assert driver.read(query, {}, skip=3) == everything[3:]
            assert driver.read(query, {}, limit=0) == []
            assert driver.read(query, {}, skip=10**6) == []

    @pytest.mark.parametrize("paging", [{"skip": -1}, {"limit": -1}])
    def test_negative_paging_is_refused(
        self, driver: Driver, subject: BoardUnderTest, paging: dict[str, int]
    ) -> None:
        """Databases differ in what they would make of it."""
        with pytest.raises(ParameterError, match="0 or more"):
            driver.read(subject.statement("SELECT 1 AS one"), {}, **paging)

    def test_writing_must_be_listed(
        self, subject: BoardUnderTest, content: Mapping[str, Any], writer: Mapping[str, Any]
    ) -> None:
        """Without writers in the settings nothing writes; with them a statement commits what it did."""
        change = subject.statement(
            "UPDATE {TABLE_PREFIX}users SET user_lang = %(lang)s WHERE user_id = %(user_id)s", "set_lang"
        )
        values = {"lang": "xx", "user_id": content["Zoë"]}
        with pytest.raises(WriteRefusedError):
            subject.driver(**writer).write(change, values)
        listed = subject.driver(**writer, CUSTOM_STATEMENTS={"set_lang": change.sql})
        assert listed.write(change, values) == 1
        assert listed.write(change, values) == 1, "a row that is as it shall be counts like any other"
        assert listed.write(change, {**values, "user_id": 10**6}) == 0
        both = subject.statement(
            "UPDATE {TABLE_PREFIX}users SET user_style = 1 WHERE user_id IN (1, 2)", "set_lang"
        )
        assert listed.write(both, {}) == 2
        query = subject.statement("SELECT user_id FROM {TABLE_PREFIX}users WHERE user_lang = 'xx'")
        assert listed.read(query, {}) == [{"user_id": content["Zoë"]}]
        listed.close()

    def test_threads(self, subject: BoardUnderTest, content: Mapping[str, Any]) -> None:
        """Many threads share a small pool, and each gets its own answer."""
        driver = subject.driver(POOL_SIZE=2, POOL_TIMEOUT=30)
        query = subject.statement(
            "SELECT %(number)s + 0 AS number FROM {TABLE_PREFIX}users WHERE user_id = 2"
        )
        wrong: list[Any] = []

        def ask(number: int) -> None:
            for turn in range(20):
                expected = number * 100 + turn
                try:
                    found = driver.read(query, {"number": expected})
                except Exception as error:  # noqa: BLE001 - what a thread raises would be lost
                    wrong.append(error)
                else:
                    if found != [{"number": expected}]:
                        wrong.append((expected, found))

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        driver.close()
        assert wrong == []

    def test_a_closed_driver_opens_again(self, driver: Driver, subject: BoardUnderTest) -> None:
        """Closing gives back the connections and no more."""
        query = subject.statement("SELECT 1 AS one")
        assert driver.read(query, {}) == [{"one": 1}]
        driver.close()
        assert driver.read(query, {}) == [{"one": 1}]

"""Settings at the border: what is taken, and what is said of the rest."""

from __future__ import annotations

from typing import Any

import pytest

from flask_phpbb3 import ConfigurationError
from flask_phpbb3.config import read_settings


def test_defaults() -> None:
    settings = read_settings({})
    assert (settings.connector.driver, settings.connector.version) == ("psycopg2", "3.1")
    database = settings.database
    assert (database.host, database.port, database.database) == ("127.0.0.1", None, "phpbb3")
    assert (database.user, database.password, database.table_prefix) == ("phpbb3", "", "phpbb_")
    assert (database.custom_user_fields, dict(database.custom_statements), dict(database.options)) == (
        (),
        {},
        {},
    )
    assert (database.pool_size, database.pool_timeout) == (5, 5)
    assert (database.connect_timeout, database.statement_timeout) == (5, 10)
    backend = settings.session_backend
    assert (backend.type, backend.servers, backend.key_prefix) == ("cookie", ("127.0.0.1:11211",), "phpbb3")
    assert (settings.cookie_name, settings.botlist, settings.url_sid) == (None, (), False)
    assert (settings.board_url, settings.board_ttl, settings.ban_ttl) == (None, 30, 10)
    assert (settings.autologin, settings.check_referer) == (True, False)


def test_given_values_win_and_a_tuple_is_as_good_as_a_list() -> None:
    fields = read_settings({"PHPBB3_DATABASE": {"CUSTOM_USER_FIELDS": ("a", "b")}, "PHPBB3_BOTLIST": ["x"]})
    assert fields == read_settings(
        {"PHPBB3_DATABASE": {"CUSTOM_USER_FIELDS": ["a", "b"]}, "PHPBB3_BOTLIST": ("x",)}
    )
    assert fields.database.custom_user_fields == ("a", "b")


def test_foreign_keys_are_left_alone() -> None:
    assert read_settings({"SECRET_KEY": "x", "PHPBB": 1, "PHPBB3X": 2, "MAIL_PORT": "?"}) == read_settings({})


def test_a_drivers_own_key_is_handed_to_it() -> None:
    given = {"PHPBB3_DICT": {"a": 1}}
    assert read_settings(given, driver_keys=("PHPBB3_DICT",)).driver_settings == given
    with pytest.raises(ConfigurationError, match="PHPBB3_DICT"):
        read_settings(given)


WRONG: list[tuple[str, str | None, Any, str]] = [
    ("PHPBB3", None, "psycopg2", "must be a dict, not str"),
    ("PHPBB3", "DRIVER", 5, r"5 \(int\)"),
    ("PHPBB3", "DRIVER", "", "the name of a driver"),
    ("PHPBB3", "VERSION", 3.3, r"3\.3 \(float\).*a phpBB release"),
    (
        "PHPBB3_DATABASE",
        "PORT",
        "5432",
        "integer from 1 to 65535, a list of one for each of several hosts, or None",
    ),
    ("PHPBB3_DATABASE", "PORT", 0, "integer from 1 to 65535"),
    ("PHPBB3_DATABASE", "PORT", True, "integer from 1 to 65535"),
    ("PHPBB3_DATABASE", "TABLE_PREFIX", "phpbb-", "letters, digits and underscores"),
    ("PHPBB3_DATABASE", "TABLE_PREFIX", "x; DROP TABLE y; --", "letters, digits and underscores"),
    ("PHPBB3_DATABASE", "DATABASE", "", "a name, or the path of a file"),
    ("PHPBB3_DATABASE", "CUSTOM_USER_FIELDS", "hobby", "a list of"),
    ("PHPBB3_DATABASE", "CUSTOM_USER_FIELDS", ["Hobby"], "lower case"),
    ("PHPBB3_DATABASE", "CUSTOM_USER_FIELDS", ["a", "a"], "each once"),
    ("PHPBB3_DATABASE", "CUSTOM_STATEMENTS", {"posts": "SELECT 1"}, "'posts' is no such name"),
    ("PHPBB3_DATABASE", "CUSTOM_STATEMENTS", {"get_posts": 1}, "'get_posts' is not given as a string"),
    ("PHPBB3_DATABASE", "CUSTOM_STATEMENTS", ["SELECT 1"], "a dict of statement names"),
    ("PHPBB3_DATABASE", "POOL_SIZE", 0, "integer from 1 to 1000"),
    ("PHPBB3_DATABASE", "POOL_TIMEOUT", -1, "0 or more"),
    ("PHPBB3_DATABASE", "CONNECT_TIMEOUT", 0, "more than 0"),
    ("PHPBB3_DATABASE", "STATEMENT_TIMEOUT", float("nan"), "more than 0"),
    ("PHPBB3_DATABASE", "OPTIONS", {1: 2}, "a dict of arguments"),
    ("PHPBB3_SESSION_BACKEND", "TYPE", "memcache", "'simple', 'memcached'"),
    ("PHPBB3_SESSION_BACKEND", "SERVERS", [], "at least one entry"),
    ("PHPBB3_SESSION_BACKEND", "KEY_PREFIX", "with blank", "printable ASCII"),
    ("PHPBB3_COOKIE_NAME", None, "a b", "with its underscore"),
    ("PHPBB3_BOTLIST", None, "Bot", "a list of User-Agent prefixes"),
    ("PHPBB3_BOTLIST", None, [""], "a list of User-Agent prefixes"),
    ("PHPBB3_URL_SID", None, 1, "True or False"),
    ("PHPBB3_BOARD_URL", None, "forum.example.org", "an address such as"),
    ("PHPBB3_BOARD_TTL", None, None, "a number of seconds"),
    ("PHPBB3_BAN_TTL", None, -1, "0 or more"),
]


@pytest.mark.parametrize(("key", "inner", "value", "allowed"), WRONG)
def test_a_wrong_value_is_told_with_key_and_what_is_allowed(
    key: str, inner: str | None, value: Any, allowed: str
) -> None:
    with pytest.raises(ConfigurationError, match=allowed) as caught:
        read_settings({key: {inner: value} if inner else value})
    path = f"{key}[{inner!r}]" if inner else key
    assert str(caught.value).startswith(path)
    assert caught.value.key == path


UNKNOWN = [
    ({"PHPBB3": {"HOST": "x"}}, "HOST belongs to PHPBB3_DATABASE"),
    ({"PHPBB3_DATABASE": {"TYPE": "simple"}}, "TYPE belongs to PHPBB3_SESSION_BACKEND"),
    ({"PHPBB3_DATABASE": {"PASWORD": "x"}}, "Did you mean 'PASSWORD'"),
    ({"PHPBB3": {"COOKIE_NAME": "x_"}}, "set PHPBB3_COOKIE_NAME instead"),
    ({"PHPBB3_COOKIE": "x_"}, "Did you mean 'PHPBB3_COOKIE_NAME'"),
    ({"PHPBB3_DATABASES": {}}, "Did you mean 'PHPBB3_DATABASE'"),
]


@pytest.mark.parametrize(("config", "said"), UNKNOWN)
def test_an_unknown_key_is_told_where_it_belongs(config: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match="Unknown setting") as caught:
        read_settings(config)
    assert said in str(caught.value)


def test_settings_are_frozen() -> None:
    given: dict[str, dict[str, Any]] = {"CUSTOM_STATEMENTS": {"get_x": "SELECT 1"}, "OPTIONS": {"a": 1}}
    settings = read_settings({"PHPBB3_DATABASE": given})
    given["OPTIONS"]["a"] = 2
    assert settings.database.options == {"a": 1}
    with pytest.raises(AttributeError):
        settings.database.host = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        settings.database.custom_statements["get_y"] = "SELECT 2"  # type: ignore[index]

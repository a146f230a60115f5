"""phpBB's config.php as owners leave it after years of editing: read right, or refused by name."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from flask_phpbb3 import ConfigurationError, PhpBB3
from flask_phpbb3.config import read_settings
from flask_phpbb3.phpbb.config_php import read_config_php

SECRET = "canary-in-config"
MYSQL = "<?php $dbms = 'mysqli'; $dbname = 'forum';\n"
HEAD = "$dbms = 'phpbb\\\\db\\\\driver\\\\postgres'; $dbname = 'forum'; $table_prefix = 'phpbb_';\n"


def write(folder: Path, code: str | bytes, *, head: str = "<?php\n" + HEAD) -> Path:
    """Write a config.php; what is tested comes after the settings that every forum has."""
    path = folder / "config.php"
    path.write_bytes(head.encode() + (code if isinstance(code, bytes) else code.encode("utf-8")))
    return path


def database(path: Path, **more: Any) -> Any:
    return read_settings({"PHPBB3_DATABASE": {"PHPBB_CONFIG": str(path), **more}}).database


UNDERSTOOD = {
    "as the installer writes it": (r"$dbpasswd = 'it\'s a \\ and a \n';", r"it's a \ and a \n"),
    "double quotes": (r'$dbpasswd = "a\tb\\c\$d\"e";', 'a\tb\\c$d"e'),
    "an escape that is none": (r'$dbpasswd = "a\qb\'c";', r"a\qb\'c"),
    "a backslash before x": (r'$dbpasswd = "\\x41";', r"\x41"),
    "a dollar sign that names nothing": ('$dbpasswd = "cash$ and $1";', "cash$ and $1"),
    "comment signs inside": ("$dbpasswd = 'a//b#c/*d*/';", "a//b#c/*d*/"),
    "a tag inside": ("$dbpasswd = 'a?>b<?php';", "a?>b<?php"),
    "a semicolon and braces inside": ("$dbpasswd = 'a;}{b';", "a;}{b"),
    "no blanks": ("$dbpasswd='tight';", "tight"),
    "blanks and lines": ("$dbpasswd\n\t=\n  'wide'\n  ;", "wide"),
    "Windows line ends": ("$dbpasswd = 'win';\r\n// $dbpasswd = 'old';\r\n", "win"),
    "old Macintosh line ends": ("// a comment\r$dbpasswd = 'mac';\r", "mac"),
    "commented out": ("$dbpasswd = 'new';\n// $dbpasswd = 'old1';\n# $dbpasswd = 'old2';\n", "new"),
    "a block commented out": ("$dbpasswd = 'new'; /* $dbpasswd = 'old';\n$dbpasswd = 'older'; */", "new"),
    "a comment in between": ("$dbpasswd /* yes */ = # the new one\n 'between';", "between"),
    "a comment that a tag ends": ("// over ?> text\n<?php $dbpasswd = 'after';", "after"),
    "what stands outside of PHP": ("$dbpasswd = 'in'; ?>\n$dbpasswd = 'out';\n", "in"),
    "no semicolon before the tag": ("$dbpasswd = 'last' ?>", "last"),
    "the last of two": ("$dbpasswd = 'first'; $dbpasswd = 'second';", "second"),
    "a number": ("$dbpasswd = 12345;", "12345"),
    "null": ("$dbpasswd = NULL;", ""),
    "false": ("$dbpasswd = false;", ""),
    "concatenation": ("$dbpasswd = 'a' . \"b\" . 3;", "ab3"),
    "parentheses": ("$dbpasswd = ('a' . ('b'));", "ab"),
    "the environment": ("$dbpasswd = getenv('CONFIG_TEST');", "from outside"),
    "the environment by its full name": ('$dbpasswd = \\GETENV("CONFIG_TEST");', "from outside"),
    "the environment before a fall-back": ("$dbpasswd = getenv('CONFIG_TEST') ?: 'no';", "from outside"),
    "a fall-back": ("$dbpasswd = getenv('CONFIG_NOT_SET') ?: 'yes';", "yes"),
    "a fall-back for what is empty": ("$dbpasswd = getenv('CONFIG_EMPTY') ?: 'yes';", "yes"),
    "a fall-back after a fall-back": ("$dbpasswd = getenv('CONFIG_NOT_SET') ?: '0' ?: 'yes';", "yes"),
    "a fall-back that is put together": ("$dbpasswd = getenv('CONFIG_TEST') ?: 'a' . 'b';", "from outside"),
    "a second kind of fall-back": ("$dbpasswd = getenv('CONFIG_TEST') ?? 'no';", "from outside"),
    "a fall-back that PHP never looks at": (
        "$dbpasswd = getenv('CONFIG_TEST') ?: trim(file_get_contents('x')[0]);",
        "from outside",
    ),
    "the first that is set of three": (
        "$dbpasswd = getenv('CONFIG_NOT_SET') ?: getenv('CONFIG_TEST') ?: getenv('CONFIG_EMPTY');",
        "from outside",
    ),
    "$_ENV": ("$dbpasswd = $_ENV['CONFIG_TEST'];", "from outside"),
    "$_SERVER": ('$dbpasswd = $_SERVER["CONFIG_TEST"];', "from outside"),
    "$_ENV with a fall-back": ("$dbpasswd = $_ENV['CONFIG_NOT_SET'] ?? 'yes';", "yes"),
    "$_ENV, set but empty": ("$dbpasswd = $_ENV['CONFIG_EMPTY'] ?? 'no';", ""),
    "$_ENV, then $_SERVER": (
        "$dbpasswd = $_ENV['CONFIG_NOT_SET'] ?? $_SERVER['CONFIG_TEST'] ?? 'no';",
        "from outside",
    ),
    "a choice": ("$dbpasswd = true ? 'yes' : 'no';", "yes"),
    "a choice by the environment": (
        "$dbpasswd = getenv('CONFIG_TEST') ? getenv('CONFIG_TEST') : 'no';",
        "from outside",
    ),
    "a choice by isset()": (
        "$dbpasswd = isset($_ENV['CONFIG_NOT_SET']) ? $_ENV['CONFIG_NOT_SET'] : 'yes';",
        "yes",
    ),
    "a choice by empty()": (
        "$dbpasswd = !empty($_ENV['CONFIG_TEST']) ? $_ENV['CONFIG_TEST'] : 'no';",
        "from outside",
    ),
    "a choice by what is false": (
        "$dbpasswd = getenv('CONFIG_EMPTY') !== false ? getenv('CONFIG_EMPTY') : 'no';",
        "",
    ),
    "a cast": ("$dbpasswd = (string) getenv('CONFIG_TEST');", "from outside"),
    "the process's own environment": ("$dbpasswd = getenv('CONFIG_TEST', true) ?: 'no';", "from outside"),
    "what phpBB defines": ("@define('PHPBB_INSTALLED', true);\n$dbpasswd = 'a';", "a"),
    "a guard": ("if (!defined('IN_PHPBB'))\n{\n\texit;\n}\n$dbpasswd = 'guarded';", "guarded"),
    "a guard on one line": ("defined('IN_PHPBB') or exit; $dbpasswd = 'guarded';", "guarded"),
    "another block": ("if ($x) { $y = 1; } else { $y = 2; } $dbpasswd = 'a';", "a"),
    "another block without braces": ("if ($x): $y = 1; endif; $dbpasswd = 'a';", "a"),
    "a choice that is no block": ("if ($x ? (1) : 0) $y = 2; $dbpasswd = 'a';", "a"),
    "a use of it": ("$dbpasswd = 'a'; if ($dbpasswd == 'b') { die('no'); } define('X', $dbpasswd);", "a"),
    "a use of it in another's value": ("$dbpasswd = 'a'; $dsn = 'x' . $dbpasswd;", "a"),
    "what comes after the end": ("$dbpasswd = 'a'; return; $dbpasswd = 'b';", "a"),
    "another variable's heredoc": ("$note = <<<EOT\n$dbpasswd = 'old';\nit's\nEOT;\n$dbpasswd = 'a';", "a"),
    "another variable's array": ("$more = ['dbpasswd' => 'no', 2 => [3]]; $dbpasswd = 'a';", "a"),
    "beyond ASCII": ("$dbpasswd = 'gr\u00fc\u00df \U0001f511';", "gr\u00fc\u00df \U0001f511"),
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONFIG_TEST", "from outside")
    monkeypatch.setenv("CONFIG_EMPTY", "")
    monkeypatch.delenv("CONFIG_NOT_SET", raising=False)


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(("code", "password"), UNDERSTOOD.values(), ids=UNDERSTOOD)
def test_an_edited_file_is_understood(tmp_path: Path, code: str, password: str) -> None:
    assert database(write(tmp_path, code, head=MYSQL)).password == password


REFUSED = {
    "a variable": "$secret = 'canary-in-config'; $dbpasswd = $secret;",
    "a variable in a string": '$dbpasswd = "canary-in-config$x";',
    "a variable behind an escaped backslash": '$dbpasswd = "canary-in-config\\\\$x";',
    "a variable in braces": '$dbpasswd = "canary-in-config{$x}";',
    "an escaped number": r'$dbpasswd = "canary-in-config\x41";',
    "an octal escape": r'$dbpasswd = "canary-in-config\101";',
    "an octal number": "$dbpasswd = 0123;",
    "a heredoc": "$dbpasswd = <<<EOT\ncanary-in-config\nEOT;\n",
    "a nowdoc": "$dbpasswd = <<<'EOT'\ncanary-in-config\n  EOT;\n",
    "a function": "$dbpasswd = base64_decode('canary-in-config');",
    "a file": "$dbpasswd = file_get_contents('/run/secrets/canary-in-config');",
    "an array": "$dbpasswd = ['canary-in-config'][0];",
    "an old array": "$dbpasswd = array('canary-in-config');",
    "another source of the environment": "$dbpasswd = $_ENV['CONFIG_NOT_SET'];",
    "a request's value": "$dbpasswd = $_GET['canary-in-config'];",
    "a choice by what is compared": "$dbpasswd = getenv('CONFIG_TEST') == 'a' ? 'canary-in-config' : 'b';",
    "half a choice": "$dbpasswd = true ? 'canary-in-config';",
    "a fall-back in a function": "$dbpasswd = getenv('CONFIG_NOT_SET') ?: file_get_contents('canary-in-config');",
    "too many parentheses": "$dbpasswd = " + "(" * 2000 + "'canary-in-config'" + ")" * 2000 + ";",
    "too many calls": "$dbpasswd = " + "getenv(" * 2000 + "'canary-in-config'" + ")" * 2000 + ";",
    "too many negations": "$dbpasswd = " + "!" * 2000 + "'canary-in-config';",
    "too many casts": "$dbpasswd = " + "(string)" * 2000 + "'canary-in-config';",
    "nothing": "$dbpasswd = ;",
    "two strings": "$dbpasswd = 'canary-in-config' 'b';",
    "half a concatenation": "$dbpasswd = 'canary-in-config' . ;",
    "a block": "if (getenv('X')) { $dbpasswd = 'canary-in-config'; }",
    "the other half of a block": "$dbpasswd = 'a'; if ($x) { } else { $dbpasswd = 'canary-in-config'; }",
    "a condition without braces": "if (getenv('X')) $dbpasswd = 'canary-in-config';",
    "a block with endif": "if ($x): $y = 1; $dbpasswd = 'canary-in-config'; endif;",
    "a function of its own": "function f() { $dbpasswd = 'canary-in-config'; }",
    "a chain": "$other = $dbpasswd = 'canary-in-config';",
    "more at the end": "$dbpasswd = 'canary-in-config'; $dbpasswd .= 'b';",
    "a default": "$dbpasswd ??= 'canary-in-config';",
    "a reference": "$dbpasswd = 'a'; $p = &$dbpasswd; $p = 'canary-in-config';",
    "an element": "$dbpasswd = 'canary-in-config'; $dbpasswd[0] = 'x';",
    "taken away": "$dbpasswd = 'canary-in-config'; unset($dbpasswd);",
    "unpacked": "[$dbuser, $dbpasswd] = ['a', 'canary-in-config'];",
    "a loop": "foreach (['canary-in-config'] as $dbpasswd) { }",
    "the environment, not set": "$dbpasswd = getenv('CONFIG_NOT_SET');",
    "the environment, put together": "$dbpasswd = 'canary-in-config' . getenv('CONFIG_NOT_SET');",
    "a fall-back that PHP never takes": "$dbpasswd = getenv('CONFIG_NOT_SET') ?? 'canary-in-config';",
    "another character set": b"$dbpasswd = 'canary-in-config\xe4';",
    "a character that no database takes": "$dbpasswd = 'canary-in-config\0';",
}


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("code", REFUSED.values(), ids=REFUSED)
def test_what_only_php_could_tell_is_refused_by_name(tmp_path: Path, code: str) -> None:
    path = write(tmp_path, code)
    with pytest.raises(
        ConfigurationError, match=r"\$db(user|passwd) in .*config\.php .*PHPBB3_DATABASE"
    ) as error:
        database(path)
    assert SECRET not in str(error.value)
    assert SECRET not in repr(read_config_php(path))


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("code", REFUSED.values(), ids=REFUSED)
def test_what_the_owner_sets_wins(tmp_path: Path, code: str) -> None:
    read = database(write(tmp_path, code), PASSWORD="mine", USER="me")
    assert (read.password, read.user, read.database) == ("mine", "me", "forum")


@pytest.mark.parametrize(
    "end", ["$dbpasswd = 'canary-in-config;", '$dbpasswd = "canary-in-config;', "`canary-in-config`;"]
)
def test_a_file_that_php_cannot_use(tmp_path: Path, end: str) -> None:
    with pytest.raises(ConfigurationError, match=r"config\.php has a string without an end") as error:
        database(write(tmp_path, end))
    assert SECRET not in str(error.value)


def test_nothing_is_executed(tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    code = f"touch('{flag}'); system('touch {flag}'); $x = fopen('{flag}', 'w'); eval('touch(\"{flag}\");');"
    assert database(write(tmp_path, code)).database == "forum"
    assert not flag.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "assigns no \\$dbms"),
        (b"$dbms = 'postgres';", "assigns no \\$dbms"),
        (b"<html>Forbidden</html>", "assigns no \\$dbms"),
        ("<?php $dbms = 'postgres';".encode("utf-16"), "assigns no \\$dbms"),
        (b"<?php return ['dbms' => 'postgres'];", "assigns no \\$dbms"),
        (b"<?php require '/etc/forum.php'; $table_prefix = 'phpbb_';", "includes another file"),
        (b"<?php $dbms = DRIVER;", "\\$dbms in .* only PHP could follow"),
        (b"<?php if ($live) { $dbms = 'postgres'; }", "\\$dbms in .* only PHP could follow"),
        (b"<?php $dbms = 'postgres';", "\\$dbname .* is empty or missing"),
        (b"<?php $dbms = 'postgres'; $dbname = '';", "\\$dbname .* is empty or missing"),
        (b"<?php $dbms = 'sqlite3'; $dbhost = '';", "\\$dbhost .* is empty or missing"),
        (b"<?php $dbms = 'mysqli'; $dbname = 'a'; $dbport = 'none';", "\\$dbport .* neither"),
        (b"<?php $dbms = 'mysqli'; $dbname = 'a'; $dbport = '65536';", "\\$dbport .* neither"),
        (b"<?php $dbms = 'postgres'; $dbname = 'a'; $dbhost = 'x'; $dbport = 3.5;", "\\$dbport .* neither"),
        (
            b"<?php $dbms = 'postgres'; $dbname = 'a'; $dbhost = 'x'; $dbport = '9999999999999999';",
            "\\$dbport .* neither",
        ),
        (
            b"<?php $dbms = 'postgres'; $dbname = 'a'; $table_prefix = 'a; DROP';",
            "\\$table_prefix .* other char",
        ),
    ],
)
def test_a_file_of_no_use(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "config.php"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=said):
        database(path)


@pytest.mark.parametrize(
    "opening", ["<?php\n", "\ufeff<?php\n", "<?PHP ", "<?\n", "#!/usr/bin/php\n<?php\n", "<?php\r\n"]
)
def test_ways_to_begin(tmp_path: Path, opening: str) -> None:
    assert database(write(tmp_path, HEAD, head=opening)).database == "forum"


PLACES = {
    "3.0's words": ("$dbms='postgres';$dbhost='db';", "postgres", "db", None),
    "mysql of 3.0": ("$dbms='mysql';$dbhost='db';", "mysql", "db", None),
    "capitals": ("$dbms='phpbb\\\\db\\\\driver\\\\MySQLi';", "mysqli", "", None),
    "one backslash": ("$dbms='phpbb\\db\\driver\\mysqli';", "mysqli", "", None),
    "a port": ("$dbms='postgres';$dbhost='db';$dbport='5433';", "postgres", "db", 5433),
    "a port as a number": ("$dbms='postgres';$dbhost='db';$dbport=5433;", "postgres", "db", 5433),
    "no port": ("$dbms='postgres';$dbhost='db';$dbport='0';", "postgres", "db", None),
    "a port in the host": ("$dbms='postgres';$dbhost='db:5433';$dbport='1';", "postgres", "db", 5433),
    "an address with colons": ("$dbms='postgres';$dbhost='::1';$dbport='1';", "postgres", "::1", 1),
    "the socket": ("$dbms='postgres';$dbhost='localhost';", "postgres", "", None),
    "the socket of another port": ("$dbms='postgres';$dbhost='localhost:5433';", "postgres", "", 5433),
    "a socket's folder": ("$dbms='postgres';$dbhost='/run/pg';", "postgres", "/run/pg", None),
    "a port without a host": ("$dbms='postgres';$dbhost='';$dbport='5433';", "postgres", "", None),
    "the socket's port": ("$dbms='postgres';$dbhost='localhost';$dbport='5433';", "postgres", "", 5433),
    "more than a host": ("$dbms='postgres';$dbhost='db sslmode=prefer';$dbport='1';", "postgres", "db", 1),
    "a later host": ("$dbms='postgres';$dbhost='db';$dbport='1 host=other';", "postgres", "other", 1),
    "MySQL's port in the host": ("$dbms='mysqli';$dbhost='db:3307';$dbport='1';", "mysqli", "db", 3307),
    "MySQL's lasting connection": ("$dbms='mysqli';$dbhost='p:db';$dbport='3307';", "mysqli", "db", 3307),
    "both of MySQL's": ("$dbms='mysqli';$dbhost='p:db:3307';$dbport='';", "mysqli", "db", 3307),
    "MySQL by IPv6": ("$dbms='mysqli';$dbhost='[::1]:3307';", "mysqli", "::1", 3307),
    "MySQL by IPv6 without a port": ("$dbms='mysqli';$dbhost='::1';$dbport='3307';", "mysqli", "::1", 3307),
    "MySQL's socket": ("$dbms='mysqli';$dbhost='x';$dbport='/run/m.sock';", "mysqli", "/run/m.sock", None),
    "MySQL on this machine": ("$dbms='mysqli';$dbhost='localhost';", "mysqli", "localhost", None),
}


@pytest.mark.parametrize(("code", "dbms", "host", "port"), PLACES.values(), ids=PLACES)
def test_places(tmp_path: Path, code: str, dbms: str, host: str, port: int | None) -> None:
    read = database(write(tmp_path, code))
    assert (read.dbms, read.host, read.port) == (dbms, host, port)


def test_a_schema_is_searched(tmp_path: Path) -> None:
    read = database(write(tmp_path, "$dbname = 'forum.board';"))
    assert (read.database, dict(read.options)) == ("forum", {"options": "-c search_path=board"})
    mine = database(
        write(tmp_path, "$dbname = 'forum.board';"), OPTIONS={"options": "-c geqo=off", "sslmode": "require"}
    )
    assert dict(mine.options) == {"options": "-c geqo=off", "sslmode": "require"}


@pytest.mark.parametrize(
    ("written", "search_path"),
    [
        ("Board", "board"),
        ('"My Board", public', '"My\\ Board",public'),
        ("'Board'", '"Board"'),
        ("a.b", "a"),
    ],
)
def test_a_schema_is_read_as_sql_reads_it(tmp_path: Path, written: str, search_path: str) -> None:
    quoted = written.replace("'", "\\'")
    read = database(write(tmp_path, f"$dbname = 'forum.{quoted}';"))
    assert (read.database, read.options["options"]) == ("forum", f"-c search_path={search_path}")


POSTGRESQL = {
    "a quote": (r"$dbpasswd = 'it\\\'s';", {"password": "it's"}),
    "a backslash": (r"$dbpasswd = 'a\\\\b';", {"password": "a\\b"}),
    "blanks": ("$dbpasswd = ' a b ';", {"password": " a b "}),
    "a user with more behind": (
        "$dbuser = 'board sslmode=require';",
        {"user": "board", "options": {"sslmode": "require"}},
    ),
    "a host with more behind": (
        "$dbhost = '127.0.0.1 sslmode=prefer  application_name=\\'the board\\'';",
        {"host": "127.0.0.1", "options": {"sslmode": "prefer", "application_name": "the board"}},
    ),
    "a host that names the database": (
        "$dbhost = 'db dbname=other';",
        {"host": "db", "database": "forum"},
    ),  # it comes last
}


@pytest.mark.parametrize(("code", "settings"), POSTGRESQL.values(), ids=POSTGRESQL)
def test_postgresqls_values_go_into_one_string_of_libpq(
    tmp_path: Path, code: str, settings: dict[str, Any]
) -> None:
    read = database(write(tmp_path, code))
    assert {name: getattr(read, name) for name in settings} == settings


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("$dbpasswd = 'canary-in-config\\'s';", "dbpasswd"),
        ("$dbpasswd = 'canary-in-config\\\\';", "dbpasswd"),
        ("$dbuser = 'two canary-in-config';", "dbuser"),
        ("$dbname = 'forum.canary-in-config';", "dbname"),
    ],
)
def test_what_libpq_would_refuse_is_refused_by_name(tmp_path: Path, code: str, name: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"\${name} in .*libpq|\${name} in .*SQL") as error:
        database(write(tmp_path, code))
    assert SECRET not in str(error.value)


def test_mysqls_host_with_no_port_behind_its_colon(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"\$dbhost .*colon"):
        database(write(tmp_path, "$dbhost = 'localhost:/run/m.sock';", head=MYSQL))


LONG: dict[str, Callable[[int], str]] = {
    "a variable again and again": lambda times: "$dbpasswd = 'a'; $x = " + "$dbms." * times + "'';",
    "heredocs without an end": lambda times: "$dbpasswd = 'a'; " + "$x = <<<A\n" * times,
    "parentheses": lambda times: "$dbpasswd = " + "(" * times + ")" * times + ";",
    "fall-backs": lambda times: "$dbpasswd = 'a'" + " ?: 'b'" * times + ";",
    "a concatenation": lambda times: "$dbpasswd = 'a'" + " . 'b'" * times + ";",
    "blocks": lambda times: "if (1) {" * times,
}


@pytest.mark.parametrize("written", LONG.values(), ids=LONG)
def test_a_long_file_takes_no_more_than_its_length(tmp_path: Path, written: Callable[[int], str]) -> None:
    """Counted, not timed: twice as long may take about twice as many steps."""
    steps = [_steps(write(tmp_path, written(times))) for times in (2000, 4000)]
    assert steps[1] < 2.2 * steps[0]


def _steps(path: Path) -> int:
    count = 0

    def trace(*_: Any) -> Any:
        nonlocal count
        count += 1
        return trace

    sys.settrace(trace)
    try:
        with contextlib.suppress(ConfigurationError):
            read_config_php(path)
    finally:
        sys.settrace(None)
    return count


def test_a_sqlite_file_lies_beside_it(tmp_path: Path) -> None:
    sqlite = "$dbms = 'phpbb\\\\db\\\\driver\\\\sqlite3';"
    assert database(write(tmp_path, sqlite + "$dbhost = 'store/b.db';")).database == str(
        tmp_path / "store" / "b.db"
    )
    assert database(write(tmp_path, sqlite + "$dbhost = '/srv/b.db';")).database == "/srv/b.db"
    here = database(write(tmp_path, sqlite + "$dbhost = __DIR__ . '/b.db';")).database
    assert here == str(tmp_path.resolve() / "b.db")


def test_the_forums_folder_will_do(tmp_path: Path) -> None:
    write(tmp_path, "")
    assert database(tmp_path).database == "forum"


@pytest.mark.parametrize("name", ["none", "none/config.php", "config.php/config.php"])
def test_a_file_that_is_not_there(tmp_path: Path, name: str) -> None:
    write(tmp_path, "")
    with pytest.raises(ConfigurationError, match=r"PHPBB_CONFIG'\] is .*cannot be read: (No such|Not a dir)"):
        database(tmp_path / name)


def test_a_folder_without_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read: No such file"):
        database(tmp_path)


@contextlib.contextmanager
def without_rights(folder: Path) -> Iterator[None]:
    """Have no right to read in a folder; the system's administrator puts the rights down."""
    if not hasattr(os, "seteuid"):
        pytest.skip("this system knows no such rights")
    folder.chmod(0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)
        folder.chmod(0o700)


def test_a_file_that_this_process_may_not_read(tmp_path: Path) -> None:
    folder = tmp_path / "forum"
    folder.mkdir()
    path = write(folder, f"$dbpasswd = '{SECRET}';")
    with without_rights(folder), pytest.raises(ConfigurationError, match="cannot be read: Permission denied"):
        database(path)


def test_the_password_is_nowhere(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    path = write(tmp_path, f"$dbpasswd = '{SECRET}';")
    read = database(path)
    assert read.password == SECRET
    assert SECRET not in repr(read) + str(read_config_php(path)) + caplog.text


CHOICES = [
    ("postgres", {"psycopg", "psycopg2"}),
    ("phpbb\\\\db\\\\driver\\\\mysqli", {"pymysql"}),
    ("mysql", {"pymysql"}),
    ("phpbb\\\\db\\\\driver\\\\sqlite3", {"sqlite3"}),
]


def make(path: Path, driver: str) -> str:
    app = Flask("tests")
    app.config.update(
        PHPBB3={"DRIVER": driver, "VERSION": "3.3"}, PHPBB3_DATABASE={"PHPBB_CONFIG": str(path)}
    )
    PhpBB3(app)
    name: str = app.extensions["phpbb3"].driver.name
    return name


@pytest.mark.parametrize(("dbms", "names"), CHOICES)
def test_a_driver_is_found(tmp_path: Path, dbms: str, names: set[str]) -> None:
    pytest.importorskip("psycopg2")
    pytest.importorskip("pymysql")
    assert make(write(tmp_path, f"$dbms = '{dbms}'; $dbhost = 'board.db';"), "auto") in names


@pytest.mark.parametrize("dbms", ["mssqlnative", "oracle", "mssql_odbc", "firebird", "sqlite"])
def test_a_database_that_nothing_serves(tmp_path: Path, dbms: str) -> None:
    path = write(tmp_path, f"$dbms = 'phpbb\\\\db\\\\driver\\\\{dbms}'; $dbhost = 'x';")
    with pytest.raises(ConfigurationError, match=f"No driver serves '{dbms}'"):
        make(path, "auto")


@pytest.mark.parametrize(
    ("dbms", "driver"), [("postgres", "sqlite3"), ("mysqli", "psycopg2"), ("oracle", "sqlite3")]
)
def test_a_driver_that_does_not_fit(tmp_path: Path, dbms: str, driver: str) -> None:
    pytest.importorskip(driver)
    with pytest.raises(ConfigurationError, match=f"'{driver}', but .*config.php says .*'{dbms}'.*auto"):
        make(write(tmp_path, f"$dbms = '{dbms}';"), driver)


def test_auto_without_a_file() -> None:
    app = Flask("tests")
    app.config["PHPBB3"] = {"DRIVER": "auto"}
    with pytest.raises(ConfigurationError, match="PHPBB_CONFIG"):
        PhpBB3(app)


@settings(max_examples=150, deadline=None)
@given(code=st.text(alphabet=st.sampled_from("$dbpasw=;'\"\\.(){}<>?:/*#&,[]@ \n0aEOT"), max_size=60))
def test_whatever_is_written_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, code: str) -> None:
    path = write(tmp_path_factory.getbasetemp(), f"$dbpasswd = 'x'; {code}")
    with contextlib.suppress(ConfigurationError):
        assert isinstance(database(path).password, str)


@settings(max_examples=150, deadline=None)
@given(
    password=st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
)
def test_every_password_that_the_installer_writes(
    tmp_path_factory: pytest.TempPathFactory, password: str
) -> None:
    written = password.replace("\\", "\\\\").replace("'", "\\'")
    path = write(
        tmp_path_factory.getbasetemp(),
        f"$dbpasswd = '{written}';\n@define('PHPBB_INSTALLED', true);\n",
        head=MYSQL,
    )
    assert database(path).password == password

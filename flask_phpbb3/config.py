"""Every setting: key, default, check and message. Frozen once read; knows nothing of Flask."""

from __future__ import annotations

import dataclasses
import difflib
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Final, TypeVar

from .errors import ConfigurationError
from .phpbb.config_php import read_config_php

SESSION_BACKEND_TYPES: Final = (
    *("cookie", "simple", "memcached", "redis", "redis-cluster", "redis-sentinel"),
    *("filesystem", "null"),
)
_USUAL_SERVERS: Final = {
    "redis": ("127.0.0.1:6379",),
    "redis-cluster": ("127.0.0.1:6379",),
    "redis-sentinel": ("127.0.0.1:26379",),
}

HIDDEN_BBCODES: Final = (
    "guest", "guests", "hidden", "hide", "hidereply", "hidethanks", "like", "likes", "loggedin", "login", "member",
    "members", "nonguest", "postcount", "private", "registered", "reply", "replyhide", "staff", "thanks", "xhide",
)  # fmt: skip
"""Names of BBCodes that say that their content is not for everybody."""

_FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,60}\Z")
_COLUMN_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}\Z")
_COLUMNS = re.compile(r"\w[\w ]*\*?\Z")
_PREFIX = re.compile(r"[A-Za-z0-9_]*\Z")
_COOKIE_PREFIX = re.compile(r"[A-Za-z0-9_\-]*\Z")
_STATEMENT_NAME = re.compile(r"(?:get|fetch|has|set)_[a-z0-9_]+\Z")
_SERVER = re.compile(
    r"/\S+|(?:\[[0-9A-Fa-f:]+\]|[\w.\-]+)(?::(?P<port>[0-9]{1,5}))?|rediss?://\S+|unix://\S+"
)
_KEY_PREFIX = re.compile(r"[!-~]{0,64}\Z")

Check = Callable[[Any], Any]
"""Take a given value, return the one to keep, or raise ValueError with what is allowed."""

_T = TypeVar("_T")


def _text(pattern: re.Pattern[str] | None = None, allowed: str = "a string") -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, str) or "\0" in value or (pattern and not pattern.match(value)):
            raise ValueError(allowed)
        return value

    return check


def _integer(lowest: int, highest: int) -> Check:
    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            raise ValueError(f"an integer from {lowest} to {highest}")
        return value

    return check


def _seconds(*, zero: bool, most: float = math.inf) -> Check:
    allowed = "a number of seconds, " + ("0 or more" if zero else "more than 0")
    if most < math.inf:
        allowed += f" and {most:g} at most"

    def check(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ValueError(allowed)
        if not math.isfinite(value) or not 0 <= value <= most or (value == 0 and not zero):
            raise ValueError(allowed)
        return value

    return check


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("True or False")
    return value


def _optional(check: Check) -> Check:
    def check_optional(value: Any) -> Any:
        if value is None:
            return None
        try:
            return check(value)
        except ValueError as error:
            raise ValueError(f"{error}, or None") from None

    return check_optional


def _list_of(check: Check, *, what: str, empty: bool = True) -> Check:
    allowed = f"a list of {what}" + ("" if empty else " with at least one entry")

    def check_list(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, (list, tuple)) or not (value or empty):
            raise ValueError(allowed)
        try:
            checked = tuple(check(item) for item in value)
        except ValueError:
            raise ValueError(allowed) from None
        if len(set(checked)) != len(checked):
            raise ValueError(f"{allowed}, each once")
        return checked

    return check_list


def _statements(value: Any) -> Mapping[str, str]:
    allowed = "a dict of statement names (get_…, fetch_…, has_…, set_…, in lower case) to SQL"
    if not isinstance(value, Mapping):
        raise ValueError(allowed)
    for name, sql in value.items():
        if not isinstance(name, str) or not _STATEMENT_NAME.match(name):
            raise ValueError(f"{allowed}; {name!r} is no such name")
        if not isinstance(sql, str):
            raise ValueError(f"{allowed}; {name!r} is not given as a string")
    return MappingProxyType(dict(value))


def _server(value: Any) -> str:
    found = _SERVER.fullmatch(value) if isinstance(value, str) else None
    if found is None or int(found["port"] or 1) not in range(1, 65536):
        raise ValueError("'host:port' or the path of a socket")
    return str(value)


def _options(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise ValueError("a dict of arguments for the driver's connect()")
    return MappingProxyType(dict(value))


def _hosts(value: Any) -> str:
    """Check one host or several, which are kept as libpq writes them: with commas between."""
    hosts = [value] if isinstance(value, str) else value
    if not isinstance(hosts, (list, tuple)) or not hosts:
        raise ValueError("a string, or a list of hosts")
    for host in hosts:
        if not isinstance(host, str) or "\0" in host or (not isinstance(value, str) and "," in host):
            raise ValueError("a string, or a list of hosts")
    return ",".join(hosts)


def _ports(value: Any) -> int | tuple[int, ...]:
    port = _integer(1, 65535)
    try:
        return tuple(map(port, value)) if isinstance(value, (list, tuple)) and value else int(port(value))
    except ValueError as error:
        raise ValueError(f"{error}, a list of one for each of several hosts") from None


def _one_of(*names: str) -> Check:
    def check(value: Any) -> str:
        if value not in names:
            raise ValueError("one of " + ", ".join(map(repr, names)))
        return str(value)

    return check


def _url(value: Any) -> str:
    if not isinstance(value, str) or not re.match(r"https?://[^/\s?#]+(?:/[^\s?#]*)?\Z", value):
        raise ValueError("an address such as 'https://forum.example.org/phpbb' without query or fragment")
    return value.rstrip("/")


def _login_url(value: Any) -> str:
    if not isinstance(value, str) or not re.match(
        r"(?:https?://[^/\s{}]+|/(?!/))(?:[^\s{}]|\{next\})*\Z", value
    ):
        raise ValueError(
            "an address or a path that starts with '/', with '{next}' where the way back shall stand"
        )
    return value


def _words(value: Any) -> Mapping[str, Mapping[str, Any]]:
    """Check language strings; those that are given for no language in particular are kept under ``""``."""
    allowed = "a dict of phpBB's language keys to strings, or of languages ('fr') to such dicts"
    if not isinstance(value, Mapping):
        raise ValueError(allowed)
    languages: dict[str, Any] = {"": {}}
    for key, word in value.items():
        strings = word if isinstance(word, Mapping) else {key: word}
        for name, text in strings.items():
            forms = text if isinstance(text, (list, tuple)) and text else [text]
            if not isinstance(name, str) or not all(isinstance(form, str) for form in forms):
                raise ValueError(allowed)
        if isinstance(word, Mapping):
            languages[str(key).lower()] = MappingProxyType(dict(word))
        else:
            languages[""][key] = word
    return MappingProxyType(languages)


def _markup(value: Any) -> Mapping[str, str]:
    allowed = "a dict of elements ('QUOTE') to templates in the language of custom BBCodes"
    if not isinstance(value, Mapping):
        raise ValueError(allowed)
    if not all(isinstance(text, str) for pair in value.items() for text in pair):
        raise ValueError(allowed)
    return MappingProxyType({name.upper(): template for name, template in value.items()})


def _setting(default: Any, check: Check, *, secret: bool = False) -> Any:
    """Declare a setting whose key is the field's name in upper case."""
    metadata = {"check": check, "secret": secret}
    if isinstance(default, (dict, MappingProxyType)):
        return field(default_factory=lambda: MappingProxyType(dict(default)), metadata=metadata)
    return field(default=default, metadata=metadata, repr=not secret)


@dataclass(frozen=True, kw_only=True)
class ConnectorSettings:
    """``PHPBB3``: which plugins serve the board."""

    driver: str = _setting("psycopg2", _text(re.compile(r".+"), "the name of a driver"))
    version: str = _setting("3.1", _text(re.compile(r".+"), "a phpBB release such as '3.3', or 'auto'"))


@dataclass(frozen=True, kw_only=True)
class DatabaseSettings:
    """``PHPBB3_DATABASE``: where the board's database is and what may be asked of it.

    :ivar phpbb_config: the forum's ``config.php``, from which whatever is not given here is read.
    :ivar dbms: phpBB's word for the database, from that file; empty without it.
    """

    phpbb_config: str | None = _setting(
        None, _optional(_text(re.compile(r".+", re.DOTALL), "the path of the forum's config.php"))
    )
    host: str = _setting("127.0.0.1", _hosts)
    port: int | tuple[int, ...] | None = _setting(None, _optional(_ports))
    database: str = _setting("phpbb3", _text(re.compile(r".+", re.DOTALL), "a name, or the path of a file"))
    user: str = _setting("phpbb3", _text())
    password: str = _setting("", _text(), secret=True)
    table_prefix: str = _setting(
        "phpbb_", _text(_PREFIX, "letters, digits and underscores, as $table_prefix in phpBB's config.php")
    )
    custom_user_fields: tuple[str, ...] = _setting(
        (),
        _list_of(_text(_FIELD_NAME), what="custom profile field names in lower case, without their 'pf_'"),
    )
    custom_statements: Mapping[str, str] = _setting({}, _statements)
    user_columns: tuple[str, ...] = _setting(
        (), _list_of(_text(_COLUMN_NAME), what="columns of the table users, in lower case")
    )
    escaped_columns: tuple[str, ...] = _setting(
        (), _list_of(_text(_COLUMNS), what="columns as rows name them, or how some begin with a '*' behind")
    )
    options: Mapping[str, Any] = field(
        default_factory=lambda: MappingProxyType({}), repr=False, metadata={"check": _options, "secret": True}
    )
    pool_size: int = _setting(5, _integer(1, 1000))
    pool_timeout: float = _setting(5, _seconds(zero=True))
    connect_timeout: float = _setting(5, _seconds(zero=False))
    statement_timeout: float = _setting(10, _seconds(zero=False))
    prepare: bool = _setting(True, _boolean)
    request_timeout: float = _setting(15, _seconds(zero=False))
    dbms: str = field(default="", metadata={})

    @property
    def hosts(self) -> tuple[tuple[str, int | None], ...]:
        """Return each host with its port, in the order in which they are tried."""
        hosts = self.host.split(",")
        ports = self.port if isinstance(self.port, tuple) else (self.port,) * len(hosts)
        return tuple(zip(hosts, ports, strict=True))

    def lists(self, statement: str) -> bool:
        """Tell whether the owner lists a statement that writes.

        :param statement: its name, such as ``set_rank``.
        """
        return (
            statement in self.custom_statements or statement.removeprefix("set_") in self.custom_user_fields
        )

    @property
    def lists_writers(self) -> bool:
        """Tell whether the owner lists anything that writes."""
        return bool(self.custom_user_fields) or any(
            name.startswith("set_") for name in self.custom_statements
        )


@dataclass(frozen=True, kw_only=True)
class SessionBackendSettings:
    """``PHPBB3_SESSION_BACKEND``: where cached answers and application keys are kept."""

    type: str = _setting("cookie", _one_of(*SESSION_BACKEND_TYPES))
    servers: tuple[str, ...] = _setting(
        ("127.0.0.1:11211",),
        _list_of(_server, what="servers ('host:port' or the path of a socket)", empty=False),
        secret=True,
    )
    master: str = _setting(
        "mymaster", _text(re.compile(r"[\w.\-]+\Z"), "the name under which the sentinels watch the master")
    )
    directory: str | None = _setting(
        None,
        _optional(_text(re.compile(r".+", re.DOTALL), "the path of a folder that only the site can read")),
    )
    key_prefix: str = _setting("phpbb3", _text(_KEY_PREFIX, "at most 64 printable ASCII characters"))
    application: str | None = _setting(
        None, _optional(_text(_KEY_PREFIX, "at most 64 printable ASCII characters"))
    )


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings of one application, checked and frozen.

    :ivar connector: ``PHPBB3``.
    :ivar database: ``PHPBB3_DATABASE``.
    :ivar session_backend: ``PHPBB3_SESSION_BACKEND``.
    :ivar driver_settings: what the chosen driver declares as its own, by config key.

    Every other field is the config key ``PHPBB3_<FIELD>``; the README has them in full.
    """

    connector: ConnectorSettings = field(default_factory=ConnectorSettings)
    database: DatabaseSettings = field(default_factory=DatabaseSettings)
    session_backend: SessionBackendSettings = field(default_factory=SessionBackendSettings)
    driver_settings: Mapping[str, Any] = field(
        default_factory=lambda: MappingProxyType({}), repr=False, metadata={}
    )
    cookie_name: str | None = _setting(
        None, _optional(_text(_COOKIE_PREFIX, "the cookies' prefix with its underscore: 'phpbb3_ab1cd_'"))
    )
    botlist: tuple[str, ...] = _setting((), _list_of(_text(re.compile(r".+")), what="User-Agent prefixes"))
    url_sid: bool = _setting(False, _boolean)
    check_referer: bool = _setting(False, _boolean)
    autologin: bool = _setting(True, _boolean)
    board_url: str | None = _setting(None, _optional(_url))
    login_url: str | None = _setting(None, _optional(_login_url))
    jinja: bool = _setting(True, _boolean)
    record_statements: bool = _setting(False, _boolean)
    words: Mapping[str, Mapping[str, Any]] = _setting({}, _words)
    markup: Mapping[str, str] = _setting({}, _markup)
    hidden_bbcodes: tuple[str, ...] = _setting(
        HIDDEN_BBCODES, _list_of(_text(re.compile(r"[^\s\[\]=/]+\Z")), what="names of BBCodes")
    )
    unsafe_templates: bool = _setting(False, _boolean)
    board_ttl: float = _setting(30, _seconds(zero=True))
    ban_ttl: float = _setting(10, _seconds(zero=True))
    session_cache_ttl: float = _setting(0, _seconds(zero=True, most=60))


_DICTS: Final[dict[str, tuple[str, type[Any]]]] = {
    "PHPBB3": ("connector", ConnectorSettings),
    "PHPBB3_DATABASE": ("database", DatabaseSettings),
    "PHPBB3_SESSION_BACKEND": ("session_backend", SessionBackendSettings),
}


def read_settings(
    config: Mapping[str, Any], *, driver_keys: tuple[str, ...] = (), database: DatabaseSettings | None = None
) -> Settings:
    """Read and check every ``PHPBB3…`` key of an application's config.

    :param config: the application's config.
    :param driver_keys: top-level keys that the chosen driver declares as its own.
    :param database: ``PHPBB3_DATABASE`` as it has been read already, from which the driver was found.
    :raises ConfigurationError: naming the key, what was given and what is allowed.
    """
    simple = {f"PHPBB3_{f.name.upper()}": f for f in fields(Settings) if "check" in f.metadata}
    known = [*_DICTS, *simple, *driver_keys]
    values: dict[str, Any] = {}
    for key in (key for key in config if key == "PHPBB3" or key.startswith("PHPBB3_")):
        if key == "PHPBB3_DATABASE" and database is not None:
            values["database"] = database
        elif key in _DICTS:
            name, kind = _DICTS[key]
            values[name] = _read_dict(key, config[key], kind)
        elif key in simple:
            values[simple[key].name] = _checked(key, config[key], simple[key].metadata)
        elif key not in driver_keys:
            raise ConfigurationError(_unknown(key, known, ""), key=key)
    backend = values.get("session_backend", SessionBackendSettings())
    if backend.type == "filesystem" and not backend.directory:
        raise ConfigurationError(
            "PHPBB3_SESSION_BACKEND['TYPE'] is 'filesystem', which needs ['DIRECTORY']: the path of a folder that "
            "only the site can read.",
            key="PHPBB3_SESSION_BACKEND['DIRECTORY']",
        )
    if backend.type in _USUAL_SERVERS and "SERVERS" not in config.get("PHPBB3_SESSION_BACKEND", {}):
        values["session_backend"] = dataclasses.replace(backend, servers=_USUAL_SERVERS[backend.type])
    own = {key: config[key] for key in driver_keys if key in config}
    return Settings(**values, driver_settings=MappingProxyType(own))


def _read_dict(key: str, given: Any, kind: type[_T]) -> _T:
    if not isinstance(given, Mapping):
        raise ConfigurationError(f"{key} must be a dict, not {type(given).__name__}.", key=key)
    by_key = {
        f.name.upper(): f
        for f in fields(kind)  # type: ignore[arg-type]  # always a dataclass
        if "check" in f.metadata
    }
    values: dict[str, Any] = {}
    for name, value in given.items():
        path = f"{key}[{name!r}]"
        if name not in by_key:
            raise ConfigurationError(_unknown(str(name), list(by_key), key), key=path)
        values[by_key[name].name] = _checked(path, value, by_key[name].metadata)
    made = kind(**_from_phpbb(values)) if values.get("phpbb_config") else kind(**values)
    if isinstance(made, DatabaseSettings) and isinstance(made.port, tuple):
        hosts = len(made.host.split(","))
        if len(made.port) != hosts:
            raise ConfigurationError(
                f"{key}['PORT'] lists {len(made.port)} ports, and ['HOST'] names {hosts}; give each host its port, or "
                "all of them one.",
                key=f"{key}['PORT']",
            )
    return made


def _from_phpbb(given: dict[str, Any]) -> dict[str, Any]:
    """Fill in what the forum's ``config.php`` says and the owner does not."""
    found = read_config_php(given["phpbb_config"])
    read = {
        key.lower(): value for key, value in found.database_settings([key.upper() for key in given]).items()
    }
    options = {**read.pop("options", {}), **given.get("options", {})}
    return {"dbms": found.dbms, **read, **given, "options": MappingProxyType(options)}


def _checked(path: str, value: Any, metadata: Mapping[str, Any]) -> Any:
    try:
        return metadata["check"](value)
    except ValueError as error:
        given = type(value).__name__ if metadata["secret"] else f"{value!r:.80} ({type(value).__name__})"
        raise ConfigurationError(f"{path} is {given}; allowed is {error}.", key=path) from None


def _unknown(name: str, known: list[str], inside: str) -> str:
    """Say where an unknown key belongs, or which known one is near."""
    path = f"{inside}[{name!r}]" if inside else name
    if inside:
        for other, (_, kind) in _DICTS.items():
            if other != inside and name in {f.name.upper() for f in fields(kind) if "check" in f.metadata}:
                return f"Unknown setting {path}: {name} belongs to {other}."
        top_level = f"PHPBB3_{name}"
        if any(top_level == f"PHPBB3_{f.name.upper()}" for f in fields(Settings) if "check" in f.metadata):
            return f"Unknown setting {path}: set {top_level} instead, beside {inside}."
    else:
        own = name.removeprefix("PHPBB3_")
        for other, (_, kind) in _DICTS.items():
            if own in {f.name.upper() for f in fields(kind) if "check" in f.metadata}:
                return f"Unknown setting {name}: {own} belongs to {other}."
    near = difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"Unknown setting {path}. Known: {', '.join(known)}.{hint}"

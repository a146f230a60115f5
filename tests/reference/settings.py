"""What the code knows of each setting, for the line under its heading in ``docs/reference/settings.md``.

What a setting does is written by hand below that line, and stays.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from flask_phpbb3 import config
from flask_phpbb3.config import Settings

from .pages import code

SINCE: Final = {
    "0.2": frozenset(
        {
            "PHPBB3_COOKIE_NAME",
            *(f"PHPBB3.{name}" for name in ("DRIVER", "VERSION")),
            *(f"PHPBB3_SESSION_BACKEND.{name}" for name in ("TYPE", "SERVERS", "KEY_PREFIX")),
            *(f"PHPBB3_DATABASE.{name}" for name in ("HOST", "DATABASE", "USER", "PASSWORD", "TABLE_PREFIX")),
            *(f"PHPBB3_DATABASE.{name}" for name in ("CUSTOM_USER_FIELDS", "CUSTOM_STATEMENTS")),
        }
    )
}
"""Settings by the release that had them first; all others came with 1.0."""

_LINE = re.compile(r"^\*Default\*: .*$", re.MULTILINE)
_SECTION = re.compile(r"^(?P<marks>#{2,3}) `?(?P<title>[^`\n]+)`?\n(?P<body>.*?)(?=^#{2,3} |\Z)", re.M | re.S)


class Setting(NamedTuple):
    """A setting.

    :ivar group: the dict that holds it; empty for a key of its own.
    :ivar key: its name.
    :ivar field: its field.
    """

    group: str
    key: str
    field: dataclasses.Field[Any]

    @property
    def line(self) -> str:
        """Return what the code knows of it."""
        path = f"{self.group}.{self.key}" if self.group else self.key
        since = next((release for release, paths in SINCE.items() if path in paths), "1.0")
        return f"*Default*: {_default(self.field)}. *Allowed*: {_allowed(self.field)}. *Since* {since}."


def settings() -> Iterator[Setting]:
    """Yield all settings in the order of the code, dicts first."""
    for group, (_, kind) in config._DICTS.items():
        for field in dataclasses.fields(kind):
            if "check" in field.metadata:
                yield Setting(group, field.name.upper(), field)
    for field in dataclasses.fields(Settings):
        if "check" in field.metadata:
            yield Setting("", f"PHPBB3_{field.name.upper()}", field)


def _default(field: dataclasses.Field[Any]) -> str:
    factory = field.default_factory
    value = dict(factory()) if factory is not dataclasses.MISSING else field.default
    shown = list(value) if isinstance(value, tuple) else value
    return code(repr(shown)) + (" seconds" if "seconds" in _allowed(field) else "")


def _allowed(field: dataclasses.Field[Any]) -> str:
    """Return what the message about a wrong value says."""
    try:
        field.metadata["check"](object())
    except ValueError as error:
        return re.sub(r"(?<!\w)'([^']*)'(?!\w)", r"`'\1'`", str(error))
    raise AssertionError(f"{field.name} takes anything")


def sections(text: str) -> list[tuple[str, str, str]]:
    """Return group, key and body of each section about a setting, in the order of the page."""
    found, group = [], ""
    for section in _SECTION.finditer(text):
        if section["marks"] == "##":
            group = section["title"] if section["title"] in config._DICTS else ""
        else:
            found.append((group, section["title"], section["body"]))
    return found


def effect(body: str) -> str:
    """Return what is written by hand about a setting."""
    return _LINE.sub("", body).strip()


def whole(text: str) -> str:
    """Return the page with the line under each heading as the code has it.

    :raises ValueError: naming a setting that has no heading.
    """
    lines = {(setting.group, setting.key): setting.line for setting in settings()}
    told = {(group, key) for group, key, _ in sections(text)}
    if told != set(lines):
        raise ValueError(f"docs/reference/settings.md: add or drop {sorted(told ^ set(lines))}.")
    group = ""

    def replace(section: re.Match[str]) -> str:
        nonlocal group
        if section["marks"] == "##":
            group = section["title"] if section["title"] in config._DICTS else ""
            return section[0]
        heading = section[0].partition("\n")[0]
        line = lines[group, section["title"]]
        return f"{heading}\n\n{line}\n\n{effect(section['body'])}\n\n"

    return _SECTION.sub(replace, text).rstrip("\n") + "\n"

"""Checks of what the board says about itself."""

from __future__ import annotations

from collections.abc import Iterator

from ...plugins.registry import AUTO
from ...plugins.version import parse_release
from ...rendering.zones import is_time_zone, knows_names
from ..checkup import Context, Finding, Level


def check_version(context: Context) -> Iterator[Finding]:
    """Compare ``VERSION`` with the release that the board says it is."""
    text = context.bound.board.release()
    asked = context.bound.settings.connector.version
    release = parse_release(text)
    if release is None:
        yield Finding(
            Level.FAILED,
            "version",
            f"The board's config table names no phpBB release; it says {text!r}.",
            "Check PHPBB3_DATABASE['DATABASE'] and ['TABLE_PREFIX']: this may be no phpBB board.",
        )
        return
    connector = context.bound.board.known_connector
    if asked != AUTO and connector is not None and not connector.line.version.serves(release):
        yield Finding(
            Level.FAILED,
            "version",
            f"PHPBB3['VERSION'] is {asked!r}, but the board is phpBB {text}.",
            f"Set it to {context.bound.board.serving(text)!r}, or to 'auto'.",
        )
        return
    if asked == AUTO:
        line = context.bound.plugins.line(text)
        yield Finding(Level.OK, "version", f"The board is phpBB {text}; version {line.name!r} serves it.")
        return
    named = parse_release(asked)
    if named is not None and len(named.release) > 2 and named != release:
        yield Finding(
            Level.WARNING,
            "version",
            f"PHPBB3['VERSION'] is {asked!r}, and the board is phpBB {text}: of the same line, but not the same.",
            f"Set it to {context.bound.board.serving(text)!r}, or to 'auto'.",
        )
        return
    yield Finding(
        Level.OK, "version", f"The board is phpBB {text}, which PHPBB3['VERSION'] {asked!r} serves."
    )


def check_board(context: Context) -> Iterator[Finding]:
    """Read what every request needs of the board."""
    data = context.bound.board.data()
    bans = context.bound.board.bans()
    yield Finding(
        Level.OK, "board", f"{data.config.get('sitename', '')!r}: {len(data.options)} permission options."
    )
    if bans.in_vain:
        some = ", ".join(f"{text!r:.60}" for text in bans.in_vain[:3])
        others = f" and {len(bans.in_vain) - 3} more" if len(bans.in_vain) > 3 else ""
        yield Finding(
            Level.WARNING,
            "bans",
            f"These bans match nobody, on the forum as here: {some}{others}. They come from an older phpBB, where * "
            "stands for anything.",
            "Ban the network instead (127.0.5.0/24 for 127.0.5.*), in the forum's administration, and take them out.",
        )


def check_time_zones(context: Context) -> Iterator[Finding]:
    """Look whether dates can be written in the zones that the board and its members name."""
    config = context.bound.board.data().config
    zone = config.get("board_timezone", "")
    if not knows_names():
        yield Finding(
            Level.WARNING,
            "time zones",
            "There is no database of time zones here, so dates are written in UTC for everybody whose zone has a name.",
            "pip install tzdata, or install the system's package of that name.",
        )
    elif not is_time_zone(zone, config.get("board_dst")):
        yield Finding(
            Level.WARNING,
            "time zones",
            f"The board's time zone is {zone!r}, which is none; phpBB takes UTC then, and so do we.",
            "Choose one in the forum's administration (General, Board settings).",
        )
    else:
        yield Finding(Level.OK, "time zones", f"Guests' dates are written for {zone!r}.")


def check_profile_fields(context: Context) -> Iterator[Finding]:
    """Look whether each of ``CUSTOM_USER_FIELDS`` is a field of the board."""
    connector = context.bound.board.data().connector
    fields = [
        name
        for name in context.bound.settings.database.custom_user_fields
        if f"set_{name}" in connector.profile_fields
    ]
    ask = connector.private
    unknown = [name for name in fields if ask("_get_profile_field", field_ident=name) is None]
    if unknown:
        yield Finding(
            Level.FAILED,
            "profile fields",
            f"PHPBB3_DATABASE['CUSTOM_USER_FIELDS'] names {', '.join(map(repr, unknown))}, which the board does not "
            "have.",
            "Make the field in the forum's administration (Users and groups, Custom profile fields) under this "
            "identification, or take it out.",
        )
    elif fields:
        yield Finding(Level.OK, "profile fields", f"The board has {', '.join(map(repr, fields))}.")

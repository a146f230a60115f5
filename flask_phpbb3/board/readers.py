"""Who reads a text: what phpBB's rows say of a viewer → the `Reader` that rendering takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..phpbb.identity import GUEST_ID, IGNORED
from ..phpbb.php import to_bool, to_int
from ..plugins.version import Viewer
from ..rendering.dates import date_settings
from ..rendering.viewer import ALL_STYLE_BITS, Reader, Words

_ALL_OPTIONS: Final = 230271
_IMAGES, _FLASH, _SMILIES, _CENSOR = 1, 2, 4, 32


@dataclass(frozen=True, kw_only=True)
class ReadingBoard:
    """What of the board decides how a viewer reads.

    :ivar config: phpBB's config table.
    :ivar styles: style id → the BBCodes to which it brings markup of its own.
    :ivar words: language → language strings; ``""`` for all.
    :ivar guest_name: the guest's name, which stands in for that of a user who does not exist.
    :ivar knows_mentions: the board's markup has mentions.
    """

    config: Mapping[str, str]
    styles: Mapping[int, frozenset[int]]
    words: Mapping[str, Words]
    guest_name: str = ""
    knows_mentions: bool = False


def reader_of(
    viewer: Viewer, board: ReadingBoard, *, board_url: str, words: Words | None, now: int
) -> Reader:
    """Return the reader that a viewer is (phpBB rule: Readers).

    :param viewer: whoever reads; asked for permissions only where they decide something.
    :param board: what of the board counts.
    :param board_url: the board's address as the page needs it, with its slash.
    :param words: language strings that win over the settings'; None for none.
    :param now: the time of reading, a Unix time.
    """
    row, config = viewer.user_columns, board.config
    is_guest = (
        to_int(row.get("user_id", GUEST_ID)) <= GUEST_ID or row.get("username_clean") == board.guest_name
    )
    # a visitor knows of PHPBB3_BOTLIST too, other viewers only what the table of users says
    is_bot = bool(getattr(viewer, "is_bot", False)) or (
        not is_guest and to_int(row.get("user_type")) == IGNORED
    )
    options = to_int(row.get("user_options", _ALL_OPTIONS))
    language = str(row.get("user_lang") or config.get("default_lang") or "en")
    style = _style(row, config, is_guest)
    date_format, zone = date_settings({} if is_guest else row, config)
    return Reader(
        images=bool(options & _IMAGES),
        flash=bool(options & _FLASH),
        smilies=bool(options & _SMILIES),
        censor=bool(options & _CENSOR) or not _may(viewer, "u_chgcensors", config, "allow_nocensors"),
        style_bits=board.styles.get(style, ALL_STYLE_BITS),
        style_id=style,
        date_format=date_format,
        zone=zone,
        language=language,
        words=_words(board.words, language, words),
        now=now,
        signed_in=not is_guest,
        is_registered=not is_guest and not is_bot,
        is_bot=is_bot,
        mentions=board.knows_mentions and _may(viewer, "u_mention", config, "allow_mentions"),
        board_url=board_url,
    )


def _style(row: Mapping[str, Any], config: Mapping[str, str], is_guest: bool) -> int:
    default = to_int(config.get("default_style", "1"))
    if is_guest or to_bool(config.get("override_user_style", "")):
        return default
    return to_int(row.get("user_style", default))


def _may(viewer: Viewer, option: str, config: Mapping[str, str], setting: str) -> bool:
    return to_bool(config.get(setting, "")) and viewer.acl.has_privilege(option)


def _words(known: Mapping[str, Words], language: str, given: Words | None) -> Words:
    """Return the strings of a language: given ones win, then those of the language, then those of all."""
    language = language.lower()
    exact = known.get(language, known.get(language.partition("_")[0], {}))
    return {**known.get("", {}), **exact, **(given or {})}

"""What rendering depends on besides the text: who reads, and what the board holds."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import timezone, tzinfo
from types import MappingProxyType
from typing import Any, Final

Words = Mapping[str, str | Sequence[str]]
"""Language strings by phpBB's key: ``WROTE``, ``COLON`` …; ``AGO`` holds its plural forms, zero first."""

ALL_STYLE_BITS: Final = frozenset(range(13))


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads a text, and on which page: everything of the viewer that changes the HTML.

    :ivar images: pictures are shown, else links to them.
    :ivar flash: Flash is shown; we show a link either way, but the text may ask.
    :ivar smilies: smilies are shown as pictures.
    :ivar censor: words are censored.
    :ivar style_bits: the BBCodes to which the reader's style gives its own markup, by phpBB's number.
    :ivar style_id: the reader's style, for templates that ask.
    :ivar date_format: phpBB's pattern, such as ``|d M Y|, H:i``.
    :ivar zone: the reader's time zone.
    :ivar language: the code of the reader's language, such as ``fr`` or ``en_us``.
    :ivar words: strings of that language that win over the built-in English.
    :ivar now: the time of reading, a Unix time.
    :ivar signed_in: a member or a bot, not the guest (``S_USER_LOGGED_IN``).
    :ivar is_registered: a member, neither guest nor bot (``S_REGISTERED_USER``).
    :ivar is_bot: one of the board's bots (``S_IS_BOT``).
    :ivar mentions: mentions are shown as links (4.0).
    :ivar board_url: the board's address as the page needs it, with its slash: ``./`` is relative.
    """

    images: bool = True
    flash: bool = True
    smilies: bool = True
    censor: bool = True
    style_bits: frozenset[int] = ALL_STYLE_BITS
    style_id: int = 1
    date_format: str = "D M d, Y g:i a"
    zone: tzinfo = timezone.utc
    language: str = "en"
    words: Words = field(default_factory=lambda: MappingProxyType({}))
    now: int = 0
    signed_in: bool = False
    is_registered: bool = False
    is_bot: bool = False
    mentions: bool = False
    board_url: str = "./"

    @property
    def key(self) -> str:
        """Return all of the reader by which HTML differs, as a short text for cache keys."""
        parts = {part.name: getattr(self, part.name) for part in fields(self)} | {
            "zone": str(self.zone),
            "words": sorted((name, str(word)) for name, word in self.words.items()),
            "style_bits": sorted(self.style_bits),
            "now": self.now // 60 if "|" in self.date_format else 0,
        }
        return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, kw_only=True)
class BoardTexts:
    """What the board holds that rendering needs, as read at one moment.

    :ivar release: the board's phpBB release, such as ``3.3.10``.
    :ivar bbcodes: rows of the table of custom BBCodes, by ``bbcode_id``.
    :ivar smilies: rows of the table of smilies, in phpBB's order (shown when posting first).
    :ivar censored: rows of the table of censored words, in phpBB's order (by ``replacement``).
    :ivar smilies_path: config ``smilies_path``, without slash at the end.
    :ivar link_schemes: schemes that may be linked (config ``allowed_schemes_links``), in lower case.
    :ivar address: the board's full address with its slash, which templates put before local ones.
    :ivar markup: element name → template of the XML form, as the version has it for this release.
    :ivar uid_markup: name → markup of the bbcode-uid form, as the version has it for this release.
    :ivar overrides: element name → template that the application wants instead.
    :ivar hidden: names of BBCodes, in lower case, whose content is not for everybody.
    :ivar unsafe_templates: scripts and event handlers of the owner's templates are kept.
    """

    release: str = ""
    bbcodes: Sequence[Mapping[str, Any]] = ()
    smilies: Sequence[Mapping[str, Any]] = ()
    censored: Sequence[Mapping[str, Any]] = ()
    smilies_path: str = "images/smilies"
    link_schemes: frozenset[str] = frozenset({"http", "https", "ftp"})
    address: str = "./"
    markup: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    uid_markup: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    overrides: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    hidden: frozenset[str] = frozenset()
    unsafe_templates: bool = False

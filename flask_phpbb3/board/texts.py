"""A board's texts as one application shows them; what rendering needs is read at first use and kept for a while."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from ..config import Settings
from ..errors import ConfigurationError, ParameterError
from ..plugins.driver import Row
from ..plugins.version import ReleaseLine, Viewer
from ..rendering.programs import check_markup
from ..rendering.renderer import Renderer
from ..rendering.viewer import BoardTexts, Reader, Words
from .readers import ReadingBoard, reader_of

_SCHEMES: Final = "http,https,ftp"
_SMILIES_PATH: Final = "images/smilies"
_MOST_RELEASES: Final = 20


class KnownBoard(Protocol):
    """What is known of the board for a short time."""

    settings: Settings

    @property
    def config(self) -> Mapping[str, str]:
        """Return phpBB's config table."""
        ...

    @property
    def guest_columns(self) -> Row:
        """Return the user row of the guest."""
        ...

    @property
    def url(self) -> str:
        """Return the board's address without a slash at its end."""
        ...

    @property
    def line(self) -> ReleaseLine:
        """Return the board's release line."""
        ...

    def kept(self, statement: str) -> Sequence[Row]:
        """Return the rows of a private statement without parameters, kept for a short time."""
        ...


class Texts:
    """Renders the texts of one application's board; asks the board at first use.

    Every method raises BoardUnavailableError if the board has to be asked and cannot be.

    :param board: the board.
    :raises ConfigurationError: if ``PHPBB3_MARKUP`` holds a template that cannot be used.
    """

    def __init__(self, board: KnownBoard) -> None:
        self._board = board
        try:
            check_markup(board.settings.markup)
        except ValueError as error:
            raise ConfigurationError(f"PHPBB3_MARKUP: {error}", key="PHPBB3_MARKUP") from None
        self._renderers: dict[str, tuple[tuple[object, ...], Renderer]] = {}  # by release, with their sources
        self._styles: tuple[Sequence[Row], dict[int, frozenset[int]]] = ((), {})

    def renderer(self, release: str | None = None) -> Renderer:
        """Return what renders the board's texts; compiled anew only when they have changed.

        :param release: the phpBB release whose markup shall be written; None for the board's own.
        :raises ParameterError: if it is no release.
        """
        config = self._board.config
        if release is None:
            release = config.get("version", "")
        elif not isinstance(release, str) or not release[:1].isdigit():
            raise ParameterError(f"release must be a phpBB release such as '3.3.10'; it is {release!r:.40}.")
        line = self._board.line
        rows = tuple(self._board.kept(name) for name in ("_fetch_bbcodes", "_fetch_smilies", "_fetch_words"))
        sources = (line, config, *rows)
        known, renderer = self._renderers.get(release, ((), None))
        if renderer is not None and len(known) == len(sources) and all(map(_is, known, sources)):
            return renderer
        texts = self._texts(release, line, config, rows)
        if renderer is None or renderer.texts != texts:
            renderer = Renderer(texts)
        if len(self._renderers) >= _MOST_RELEASES:
            self._renderers.clear()
        self._renderers[release] = (sources, renderer)
        return renderer

    def reader(
        self,
        viewer: Viewer,
        *,
        board_url: str | None = None,
        words: Words | None = None,
        now: int | None = None,
    ) -> Reader:
        """Return the reader that a viewer is (phpBB rule: Readers).

        :param viewer: the visitor of the request, or whoever else reads.
        :param board_url: the board's address as the page needs it; None for the board's own, ``./`` for a
            relative one.
        :param words: language strings that win over ``PHPBB3_WORDS``.
        :param now: the time of reading, a Unix time; None for the viewer's.
        """
        address = self._board.url if board_url is None else board_url
        reading = ReadingBoard(
            config=self._board.config,
            styles=self._style_bits(),
            words=self._board.settings.words,
            guest_name=str(self._board.guest_columns.get("username_clean", "")),
            knows_mentions="MENTION" in self.renderer().texts.markup,
        )
        return reader_of(
            viewer,
            reading,
            board_url=address.rstrip("/") + "/",
            words=words,
            now=viewer.now if now is None else now,
        )

    def _texts(
        self, release: str, line: ReleaseLine, config: Mapping[str, str], rows: Sequence[Sequence[Row]]
    ) -> BoardTexts:
        bbcodes, smilies, words = rows
        settings = self._board.settings
        return BoardTexts(
            release=release,
            bbcodes=bbcodes,
            smilies=smilies,
            censored=words,
            smilies_path=config.get("smilies_path", _SMILIES_PATH).strip("/"),
            link_schemes=_schemes(config.get("allowed_schemes_links") or _SCHEMES),
            address=self._board.url + "/",
            markup=line.markup(release),
            uid_markup=line.uid_markup(release),
            overrides=settings.markup,
            hidden=frozenset(name.lower() for name in settings.hidden_bbcodes),
            unsafe_templates=settings.unsafe_templates,
        )

    def _style_bits(self) -> Mapping[int, frozenset[int]]:
        rows = self._board.kept("_fetch_styles")
        known, styles = self._styles
        if known is not rows:
            styles = {int(row["style_id"]): style_bits(row["bbcode_bitfield"]) for row in rows}
            self._styles = (rows, styles)
        return styles


def style_bits(bitfield: Any) -> frozenset[int]:
    """Return the numbers of the BBCodes that a bitfield names (phpBB rule: Markup by release).

    :param bitfield: base64, the first BBCode in the highest bit; what is none names no BBCode.
    """
    try:
        octets = base64.b64decode(str(bitfield or ""))
    except (binascii.Error, ValueError):
        return frozenset()
    return frozenset(bit for bit in range(len(octets) * 8) if octets[bit // 8] & (128 >> bit % 8))


def _is(one: object, other: object) -> bool:
    return one is other


def _schemes(setting: str) -> frozenset[str]:
    return frozenset(scheme.strip().lower() for scheme in setting.split(",") if scheme.strip())

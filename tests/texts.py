"""Stored texts and the boards they come from, for tests of rendering; comparing HTML."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

import flask_phpbb3_v30.uid_markup
import flask_phpbb3_v31.uid_markup
import flask_phpbb3_v32.markup
import flask_phpbb3_v32.uid_markup
import flask_phpbb3_v33.markup
import flask_phpbb3_v40.markup
from flask_phpbb3.rendering.markup import markup_of
from flask_phpbb3.rendering.viewer import BoardTexts, Reader
from flask_phpbb3.rendering.zones import time_zone

from . import boards

CONTENT = "content/3.3.10"
HISTORIES = (flask_phpbb3_v32.markup.MARKUP, flask_phpbb3_v33.markup.MARKUP, flask_phpbb3_v40.markup.MARKUP)
UID_HISTORIES = (
    flask_phpbb3_v30.uid_markup.UID_MARKUP,
    flask_phpbb3_v31.uid_markup.UID_MARKUP,
    flask_phpbb3_v32.uid_markup.UID_MARKUP,
)

_XML = re.compile(r"<[rt][ >]")
_TAG = re.compile(r"<([a-z][a-z0-9]*)((?:\s+[^\s=>\"]+(?:=\"[^\"]*\")?)*)\s*/?>")
_ATTRIBUTE = re.compile(r"\s([^\s=>\"]+)(?:=\"([^\"]*)\")?")
_FLASH_OBJECT = '<object classid="clsid:'


def is_xml(text: str) -> bool:
    """Tell whether a stored text is of the XML form, as the tests see it."""
    return _XML.match(text) is not None


def normal(html: str) -> str:
    """Return HTML that is equal for equal HTML: attributes in order, white space and styles in one form."""

    def tag(found: re.Match[str]) -> str:
        attributes = sorted(
            (name, re.sub(r"\s*([,:;])\s*", r"\1", value).rstrip(";") if name == "style" else value)
            for name, value in _ATTRIBUTE.findall(found[2])
        )
        return f"<{found[1]}" + "".join(f' {name}="{value}"' for name, value in attributes) + ">"

    return re.sub(r"\s+", " ", _TAG.sub(tag, html)).strip()


@dataclass
class Comparison:
    """What we show beside what phpBB showed.

    :ivar equal: how many were equal.
    :ivar flash: how many differ because phpBB wrote an object for a Flash player.
    :ivar different: the stored texts that differ otherwise, with phpBB's HTML and ours.
    """

    equal: int = 0
    flash: int = 0
    different: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, stored: str, theirs: str, ours: str) -> None:
        """Compare one text."""
        if normal(theirs) == normal(ours):
            self.equal += 1
        elif _FLASH_OBJECT in theirs:
            self.flash += 1
        else:
            self.different.append((stored, theirs, ours))

    def __str__(self) -> str:
        return f"{self.equal} equal, {self.flash} Flash objects" + "".join(
            f"\n{stored}\n  phpBB {theirs}\n  ours  {ours}" for stored, theirs, ours in self.different[:5]
        )


def board_texts(
    version: str = "3.3.10", release: str | None = None, dump: str = "postgresql.sql.gz", **fields: Any
) -> BoardTexts:
    """Return what a recorded board holds for rendering.

    :param version: the board's folder.
    :param release: its release, if its markup shall be another's.
    :param dump: the dump's name.
    :param fields: other fields of `BoardTexts`.
    """
    smilies = boards.table(version, "smilies", dump)
    smilies.sort(key=lambda row: (-int(row["display_on_posting"]), int(row["smiley_order"])))
    tables: dict[str, Any] = {
        "release": release or version,
        "bbcodes": boards.table(version, "bbcodes", dump),
        "smilies": smilies,
        "censored": sorted(boards.table(version, "words", dump), key=lambda row: str(row["replacement"])),
        "markup": markup_of(HISTORIES, release or version),
        "uid_markup": markup_of(UID_HISTORIES, release or version),
    }
    return BoardTexts(**(tables | fields))


def style_bits(bitfield: str) -> frozenset[int]:
    """Return the numbers that a style's bitfield sets."""
    octets = base64.b64decode(bitfield)
    return frozenset(bit for bit in range(len(octets) * 8) if octets[bit // 8] & (128 >> bit % 8))


def recorded_reader(viewer: Mapping[str, Any], dates: Mapping[str, Any], default_format: str) -> Reader:
    """Return the reader of a recording.

    :param viewer: the recorded viewer.
    :param dates: language → its words for dates.
    :param default_format: the board's own format of dates, which guests are shown.
    """
    options, guest = int(viewer["user_options"]), viewer["user_id"] == 1
    return Reader(
        images=bool(options & 1),
        flash=bool(options & 2),
        smilies=bool(options & 4),
        censor=bool(options & 32) or not viewer["u_chgcensors"],
        style_bits=style_bits(viewer["style_bitfield"]),
        style_id=viewer["user_style"],
        date_format=default_format if guest else viewer["user_dateformat"],
        zone=time_zone(viewer["user_timezone"] or "UTC"),
        language=viewer["user_lang"],
        words={**viewer["words"], **dates.get(viewer["user_lang"], {})},
        now=viewer["now"],
        signed_in=not guest,
        is_registered=not guest,
    )


def recorded_corpus(version: str) -> Iterator[tuple[str, str]]:
    """Yield stored texts with phpBB's HTML: those recorded on a release, and those that are as on 3.3.10."""
    other = boards.load(f"content/{version}", "render-corpus.json.gz") if version != "3.3.10" else {}
    for record in [*other.get("extra", ()), *other.get("corpus", ())]:
        yield record["stored"], record["html"]
    changed = {record["raw"] for record in other.get("corpus", ())}
    for record in boards.load("3.3.10", "render-corpus.json.gz"):
        if "html" in record and record["raw"] not in changed:
            yield record["stored"], record["html"]


RENDERED = pytest.StashKey[dict[str, str]]()


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Callable[[str, Comparison], None]:
    """Hold that recorded texts are rendered as phpBB does, and count them for the end of the run."""
    counts = request.config.stash.setdefault(RENDERED, {})

    def hold(what: str, found: Comparison) -> None:
        assert found.equal, f"nothing was compared: {what}"
        assert not found.different, str(found)
        counts[what] = str(found)

    return hold

"""The package that ``flask phpbb3 new-plugin`` writes: a package called ``acme``, with another name put in.

The files of ``templates`` are that package, each with ``.txt`` behind its name: those in ``common`` are every
kind's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Final

from ..plugins.registry import GROUPS

if TYPE_CHECKING:
    from importlib.abc import Traversable

KINDS: Final = {"driver": "driver", "version": "version", "addon": "add-on"}
"""What the command calls a kind → what messages call it."""

_DESCRIPTIONS: Final = {
    "driver": "A driver of flask_phpbb3: a way to ask a phpBB board.",
    "version": "A version of flask_phpbb3: phpBB {parent} with what one forum has of its own.",
    "addon": "An add-on of flask_phpbb3: statements for the tables of a phpBB extension.",
}
_PARENT: Final = "3.3"
_NAME = re.compile(r"[a-z0-9]+(?:[-._][a-z0-9]+)*\Z")
_LONGEST: Final = 30
_SAMPLE = re.compile(r"phpbb3[-_]acme|ACME_GROUP|ACME_DESCRIPTION|\w*(?:acme|Acme)\w*")


@dataclass(frozen=True)
class PluginName:
    """The one name of a plugin, in the forms that a package needs.

    :param text: as ``DRIVER``, ``VERSION`` or ``plugins`` take it: lower-case words and digits, with ``-``, ``_`` or
        ``.`` between them.
    :raises ValueError: saying what is wrong with it.
    """

    text: str

    def __post_init__(self) -> None:
        if not _NAME.match(self.text) or len(self.text) > _LONGEST:
            raise ValueError(
                f"{self.text!r:.80} is no name for a plugin: write lower-case letters and digits, with '-', '_' or '.' "
                f"between them, {_LONGEST} at most."
            )

    @property
    def package(self) -> str:
        """Return the name by which the package is imported."""
        return f"phpbb3_{re.sub('[-.]', '_', self.text)}"

    @property
    def word(self) -> str:
        """Return it as names in Python and SQL may begin, without a line before it: ``club`` of ``3.2-club``."""
        return re.sub("[-.]", "_", self.text.lstrip("0123456789-._")) or f"v{re.sub('[-.]', '_', self.text)}"

    @property
    def class_name(self) -> str:
        """Return it as names of classes begin."""
        return "".join(part[:1].upper() + part[1:] for part in self.word.split("_"))

    @property
    def distribution(self) -> str:
        """Return the name by which pip installs it."""
        return self.package.replace("_", "-")

    def parent(self, lines: tuple[str, ...]) -> str:
        """Return the line that a version of this name builds on: ``3.2-club`` on 3.2, ``club`` on the usual one."""
        return next((line for line in lines if re.match(rf"{re.escape(line)}(?![0-9])", self.text)), _PARENT)


def files_of(kind: str, name: PluginName, lines: tuple[str, ...] = (_PARENT,)) -> dict[str, str]:
    """Return the files of a new package: path in the package → text.

    :param kind: one of `KINDS`.
    :param lines: names of the versions that a version may build on.
    """
    folder = resources.files(__package__) / "templates"
    texts = dict(_texts(folder / "common")) | dict(_texts(folder / kind))
    parent = name.parent(lines)
    words = {
        "acme": name.text,
        "phpbb3-acme": name.distribution,
        "phpbb3_acme": name.package,
        "ACME_GROUP": GROUPS[KINDS[kind]],
        "ACME_DESCRIPTION": _DESCRIPTIONS[kind].format(parent=parent),
    }
    if kind == "version":
        texts = {path: _based_on(text, parent) for path, text in texts.items()}
    return {_named(path, name, words): _named(text, name, words) for path, text in sorted(texts.items())}


def _texts(folder: Traversable, above: str = "") -> Iterator[tuple[str, str]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _texts(entry, f"{above}{entry.name}/")
        elif entry.name.endswith(".txt"):
            yield above + entry.name.removesuffix(".txt"), entry.read_text("utf-8")


def _named(text: str, name: PluginName, words: Mapping[str, str]) -> str:
    """Put a name in the place of the sample's; inside longer words it is a word of Python and SQL."""

    def put(found: re.Match[str]) -> str:
        if found[0] in words:
            return words[found[0]]
        return found[0].replace("acme", name.word).replace("Acme", name.class_name)

    return _SAMPLE.sub(put, text)


def _based_on(text: str, parent: str) -> str:
    """Put another line in the place of the one that the sample builds on."""
    return re.sub(rf"(?<![\w.]){re.escape(_PARENT)}(?=[^\w.]|\.\*)", parent, text)

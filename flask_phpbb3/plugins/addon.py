"""What an add-on is: further reading statements and functions, for the tables of a phpBB extension."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import BrokenPluginError, DuplicatePluginError
from .contents import Contents

_FUNCTION = re.compile(r"(?:get|fetch|has)_[a-z0-9_]+\Z")


@dataclass(frozen=True, kw_only=True)
class AddOn(Contents):
    """What an add-on puts on top of a version; it only reads.

    A package like a version's: ``.sql`` files, also for single dialects, and ``schema.sql`` for miniature boards::

        AddOn.from_package(__name__, name="gallery", user_columns=["user_gallery_images"])

    Its statements and functions win over the version's and lose to ``CUSTOM_STATEMENTS``. A statement whose name
    begins with an underscore is for its own functions.
    """

    kind = "add-on"

    def check(self) -> None:
        """Check that it only reads, and defines each name once.

        :raises BrokenPluginError: if it would write, or a function's name is none.
        :raises StatementSyntaxError: if a file breaks the rules.
        """
        dialects = {key.removesuffix(".sql").rpartition(".")[2] for key in self.queries}
        for query in [query for dialect in {"", *dialects} for query in self.statements(dialect).values()]:
            if query.operation == "set":
                raise may_only_read(self.label, query.name)
            if query.name in self.functions:
                raise self.mistake(f"has both a function and a statement {query.name!r}.")
        for name in self.functions:
            if name.startswith("set_"):
                raise may_only_read(self.label, name)
            if not _FUNCTION.match(name):
                raise self.mistake(
                    f"has a function {name!r:.80}; a name is get_, fetch_ or has_ and lower-case words."
                )


def may_only_read(label: str, name: str) -> BrokenPluginError:
    """Return the error that tells of an add-on that would write."""
    return BrokenPluginError(
        f"{label[:1].upper()}{label[1:]} offers {name!r}; an add-on may only read. Writing statements belong in "
        "PHPBB3_DATABASE['CUSTOM_STATEMENTS'], where the owner sees them."
    )


def refuse_twice(known: dict[str, str], names: dict[str, str]) -> None:
    """Take note of names and where they are defined.

    :raises DuplicatePluginError: if one is known already.
    """
    for name, source in names.items():
        if name in known:
            raise DuplicatePluginError(f"{name!r} is defined by {known[name]} and {source}.")
        known[name] = source

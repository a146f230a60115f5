"""Where phpBB keeps what belongs to a stored text: in columns beside it, by its naming."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import ParameterError
from .php import to_int


@dataclass(frozen=True)
class StoredText:
    """A text as a row holds it.

    :ivar text: in either form.
    :ivar uid: what marks the BBCodes of the bbcode-uid form.
    :ivar bitfield: which BBCodes that form holds, in base64.
    :ivar options: what is read in that form: 1 BBCodes, 2 smilies, 4 links; None where the row does not say.
    """

    text: str
    uid: str = ""
    bitfield: str = ""
    options: int | None = None


def stored_text(row: Mapping[str, Any], field: str) -> StoredText:
    """Return a stored text with what belongs to it.

    ``post_text`` has ``bbcode_uid``, ``user_sig`` has ``user_sig_bbcode_uid``, ``forum_desc`` has
    ``forum_desc_uid`` and ``forum_desc_options``.

    :param row: a row of phpBB.
    :param field: the text's column.
    :raises ParameterError: if the row has no such column.
    """
    if field not in row:
        raise ParameterError(f"The row has no column {field!r}; it has {', '.join(map(str, row))}.")
    names = (field, field.removesuffix("_text"), field.removesuffix("_desc"))
    options = _beside(row, names, ("options",))
    return StoredText(
        text="" if row[field] is None else str(row[field]),
        uid=str(_beside(row, names, ("bbcode_uid", "uid")) or row.get("bbcode_uid") or ""),
        bitfield=str(
            _beside(row, names, ("bbcode_bitfield", "bitfield")) or row.get("bbcode_bitfield") or ""
        ),
        options=None if options is None else to_int(options),
    )


def _beside(row: Mapping[str, Any], names: tuple[str, ...], columns: tuple[str, ...]) -> Any:
    found = (row[f"{name}_{column}"] for name in names for column in columns if f"{name}_{column}" in row)
    return next(found, None)

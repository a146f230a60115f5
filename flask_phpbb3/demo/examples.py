"""What add-ons put on the demo's board: a module ``demo`` of the add-on's package may have ``fill(board)``."""

from __future__ import annotations

import importlib.util
from importlib.metadata import entry_points

from flask_phpbb3.plugins.registry import GROUPS
from flask_phpbb3.testing import MiniatureBoard


def fill_tables_of(name: str, board: MiniatureBoard) -> None:
    """Let an add-on put rows into its tables on a board, if it has any for the demo.

    :param name: of an installed add-on.
    """
    [point] = entry_points(group=GROUPS["add-on"], name=name)
    module = f"{point.module}.demo"
    if importlib.util.find_spec(module) is not None:
        importlib.import_module(module).fill(board)

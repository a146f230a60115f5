"""What every statement takes and returns, for ``docs/statements.md``.

``python -m tests.statements`` writes the tables anew. The columns are what a miniature board of each line
answers with, so a statement needs no row to have them; a function's are those of the rows it makes there.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from flask import Flask

from flask_phpbb3 import Driver, PhpBB3, PhpBB3Error, Query, Row, hookimpl
from flask_phpbb3.board.connector import Connector
from flask_phpbb3.board.inquiry import ContentFunction
from flask_phpbb3.plugins.queries import list_parameters
from flask_phpbb3.testing import EmbeddedBoard
from flask_phpbb3_sqlite3 import Sqlite3Driver

from .apps import board_of

PAGE = Path(__file__).resolve().parents[1] / "docs" / "statements.md"
LINES = ("3.0", "3.1", "3.2", "3.3", "4.0")
BEGIN, END = "<!-- begin: python -m tests.statements -->\n", "<!-- end -->\n"

USER: Final = "get_user"
"""The statement whose columns are told once."""

_PROFILE = re.compile(r"pf_\w+")
_PROFILE_FIELDS: Final = "pf_…"
"""Custom profile fields: whichever the board has, in any line."""
_SAMPLES: Final = {"int": 1, "str": "x", "name": "x", "list": [1]}


class DescribingDriver(Sqlite3Driver):
    """Remember the columns of the last answer, which may have no row."""

    name = "describing"
    columns: tuple[str, ...] = ()

    @staticmethod
    def rows(columns: Iterable[str], values: Iterable[Iterable[Any]]) -> list[Row]:
        """Return rows as dicts."""
        DescribingDriver.columns = tuple(columns)
        return Sqlite3Driver.rows(DescribingDriver.columns, values)


class _Plugin:
    name = "describing"

    @hookimpl
    def phpbb3_register_driver(self) -> type[Driver]:
        return DescribingDriver


@dataclass
class Told:
    """What the lines have of one statement or function.

    :ivar lines: the lines that have it.
    :ivar parameters: parameter → how it is told.
    :ivar columns: column → the lines that have it.
    :ivar answer: what comes back, where there are no columns.
    """

    lines: list[str] = field(default_factory=list)
    parameters: dict[str, str] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)
    answer: str = ""


@cache
def told() -> Mapping[str, Told]:
    """Ask every line; return name → what is to be told."""
    found: dict[str, Told] = {}
    with ExitStack() as stack:
        directory = Path(stack.enter_context(TemporaryDirectory()))
        for line in LINES:
            board = stack.enter_context(closing(EmbeddedBoard(directory / f"{line}.db", version=line)))
            app = Flask("statements")
            app.config.update(board.settings)
            app.config["PHPBB3"] = {"DRIVER": "describing", "VERSION": line}
            PhpBB3(app, plugins=[_Plugin()])
            phpbb3 = board_of(app)
            _ask(found, line, _fill(board), phpbb3.board.connector())
            phpbb3.driver.close()
    return dict(sorted(found.items()))


def _fill(board: EmbeddedBoard) -> dict[str, Any]:
    """Put something of each kind where its viewer may see it; return values for parameters of these names.

    The viewer of what has one is the founder.
    """
    forum = board.add_forum("Forum")
    board.grant_role("ROLE_FORUM_FULL", group="GUESTS", forum=forum)
    board.grant_role("ROLE_FORUM_FULL", group="REGISTERED", forum=forum)
    today = time.gmtime()
    born = f"{today.tm_mday:2}-{today.tm_mon:2}-1980"
    friend, foe = (board.add_user(name, user_birthday=born) for name in ("friend", "foe"))
    board.insert("zebra", user_id=board.admin_id, zebra_id=friend, friend=1)
    board.insert("zebra", user_id=board.admin_id, zebra_id=foe, foe=1)
    board.sign_in(friend)
    board.change_user(board.admin_id, user_lastmark=0)
    board.set_config("allow_pm_attach", "1")
    board.add_extension_group("Pictures", ["png"])
    board.add_profile_field("motto", "string", field_show_on_vt=1)
    board.set_profile(board.admin_id, motto="Per aspera")
    topic = board.add_topic(forum, "Topic", "admin")
    board.add_topic(forum, "Unanswered", friend)
    post = board.add_post(topic, "Post of many words", friend)
    board.add_poll(topic, "Which?", ["This", "That"])
    board.add_attachment("picture.png", post=post)
    message = board.add_message(friend, [board.admin_id], "Subject", "Text")
    board.add_attachment("letter.png", message=message)
    if not board.release.startswith("3.0"):
        board.add_notification(board.admin_id, "notification.type.post", item=post, item_parent=topic)
    board.index_posts()
    return {
        "user_id": board.admin_id,
        "user_ids": [board.admin_id],
        "username": "friend",
        "group_id": board.group_id("REGISTERED"),
        "forum_id": forum,
        "topic_id": topic,
        "post_id": post,
        "post_ids": [post],
        "msg_id": message,
        "msg_ids": [message],
        "words": "words",
    }


def _ask(found: dict[str, Told], line: str, samples: Mapping[str, Any], connector: Connector) -> None:
    functions = connector.line.functions
    for name, query in connector.line.query_set("sqlite").items():
        if name not in functions:
            _add(found, name, line, _parameters(query, connector), *_columns_of(query, samples, connector))
    for name, function in functions.items():
        parameters = {
            parameter: _FILLED_IN if parameter in connector.line.context else ""
            for parameter in [*inspect.signature(function).parameters][1:]
        }
        columns = _columns_made(name, parameters, samples, connector)
        _add(found, name, line, parameters, columns, _first_line(function))
    for name, content in connector.content.items():
        viewer = {content.viewer_option: samples["user_id"]}
        columns = _columns_made(name, dict.fromkeys(content.required, ""), samples, connector, viewer)
        _add(found, name, line, _described(content), columns, _first_line(content.call))


def _described(function: ContentFunction) -> dict[str, str]:
    told = {}
    signature = inspect.signature(function.call, eval_str=True)
    for name in function.parameters:
        kind = inspect.formatannotation(signature.parameters[name].annotation).removesuffix(" | None")
        kind = "list" if kind.startswith("collections.abc.Sequence") else kind.replace(" | ", " or ")
        told[name] = kind if name in function.required else f"{kind}, optional"
    return told


def _first_line(function: Any) -> str:
    return _code((inspect.getdoc(function) or "").partition("\n")[0].rstrip("."))


def _code(text: str) -> str:
    return re.sub(r"``([^`]+)``", r"`\1`", text)


def _add(
    found: dict[str, Told],
    name: str,
    line: str,
    parameters: Mapping[str, str],
    columns: Iterable[str],
    answer: str,
) -> None:
    entry = found.setdefault(name, Told())
    entry.lines.append(line)
    entry.parameters.update(parameters)
    entry.answer = answer
    for column in dict.fromkeys(_PROFILE.sub(_PROFILE_FIELDS, column) for column in columns):
        entry.columns.setdefault(column, []).append(line)


_FILLED_IN: Final = "filled in"


def _parameters(query: Query, connector: Connector) -> dict[str, str]:
    types = dict(query.types)
    lists = list_parameters(query.sql)
    return {
        name: _FILLED_IN
        if name in connector.line.context
        else types.get(name) or ("list" if name in lists else "")
        for name in query.parameters
    }


def _columns_of(query: Query, samples: Mapping[str, Any], connector: Connector) -> tuple[Sequence[str], str]:
    if query.operation == "set":
        return (), "the number of rows touched"
    if query.operation == "has":
        return (), "True or False"
    types, lists = dict(query.types), list_parameters(query.sql)
    values = {
        name: [1]
        if name in lists and types.get(name) != "name"
        else samples.get(name, _SAMPLES.get(types.get(name, ""), 1))
        for name in query.parameters
    }
    connector.private_rows(query.name, **values)
    return DescribingDriver.columns, ""


def _columns_made(
    name: str,
    parameters: Mapping[str, str],
    samples: Mapping[str, Any],
    connector: Connector,
    viewer: Mapping[str, int] | None = None,
) -> list[str]:
    """Return the keys of the rows that a function makes, if it can be called with what is at hand."""
    wanted = [parameter for parameter, kind in parameters.items() if kind != _FILLED_IN]
    if name.startswith("_") or not set(wanted) <= set(samples):
        return []
    try:
        given = {parameter: samples[parameter] for parameter in wanted}
        answer = connector.call(name, parameters={**(viewer or {}), **given})
    except PhpBB3Error:
        return []
    return list(dict.fromkeys(key for row in _rows_in(answer) for key in row))


def _rows_in(answer: Any) -> Iterator[Mapping[str, Any]]:
    for row in answer if isinstance(answer, (list, tuple)) else [answer]:
        if dataclasses.is_dataclass(row) and not isinstance(row, type):
            yield {f.name: None for f in dataclasses.fields(row)}
        elif isinstance(row, Mapping):
            yield row


def tables() -> str:
    """Return the part of the page between its two marks."""
    return "\n".join(
        [
            "## Columns of a user\n",
            f"The columns of `{USER}`; other statements that have them all are told by what they add.\n",
            _columns(told()[USER]),
            "\n## By name\n",
            _table(name for name in told() if not name.startswith("_")),
            "\n## Private\n",
            "Asked by the core and by functions, never by name. A driver that goes by names needs them.\n",
            _table(name for name in told() if name.startswith("_")) + "\n",
        ]
    )


def _table(names: Iterable[str]) -> str:
    rows = [f"| `{name}`{_lines(told()[name].lines, LINES)} | {_row(name, told()[name])} |" for name in names]
    return "\n".join(["| statement | parameters | columns |", "| --- | --- | --- |", *rows])


def _row(name: str, entry: Told) -> str:
    ordered = sorted(entry.parameters.items(), key=lambda item: item[1] == _FILLED_IN)
    parameters = ", ".join(f"`{name}`" + (f" ({kind})" if kind else "") for name, kind in ordered)
    users = told()[USER].columns
    if not set(users) <= set(entry.columns):
        return f"{parameters} | {_columns(entry) or entry.answer}"
    rest = Told(
        entry.lines, columns={name: lines for name, lines in entry.columns.items() if name not in users}
    )
    columns = ", ".join(filter(None, ["[a user's](#columns-of-a-user)", _columns(rest)]))
    return f"{parameters} | {columns}"


def _columns(entry: Told) -> str:
    whole = [line for line in entry.lines if any(line in lines for lines in entry.columns.values())]
    return ", ".join(
        f"`{name}`" + (_lines(lines, whole) if name != _PROFILE_FIELDS else "")
        for name, lines in entry.columns.items()
    )


def _lines(some: Sequence[str], whole: Sequence[str]) -> str:
    """Say which lines of phpBB have something, if not all that could."""
    if list(some) == list(whole):
        return ""
    first, last = whole.index(some[0]), whole.index(some[-1])
    if len(some) > 1 and last - first + 1 == len(some):
        if last == len(whole) - 1:
            return f" (from {some[0]})"
        return f" (to {some[-1]})" if first == 0 else f" ({some[0]} to {some[-1]})"
    return f" ({', '.join(some)})"


def main() -> None:
    """Write the tables anew."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{tables()}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()

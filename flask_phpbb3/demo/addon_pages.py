"""What add-ons can be asked: each statement and function with its documentation, and its answer."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, render_template, request

from flask_phpbb3 import AddOn, StatementError
from flask_phpbb3.plugins.queries import Query

from .extensions import phpbb3

blueprint = Blueprint("addons", __name__)

_OWN = "demo"


@dataclass(frozen=True)
class Call:
    """Something that can be called by name.

    :ivar name: of a statement or function.
    :ivar documentation: what it says of itself.
    :ivar parameters: name → declared type, empty if none is.
    """

    name: str
    documentation: str
    parameters: Mapping[str, str]


@blueprint.get("/add-ons")
def index() -> str:
    """Show the add-ons that the demo was started with."""
    return render_template("addons.html", addons={addon.name: _calls(addon) for addon in _addons()})


@blueprint.get("/add-ons/<addon>/<name>")
def call(addon: str, name: str) -> str:
    """Call something of an add-on, with parameters of the address, for the visitor."""
    calls = next((_calls(found) for found in _addons() if found.name == addon), [])
    asked = next((found for found in calls if found.name == name), None) or abort(404)
    given = {key: request.args[key] for key in asked.parameters if request.args.get(key)}
    answer, problem = None, ""
    if len(given) == len(asked.parameters):
        try:
            values = {key: _value(text, asked.parameters[key]) for key, text in given.items()}
            answer = phpbb3.execute_custom(asked.name, **values)
        except (StatementError, ValueError) as error:
            problem = str(error)
    return render_template(
        "addon_call.html",
        addon=addon,
        call=asked,
        given=given,
        problem=problem,
        answer=json.dumps(answer, indent=2, default=str, ensure_ascii=False),
        is_asked=len(given) == len(asked.parameters) and not problem,
    )


def _addons() -> list[AddOn]:
    bound = phpbb3.bound
    line = bound.board.connector().line.name
    return [addon for addon in bound.plugins.addons(line) if addon.name != _OWN]


def _calls(addon: AddOn) -> list[Call]:
    context = phpbb3.bound.board.connector().line.context
    statements = addon.query_set(phpbb3.bound.driver.dialect)
    calls = [_of_query(query, context) for query in statements.values() if not query.is_private]
    for name, function in addon.functions.items():
        _, *parameters = inspect.signature(function).parameters.values()
        wanted = {found.name: _type_of(found) for found in parameters if found.name not in context}
        calls.append(Call(name, inspect.getdoc(function) or "", wanted))
    return sorted(calls, key=lambda found: found.name)


def _of_query(query: Query, context: Mapping[str, Any]) -> Call:
    types = dict(query.types)
    wanted = {name: types.get(name, "") for name in query.parameters if name not in context}
    return Call(query.name, query.documentation, wanted)


def _type_of(parameter: inspect.Parameter) -> str:
    annotation = parameter.annotation
    named = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")
    return named.partition("[")[0].lower()


def _value(text: str, type_name: str) -> Any:
    """Return what somebody has typed as a value of a parameter.

    :raises ValueError: if it is none.
    """
    if type_name == "int":
        return int(text)
    if type_name in {"list", "collection", "sequence", "iterable"}:
        return [int(part) if part.strip().isdecimal() else part.strip() for part in text.split(",")]
    return text

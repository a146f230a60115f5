"""Messages as templates, read from the source: every way in which a string of the code can come out.

What is known only at run time stands in braces, by its name where it has one: ``{path} is {given}``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Final, NamedTuple

_MOST: Final = 12
"""More ways than this are told as one hole: nobody would read them."""
_DEEP: Final = 12
_KEPT: Final = frozenset({"said", "_setting"})
"""Names that stay holes, wherever their text comes from: the page says what stands there."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Raised(NamedTuple):
    """A call that makes an error, or writes a line of the log.

    :ivar name: the class, or the method of the logger.
    :ivar templates: the ways in which its text can come out.
    """

    name: str
    templates: tuple[str, ...]


class Scope(NamedTuple):
    """Where a name is looked up.

    :ivar function: the function in which something stands.
    :ivar given: what its caller has given.
    :ivar filled: names that are not empty there, as an ``if`` around it has asked.
    """

    module: Module
    function: Function | None
    given: Mapping[str, tuple[str, ...]] = {}
    filled: frozenset[str] = frozenset()

    def is_filled(self, test: ast.expr) -> bool | None:
        """Tell whether a condition holds; None where only a run could."""
        if not isinstance(test, ast.Name):
            return None
        if test.id in self.filled:
            return True
        ways = self.given.get(test.id)
        return None if ways is None or len({bool(way) for way in ways}) > 1 else bool(ways[0])

    def assigned(self, name: str) -> Iterator[ast.expr]:
        """Yield what is assigned to a name in the function, else in the module."""
        found = list(_assignments(self.function, name)) if self.function else []
        yield from found or _assignments(self.module.tree, name)


class Module:
    """A file of the code.

    :param path: the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tree = ast.parse(path.read_text("utf-8"))

    @cached_property
    def functions(self) -> dict[str, Function]:
        """Return the functions and methods that have a name of their own."""
        return {node.name: node for node in ast.walk(self.tree) if isinstance(node, Function)}

    def origin(self, name: str) -> Module | None:
        """Return the module of this project from which a name is imported."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and node.level and any(a.name == name for a in node.names):
                path = self.path.parents[node.level - 1].joinpath(*(node.module or "").split("."))
                return Module(path.with_suffix(".py"))
        return None

    @cached_property
    def calls(self) -> list[tuple[ast.Call, Scope]]:
        """Return every call with the innermost function in which it stands."""
        return list(self._calls(self.tree, Scope(self, None)))

    def _calls(self, node: ast.AST, scope: Scope) -> Iterator[tuple[ast.Call, Scope]]:
        if isinstance(node, Function):
            scope = Scope(self, node)
        for field, value in ast.iter_fields(node):
            inner = scope
            if isinstance(node, ast.If) and field == "body" and isinstance(node.test, ast.Name):
                inner = scope._replace(filled=scope.filled | {node.test.id})
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    if isinstance(child, ast.Call):
                        yield child, inner
                    yield from self._calls(child, inner)


def raised(modules: Iterable[Module], names: Iterable[str], *, of: str = "") -> Iterator[Raised]:
    """Yield the calls of some classes, or of methods of an object.

    :param of: the object's name, such as ``logger``; empty for classes.
    """
    modules, wanted = list(modules), set(names)
    for module in modules:
        for call, scope in module.calls:
            name = _called(call.func)
            owner = call.func.value if isinstance(call.func, ast.Attribute) else None
            if name not in wanted or (of and not (isinstance(owner, ast.Name) and owner.id == of)):
                continue
            if not call.args or isinstance(call.args[0], ast.Starred):
                continue
            for place in _callers(scope, modules):
                texts = resolve(call.args[0], place)
                for hint in (keyword.value for keyword in call.keywords if keyword.arg == "hint"):
                    texts = tuple(f"{a} {b}".strip() for a, b in product(texts, resolve(hint, place)))
                yield Raised(name, texts)


_MAKERS: Final = frozenset({"mistake", "_refuse"})
"""Functions whose callers bring the text of the error."""


def _callers(scope: Scope, modules: Iterable[Module]) -> Iterator[Scope]:
    """Yield a scope for each call of a function that makes errors of what it is given; else the scope itself."""
    function = scope.function
    if function is None or function.name not in _MAKERS:
        yield scope
        return
    for module in modules:
        for call, place in module.calls:
            if _called(call.func) == function.name and (module is scope.module or not _is_private(function)):
                yield scope._replace(given=_given(function, call, place, 0))


def _is_private(function: Function) -> bool:
    return function.name.startswith("_")


def resolve(node: ast.expr, scope: Scope, depth: int = 0) -> tuple[str, ...]:
    """Return the ways in which an expression can come out."""
    ways = list(dict.fromkeys(map(_tidy, _resolve(node, scope, depth))))
    # A reader who finds the longer way needs no other: the end of a sentence, or the database's own words.
    ways = [
        way for way in ways if f"{way}." not in ways and not any(_is_without(way, other) for other in ways)
    ]
    return tuple(ways) if 0 < len(ways) <= _MOST else (_hole(node),)


def _is_without(way: str, other: str) -> bool:
    return other != way and other.replace(": {said}", "", 1) == way


def _tidy(way: str) -> str:
    return re.sub(r"(\{\w+\})\1", r"\1", way)


def _resolve(node: ast.expr, scope: Scope, depth: int) -> Iterable[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if depth > _DEEP:
        return [_hole(node)]
    deeper = depth + 1
    match node:
        case ast.JoinedStr(values=parts):
            return map("".join, product(*(resolve(part, scope, deeper) for part in parts)))
        case ast.FormattedValue(value=value, conversion=-1):
            return resolve(value, scope, deeper)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return map("".join, product(resolve(left, scope, deeper), resolve(right, scope, deeper)))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            holds = scope.is_filled(test)
            kept = [body, orelse] if holds is None else [body if holds else orelse]
            return [way for value in kept for way in resolve(value, scope, deeper)]
        case ast.BoolOp(op=ast.Or(), values=values):
            return [way for value in values for way in resolve(value, scope, deeper)]
        case ast.Name(id=name):
            return _named(name, scope, deeper)
        case ast.Subscript(value=ast.Name(id=name)):
            dicts = [value for value in scope.assigned(name) if isinstance(value, ast.Dict)]
            return [way for of in dicts for value in of.values for way in resolve(value, scope, deeper)]
        case ast.Call():
            return _called_text(node, scope, deeper)
    return [_hole(node)]


def _named(name: str, scope: Scope, depth: int) -> Iterable[str]:
    if name in _KEPT:
        return [f"{{{name}}}"]
    if name in scope.given:
        return scope.given[name]
    found = list(scope.assigned(name))
    if found and all(_is_text(value) for value in found):
        ways = [way for value in found for way in resolve(value, scope, depth)]
        return [way for way in ways if way or name not in scope.filled]
    if not found and name.isupper() and (origin := scope.module.origin(name)):
        return resolve(ast.Name(id=name), Scope(origin, None), depth)
    return [_hole(ast.Name(id=name))]


def _called_text(call: ast.Call, scope: Scope, depth: int) -> Iterable[str]:
    name = _called(call.func)
    if isinstance(call.func, ast.Attribute):
        if name == "get" and isinstance(call.func.value, ast.Name):
            for value in scope.assigned(call.func.value.id):
                if isinstance(value, ast.Dict):
                    options = [*value.values, *call.args[1:]]
                    return [way for option in options for way in resolve(option, scope, depth)]
        if name == "strip":
            return [way.strip() for way in resolve(call.func.value, scope, depth)]
        if name == "join" and call.args and isinstance(call.args[0], ast.List):
            between = resolve(call.func.value, scope, depth)[0]
            parts = [e for e in call.args[0].elts if not isinstance(e, ast.Starred)]
            return map(between.join, product(*(resolve(part, scope, depth) for part in parts)))
    if name in _KEPT:
        return [_hole(ast.Name(id=name))]
    function = scope.module.functions.get(name)
    if function is None or not isinstance(call.func, (ast.Name, ast.Attribute)):
        return [_hole(call)]
    inside = Scope(scope.module, function, _given(function, call, scope, depth))
    returned = list(_returned(function.body, inside))
    if not returned or not all(_is_text(value) for value in returned):
        return [_hole(call)]
    return [way for value in returned for way in resolve(value, inside, depth)]


def _given(function: Function, call: ast.Call, scope: Scope, depth: int) -> dict[str, tuple[str, ...]]:
    names = [argument.arg for argument in function.args.args if argument.arg not in ("self", "cls")]
    given = {name: resolve(value, scope, depth) for name, value in zip(names, call.args, strict=False)}
    return given | {word.arg: resolve(word.value, scope, depth) for word in call.keywords if word.arg}


def _returned(body: Iterable[ast.stmt], scope: Scope) -> Iterator[ast.expr]:
    """Yield what a function returns, without the branches that its arguments rule out."""
    for statement in body:
        if isinstance(statement, ast.Return) and statement.value is not None:
            yield statement.value
        elif isinstance(statement, ast.If):
            holds = scope.is_filled(statement.test)
            yield from [] if holds is False else _returned(statement.body, scope)
            yield from [] if holds is True else _returned(statement.orelse, scope)
        else:
            yield from _returned(getattr(statement, "body", []), scope)


def _is_text(node: ast.expr) -> bool:
    """Tell whether an expression is made of text that the code holds."""
    match node:
        case ast.Constant(value=value):
            return isinstance(value, str)
        case ast.JoinedStr() | ast.Name():
            return True
        case ast.IfExp(body=body, orelse=orelse):
            return _is_text(body) and _is_text(orelse)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _is_text(left) and _is_text(right)
        case ast.Call(func=func):
            return _called(func) in {"join", "strip", "get"} or _called(func).startswith("_")
    return False


def _assignments(tree: ast.AST, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(tree) if isinstance(tree, Function) else ast.iter_child_nodes(tree):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        if not isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr)) or value is None:
            continue
        for target in targets:
            if isinstance(target, ast.Name) and target.id == name:
                yield value
            elif isinstance(target, ast.Tuple) and any(
                isinstance(part, ast.Name) and part.id == name for part in target.elts
            ):
                yield ast.Name(id="…")


def _called(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def _hole(node: ast.AST) -> str:
    """Return a hole with the name of what fills it, if that has one."""
    match node:
        case ast.FormattedValue(value=value) | ast.Subscript(value=value) | ast.Starred(value=value):
            return _hole(value)
        case ast.Name(id=name) | ast.Attribute(attr=name) if not name.startswith("__"):
            return "{" + name.strip("_") + "}"
        case ast.Attribute(attr="__name__"):
            return "{class}"
        case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=name)):
            return "{" + name.strip("_") + "}"
        case ast.Call(args=[*_, last]):
            return _hole(last)
        case ast.Call(func=ast.Attribute(value=value)):
            return _hole(value)
        case ast.BoolOp(values=[first, *_]):
            return _hole(first)
    return "{…}"

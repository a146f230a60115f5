"""One page of the book, run from its top to its end beside a real forum."""

from __future__ import annotations

import importlib
import os
import re
import sys
import weakref
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import html5lib
from blinker import Signal
from flask import Flask, render_template_string

from flask_phpbb3 import PhpBB3
from flask_phpbb3.session import signals
from flask_phpbb3.testing import EmbeddedBoard

from . import shell
from .blocks import Block

CONFIG_PHP: Final = re.compile(r"/var/www/(\w+)/config\.php")
"""What pages call a forum's config.php; one of a real board when they run."""
_SIGNALS: Final = [signal for signal in vars(signals).values() if isinstance(signal, Signal)]
RUN: Final = frozenset({"run", "python", "jinja", "html", "sh"})
"""Languages whose blocks build on one another."""


class Story:
    """A module in a folder of its own, on a board with the founder ``admin``, the member ``alice`` and a forum.

    Everybody may read forum 1, "News", with topic 1, "Welcome", by ``admin``, answered by ``alice``. The module's
    names are at first:

    ``board``
        the `EmbeddedBoard`.
    ``site(**config)``
        makes an application on it, enters a request to it, and returns the application and its `PhpBB3`.
    ``visit(user, path="/")``
        enters a request of somebody to ``app``; None for the guest. Where a block has made a new ``app``, ``alice``
        enters one before the next block of Python or of a template that is no file of its own.

    ``/var/www/forum/config.php`` leads to it, and ``/var/www/<another>/config.php`` to another board like it.

    :param folder: an empty one, for files and the board; also the current directory while the page runs.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._boards: dict[str, EmbeddedBoard] = {}
        self.board = self._board("forum")
        self._module = _module(folder)
        self.names = vars(self._module)
        self.names.update(board=self.board, site=self.site, visit=self.visit)
        self._entered: Flask | None = None
        self._request = ExitStack()
        self._templates: list[str] = []

    @contextmanager
    def open(self) -> Iterator[Story]:
        """Be in the folder, with its modules to import, and leave nothing behind."""
        before, path, folder = {*sys.modules}, [*sys.path], Path.cwd()
        connected = {signal: {*signal.receivers} for signal in _SIGNALS}
        sys.modules["page"] = self._module
        sys.path.insert(0, str(self.folder))
        os.chdir(self.folder)
        try:
            with self._request:
                yield self
        finally:
            os.chdir(folder)
            sys.path[:] = path
            for app in self._apps():
                app.extensions["phpbb3"].driver.close()
            for name in {*sys.modules} - before:
                if self._is_own(sys.modules[name]):
                    del sys.modules[name]
            _disconnect(connected)
            for board in self._boards.values():
                board.close()

    def tell(self, block: Block) -> None:
        """Run a block of the languages in `RUN`, or write the file that it is."""
        body = CONFIG_PHP.sub(lambda found: self._config(found[1]), block.body)
        if block.file:
            self._write(block.file, body)
        if block.language == "sh":
            shell.run(body, self)
        elif block.language in ("jinja", "html"):
            if not block.file:
                self._render(body, block)
        elif block.file:
            if block.language == "python":
                self._import(block.file)
        else:
            if block.language == "python":
                self._enter()
            lines_before = "\n" * (block.line - 1)
            code = compile(lines_before + body, str(block.path), "exec", dont_inherit=True)
            exec(code, self.names)

    def _apps(self) -> list[Flask]:
        modules = [vars(module) for module in sys.modules.values() if self._is_own(module)]
        found = [
            value for names in (self.names, *modules) for value in names.values() if isinstance(value, Flask)
        ]
        return [app for app in found if "phpbb3" in app.extensions]

    def _is_own(self, module: ModuleType) -> bool:
        return str(self.folder) in str(getattr(module, "__file__", ""))

    def unused_templates(self) -> list[str]:
        """Return the files of templates that no page has shown."""
        used = {key[1] for app in self._apps() for key in app.jinja_env.cache or {}}
        return [name for name in self._templates if name not in used]

    def site(self, **config: Any) -> tuple[Flask, PhpBB3]:
        """Make an application on the board."""
        app = Flask("page")
        app.config.update({"SECRET_KEY": "not so secret", **self.board.settings, **config})
        phpbb3 = PhpBB3(app)
        self.names["app"] = app
        self._enter()
        return app, phpbb3

    def visit(self, user: str | None, path: str = "/") -> None:
        """Enter a request of somebody."""
        self._request.close()
        app: Flask = self.names["app"]
        address, browser = "127.0.0.1", "a browser"
        cookies = self.board.sign_in(user, ip=address, browser=browser) if user else {}
        headers = {"User-Agent": browser, "Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())}
        self._request.enter_context(
            app.test_request_context(path, headers=headers, environ_base={"REMOTE_ADDR": address})
        )
        self._entered = app

    def _board(self, name: str) -> EmbeddedBoard:
        if name not in self._boards:
            board = self._boards[name] = EmbeddedBoard(self.folder / f"{name}.db")
            fill(board)
        return self._boards[name]

    def _config(self, name: str) -> str:
        """Write a forum's config.php and return its path."""
        path = self.folder / f"{name}-config.php"
        path.write_text(
            "<?php\n$dbms = 'phpbb\\\\db\\\\driver\\\\sqlite3';\n"
            f"$dbhost = '{self._board(name).path}';\n$table_prefix = 'phpbb_';\n"
        )
        return str(path)

    def _enter(self) -> None:
        """Go into a request to what the page now calls ``app``."""
        app = self.names.get("app")
        if isinstance(app, Flask) and app is not self._entered and "phpbb3" in app.extensions:
            self.visit("alice")

    def _write(self, name: str, body: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, "utf-8")
        if name.startswith("templates/"):
            self._templates.append(name.removeprefix("templates/"))

    def _import(self, name: str) -> None:
        """Import a module of the page's own, and know its names; pytest's are for pytest."""
        stem = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        if stem.rpartition(".")[2].startswith(("test_", "conftest")):
            return
        importlib.invalidate_caches()
        module = importlib.import_module(stem)
        self.names.update({key: value for key, value in vars(module).items() if not key.startswith("__")})

    def _render(self, body: str, block: Block) -> None:
        self._enter()
        names = {key: value for key, value in self.names.items() if not key.startswith("_")}
        page = render_template_string(body, **names)
        assert page.strip(), block.where
        parser = html5lib.HTMLParser()
        parse = parser.parse if page.lower().startswith("<!doctype") else parser.parseFragment
        parse(page)
        assert not parser.errors, (block.where, parser.errors)


def _module(folder: Path) -> ModuleType:
    """Return an empty package of that folder: files of statements and templates stand beside its code."""
    path = str(folder / "__init__.py")
    spec = spec_from_file_location("page", path, submodule_search_locations=[str(folder)])
    assert spec
    return module_from_spec(spec)


def fill(board: EmbeddedBoard) -> None:
    """Put a member, a forum and a topic into a board."""
    board.add_user("alice", groups=("REGISTERED",))
    news = board.add_forum("News")
    for group in ("GUESTS", "REGISTERED", "BOTS"):
        board.grant_role("ROLE_FORUM_STANDARD", group=group, forum=news)
    board.add_post(board.add_topic(news, "Welcome", "admin"), "Thank you.", "alice")


def _disconnect(before: Mapping[Signal, set[Any]]) -> None:
    """Disconnect from each signal whoever was not connected before."""
    for signal, receivers in before.items():
        for key, held in [*signal.receivers.items()]:
            receiver = held() if isinstance(held, weakref.ref) else held
            if key not in receivers and receiver is not None:
                signal.disconnect(receiver)

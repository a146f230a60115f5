"""The hooks: what a plugin may register, and when it is asked.

A driver in two files. ``pyproject.toml``::

    [project.entry-points."flask_phpbb3.drivers"]
    mydriver = "my_package"

``my_package/__init__.py``::

    from flask_phpbb3 import Driver, hookimpl

    class MyDriver(Driver):
        name = "mydriver"
        ...

    @hookimpl
    def phpbb3_register_driver() -> type[Driver]:
        return MyDriver

A version is the same with the group ``flask_phpbb3.versions`` and `Hooks.phpbb3_register_version`; an
add-on has the group ``flask_phpbb3.addons`` and `Hooks.phpbb3_register_addon`, and is used where the
application names it: ``PhpBB3(app, plugins=["my-addon"])``. Hooks grow by new arguments only, and a
plugin takes as many of them as it needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

import pluggy

from .addon import AddOn
from .driver import Driver
from .version import Version

PROJECT_NAME: Final = "flask_phpbb3"

hookspec: Final = pluggy.HookspecMarker(PROJECT_NAME)
hookimpl: Final = pluggy.HookimplMarker(PROJECT_NAME)
"""Mark a function of a plugin as the implementation of a hook."""


class Hooks(Protocol):
    """Every hook with its arguments and what it returns."""

    @hookspec
    def phpbb3_register_driver(self) -> type[Driver]:
        """Return the driver class of this plugin; its ``name`` is the entry point's name.

        Called when ``PHPBB3['DRIVER']`` names the plugin, or to learn which databases it serves when that is
        ``auto``.
        """
        ...

    @hookspec
    def phpbb3_register_version(self) -> Version:
        """Return the version of this plugin; its ``name`` is the entry point's name.

        Called when ``PHPBB3['VERSION']`` names the plugin, when another version has it as its parent, or to
        learn which releases it serves.
        """
        ...

    @hookspec
    def phpbb3_register_addon(self, version: str) -> AddOn:
        """Return the add-on of this plugin; its ``name`` is the entry point's name.

        Called once for each line that is used, and for miniature boards.

        :param version: the name of the chosen version, such as ``3.3``.
        """
        ...

    @hookspec
    def phpbb3_extend_queries(self, version: str, dialect: str) -> Mapping[str, str]:
        """Return reading statements of an add-on, name → SQL: the short form of an `AddOn` that has nothing else.

        They win over the version's own and lose to ``CUSTOM_STATEMENTS``. A ``set_`` or a private name is
        refused. Called once for each line that is used.

        :param version: the name of the chosen version, such as ``3.3``.
        :param dialect: the SQL dialect of the driver, such as ``postgresql``; may be empty.
        """
        ...

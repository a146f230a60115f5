"""``flask phpbb3 new-plugin``: write the package of a driver, version or add-on, ready to be filled in."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import click

from ..plugins.registry import InstalledPlugin, Plugins
from .output import say
from .template import KINDS, PluginName, files_of

_HOW_TO_USE = {
    "driver": 'PHPBB3["DRIVER"] = "{}"',
    "version": 'PHPBB3["VERSION"] = "{}"',
    "addon": 'PhpBB3(app, plugins=["{}"])',
}


@click.command("new-plugin")
@click.argument("kind", type=click.Choice([*KINDS]))
@click.argument("name")
@click.option(
    "--into",
    "folder",
    type=click.Path(path_type=Path),
    help="The folder to write; it must not exist or be empty. The default is the package's name, here.",
)
def new_plugin(kind: str, name: str, folder: Path | None) -> None:
    """Write the package of a plugin, whose tests pass as it is.

    NAME is the plugin's one name, by which an application chooses it. That of a version may begin with the line
    that it builds on: 3.2-club.
    """
    plugins = Plugins()
    try:
        named = PluginName(name)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="NAME") from None
    if taken := _takers(plugins.installed(), KINDS[kind], named):
        raise click.BadParameter(
            f"{name!r} is the name of a {KINDS[kind]} of {taken[0].distribution}, and there can be one only.",
            param_hint="NAME",
        )
    folder = folder or Path(named.distribution)
    write(folder, files_of(kind, named, tuple(plugins.version_names())))
    say(f"Wrote {folder}, the package of the {KINDS[kind]} {name!r}. Its tests pass as it is:")
    say(f"  cd {folder} && pip install -e '.[dev]' && pytest")
    say(f"An application chooses it by {_HOW_TO_USE[kind].format(name)}.")


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write files into a folder, all of them or none.

    :param folder: must not exist or be empty; folders above it are made.
    :param files: path in the folder → text.
    :raises click.ClickException: if it cannot be done.
    """
    if folder.exists() and not folder.is_dir():
        raise click.ClickException(
            f"{folder} is a file; name a folder that is empty, or that does not exist."
        )
    try:
        if folder.is_dir() and any(folder.iterdir()):
            raise click.ClickException(
                f"{folder} is not empty; name a folder that is, or that does not exist."
            )
        place = folder.absolute()
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
        try:
            _fill(beside / place.name, files)
            if folder.is_dir():
                folder.rmdir()
            (beside / place.name).rename(place)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise click.ClickException(f"{folder} cannot be written: {error.strerror or error}.") from None


def _fill(folder: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


def _takers(installed: list[InstalledPlugin], kind: str, name: PluginName) -> list[InstalledPlugin]:
    """Return the plugins of other distributions that have a name."""
    return [
        plugin
        for plugin in installed
        if (plugin.kind, plugin.name) == (kind, name.text)
        and plugin.distribution.partition(" ")[0].replace("_", "-").lower() != name.distribution
    ]

"""``flask phpbb3 plugins``: what is installed, from where, and what the application has chosen."""

from __future__ import annotations

import click
from flask.cli import NoAppException, ScriptInfo, pass_script_info

from ..errors import PhpBB3Error
from ..extension import BoundPhpBB3
from ..plugins.registry import AUTO, Plugins
from .application import NO_BOARD, board_of
from .output import say


@click.command("plugins")
@pass_script_info
def plugins(info: ScriptInfo) -> None:
    """List drivers, versions and add-ons, and mark what the application uses."""
    bound, problem = _find_board(info)
    installed = (bound.plugins if bound else Plugins()).installed()
    chosen = _chosen(bound) if bound else set()
    widths = [
        max((len(getattr(plugin, column)) for plugin in installed), default=0) for column in ("kind", "name")
    ]
    for plugin in installed:
        is_chosen = (plugin.kind, plugin.name) in chosen
        row = f"{plugin.kind:{widths[0]}}  {plugin.name:{widths[1]}}  {plugin.distribution}"
        say(f"{row}  (chosen)" if is_chosen else row, bold=is_chosen)
    if not installed:
        say("No plugin is installed.")
    if bound and bound.settings.connector.version == AUTO:
        say("PHPBB3['VERSION'] is 'auto': the board's own release chooses the version at first use.")
    if problem:
        say(f"What the application has chosen is not known: {problem}", err=True)


def _find_board(info: ScriptInfo) -> tuple[BoundPhpBB3 | None, str]:
    """Return the application's board, or why there is none."""
    try:
        app = info.load_app()
    except NoAppException as error:
        return None, error.format_message()
    except PhpBB3Error as error:
        return None, str(error)
    bound = board_of(app)
    return bound, "" if bound else NO_BOARD.format(app.name)


def _chosen(bound: BoundPhpBB3) -> set[tuple[str, str]]:
    """Return kind and name of the plugins in use."""
    connector = bound.board.known_connector
    return {
        ("driver", bound.driver.name),
        ("version", connector.line.name if connector else ""),
        *(("add-on", name) for name in bound.plugins.addon_names()),
    }

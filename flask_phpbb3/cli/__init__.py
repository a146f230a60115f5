"""``flask phpbb3 …``: what is installed, whether it works, who somebody is, and what somebody may do; new plugins."""

from __future__ import annotations

import click

from .doctor import doctor
from .new_plugin import new_plugin
from .permissions import permissions
from .plugins import plugins
from .whoami import whoami

__all__ = ["phpbb3"]


@click.group()
def phpbb3() -> None:
    """Look into the application's phpBB forum."""


phpbb3.add_command(doctor)
phpbb3.add_command(new_plugin)
phpbb3.add_command(permissions)
phpbb3.add_command(plugins)
phpbb3.add_command(whoami)

"""Everything that ``doctor`` looks at, in order."""

from __future__ import annotations

from typing import Final

from ..checkup import Check
from .backend import check_backend
from .board import check_board, check_profile_fields, check_time_zones, check_version
from .database import check_account, check_connection, check_prefix, check_tables
from .servers import check_pooler, check_servers
from .settings import check_config_php, check_plugins, check_secret_key
from .site import check_address, check_cookie_domain, check_cookie_name
from .texts import check_bbcodes

CHECKS: Final = (
    Check("plugins", check_plugins),
    Check("config.php", check_config_php),
    Check("secret key", check_secret_key),
    Check("connection", check_connection),
    Check("servers", check_servers, requires=("connection",)),
    Check("pooler", check_pooler, requires=("connection",)),
    Check("table prefix", check_prefix, requires=("connection",)),
    Check(
        "version",
        check_version,
        requires=("table prefix",),
        fix="Let the account read the board's tables: GRANT SELECT; check TABLE_PREFIX and DATABASE.",
    ),
    Check("tables", check_tables, requires=("version",)),
    Check("account", check_account, requires=("tables",)),
    Check(
        "board",
        check_board,
        requires=("tables",),
        fix="See whether PHPBB3_DATABASE names the board that you mean, and whether that board itself works.",
    ),
    Check("time zones", check_time_zones, requires=("board",)),
    Check("profile fields", check_profile_fields, requires=("board",)),
    Check("BBCodes", check_bbcodes, requires=("board",)),
    Check("cookie name", check_cookie_name, requires=("board",)),
    Check("cookie domain", check_cookie_domain, requires=("board",)),
    Check("board address", check_address, requires=("board",)),
    Check("session backend", check_backend),
)
"""The checks; one may require only those before it."""

"""Checks of what stands behind the connection: which server is read from, and whether a pooler is between."""

from __future__ import annotations

from collections.abc import Iterator

from ...errors import BoardUnavailableError
from ...plugins.primary import FromPrimary
from ..checkup import Context, Finding, Level


def check_servers(context: Context) -> Iterator[Finding]:
    """Where there are replicas, name the server that is read from and the primary."""
    driver = context.bound.driver
    if not driver.has_replicas or not (reading := driver.server()):
        return
    try:
        with FromPrimary():
            writing = driver.server()
    except BoardUnavailableError as error:
        yield Finding(
            Level.WARNING,
            "servers",
            f"Reading asks {reading}, and no primary is there: {error}",
            "Name the primary in PHPBB3_DATABASE['HOST'], too: what is written goes there, and what a request reads "
            "after it.",
        )
    else:
        yield Finding(Level.OK, "servers", f"Reading asks {reading}; what is written goes to {writing}.")


def check_pooler(context: Context) -> Iterator[Finding]:
    """Tell whether a pooler is between, whether it suits the driver, and whether ``PREPARE`` is right."""
    driver, prepare = context.bound.driver, context.bound.settings.database.prepare
    is_between = driver.has_pooler()
    if is_between is None:
        return
    if is_between and driver.sets_session:
        yield Finding(
            Level.WARNING,
            "pooler",
            "Something between may hand the server's sessions to several clients. This driver makes its sessions "
            "read-only, and so would the forum's be that gets one of them.",
            "Connect to the server itself, or by something that gives each client sessions of its own.",
        )
    elif is_between:
        kept = (
            "nothing is prepared through it, whatever PREPARE says"
            if driver.prepares
            else "that suits the driver"
        )
        yield Finding(
            Level.OK, "pooler", f"One stands between; each reading is a transaction of its own, and {kept}."
        )
    elif driver.prepares and not prepare:
        yield Finding(
            Level.WARNING,
            "pooler",
            "None stands between, and PREPARE is False: the server plans anew what every request asks.",
            "Leave PHPBB3_DATABASE['PREPARE'] out; where a pooler comes between, nothing is prepared anyway.",
        )
    else:
        kept = ", and it keeps the plans of what every request asks (PREPARE)" if driver.prepares else ""
        yield Finding(
            Level.OK, "pooler", f"None stands between: the server's sessions are the driver's own{kept}."
        )

"""Checks of how the site and the forum lie to each other: cookies and addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from ...web.urls import is_same_host
from ..checkup import Context, Finding, Level

_IN_ADMINISTRATION = "in the forum's administration (General, Cookie settings)"


def check_cookie_name(context: Context) -> Iterator[Finding]:
    """Compare ``PHPBB3_COOKIE_NAME`` with the board's cookies (phpBB rule: Cookies)."""
    board = context.bound.board.data().cookie_prefix
    own = context.bound.settings.cookie_name
    if own is None:
        yield Finding(Level.OK, "cookie name", f"The board's cookies begin with {board!r}.")
    elif own == board:
        yield Finding(Level.OK, "cookie name", f"PHPBB3_COOKIE_NAME is the board's own, {board!r}.")
    else:
        yield Finding(
            Level.FAILED,
            "cookie name",
            f"PHPBB3_COOKIE_NAME is {own!r}, but the board's cookies begin with {board!r}: everybody is a guest.",
            f"Take PHPBB3_COOKIE_NAME out, or set it to {board!r}.",
        )


def check_cookie_domain(context: Context) -> Iterator[Finding]:
    """Tell whether browsers send the forum's cookies to the site (phpBB rule: Cookies)."""
    config = context.bound.board.data().config
    domain = cookie_domain(config)
    forum, site = forum_host(context), site_host(context)
    reached = f"all hosts of {domain}" if domain else f"{forum} only"
    if domain and not is_reached(forum, domain, forum):
        yield Finding(
            Level.WARNING,
            "cookie domain",
            f"The board's cookie_domain {domain!r} does not belong to the forum's host {forum!r}; browsers refuse "
            "such cookies.",
            f"Set the cookie domain to {forum!r} or leave it empty, {_IN_ADMINISTRATION}.",
        )
    elif site and not is_reached(site, domain, forum):
        yield Finding(
            Level.FAILED,
            "cookie domain",
            f"The forum's cookies go to {reached}; the site is {site} (SERVER_NAME), where everybody is a guest.",
            _domain_fix(site, forum),
        )
    else:
        unknown = "" if site else "; the site must be there, too (set SERVER_NAME to have it compared)"
        yield Finding(Level.OK, "cookie domain", f"The forum's cookies go to {reached}{unknown}.")
    yield from _cookie_path(context, config)


def _cookie_path(context: Context, config: Mapping[str, str]) -> Iterator[Finding]:
    path = config.get("cookie_path", "/").rstrip("/")
    root = str(context.app.config["APPLICATION_ROOT"]).rstrip("/")
    if path and not f"{root}/".startswith(f"{path}/"):
        yield Finding(
            Level.WARNING,
            "cookie path",
            f"The forum's cookies go to addresses below {path!r}; the site is at {root or '/'!r} (APPLICATION_ROOT).",
            f"Set the cookie path to '/' {_IN_ADMINISTRATION}.",
        )


def check_address(context: Context) -> Iterator[Finding]:
    """Tell whether phpBB's sign-in can send people back to the site.

    phpBB rules: Board address, Redirects.
    """
    settings = context.bound.settings
    board, site = context.bound.urls.base, site_address(context)
    source = "PHPBB3_BOARD_URL" if settings.board_url else "by the board's server settings"
    if site and forum_host(context) == "localhost" != site_host(context):
        yield Finding(
            Level.WARNING,
            "board address",
            f"The forum is at {board} ({source}), where visitors of {site_host(context)} do not find it.",
            "Set PHPBB3_BOARD_URL to the forum's address, or correct the forum's server settings in its "
            "administration (General).",
        )
    elif site and not settings.login_url and not is_same_host(site, board):
        yield Finding(
            Level.WARNING,
            "board address",
            f"The forum is at {board} ({source}), the site at {site} (SERVER_NAME). phpBB's sign-in sends people back "
            "to its own host only, so guests get a page with a link to it instead.",
            f"Serve the site under {forum_host(context)}, in a path of its own, or set PHPBB3_LOGIN_URL to a page "
            "that leads back.",
        )
    else:
        known = site or settings.login_url
        unknown = "" if known else "; its sign-in sends people back to this host only"
        yield Finding(Level.OK, "board address", f"The forum is at {board} ({source}){unknown}.")


def forum_host(context: Context) -> str:
    """Return the host of the forum in lower case."""
    return urlsplit(context.bound.urls.base).hostname or ""


def site_address(context: Context) -> str:
    """Return the site's own address as far as its config tells; empty if it does not."""
    name = context.app.config["SERVER_NAME"]
    return f"{context.app.config['PREFERRED_URL_SCHEME']}://{name}" if name else ""


def site_host(context: Context) -> str:
    """Return the host of the site in lower case; empty if unknown."""
    try:
        return urlsplit(site_address(context)).hostname or ""
    except ValueError:
        return ""


def cookie_domain(config: Mapping[str, str]) -> str:
    """Return the Domain of the forum's cookies without a leading dot; empty if phpBB sets none.

    phpBB rule: Cookies.
    """
    domain = config.get("cookie_domain", "").lower()
    return "" if domain == "127.0.0.1" or "." not in domain else domain.lstrip(".")


def is_reached(host: str, domain: str, forum: str) -> bool:
    """Tell whether browsers send cookies of a domain to a host.

    :param domain: empty for cookies without Domain, which go to the forum's host only.
    """
    if not domain:
        return host == forum
    return host == domain or host.endswith(f".{domain}")


def common_domain(first: str, second: str) -> str:
    """Return the longest domain that two hosts share, of at least two words; empty for none."""
    shared: list[str] = []
    for one, other in zip(reversed(first.split(".")), reversed(second.split(".")), strict=False):
        if one != other:
            break
        shared.insert(0, one)
    return ".".join(shared) if len(shared) > 1 and not shared[-1].isdigit() else ""


def _domain_fix(site: str, forum: str) -> str:
    if domain := common_domain(site, forum):
        return (
            f"Set the cookie domain to '.{domain}' {_IN_ADMINISTRATION}; everybody has to sign in anew once."
        )
    return f"No cookie can be for both {site} and {forum}: serve site and forum under one domain."

"""The address of a board and of its pages (phpBB rules: Board address, Pages)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

from .php import to_bool, to_int

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


def board_url(config: Mapping[str, str]) -> str:
    """Return the board's address as its config has it (phpBB rule: Board address).

    :param config: phpBB's config table.
    :returns: the address without a slash at its end.
    """
    fallback = "https://" if to_bool(config.get("cookie_secure", "")) else "http://"
    scheme = (config.get("server_protocol", "").strip() or fallback).partition(":")[0].lower()
    host = config.get("server_name", "").strip().lower() or "localhost"
    port = to_int(config.get("server_port", ""))
    if port > 0 and port != _DEFAULT_PORTS.get(scheme):
        host += f":{port}"
    path = quote(config.get("script_path", "").strip().strip("/"), safe="/%~")
    return f"{scheme}://{host}" + (f"/{path}" if path else "")


def page_url(base: str, script: str, **parameters: Any) -> str:
    """Return the address of a page.

    :param base: the board's address without a slash at its end.
    :param script: such as ``viewtopic.php``.
    :param parameters: what stands in the query; None is left out.
    """
    query = urlencode({name: value for name, value in parameters.items() if value is not None}, safe="")
    return f"{base}/{script}" + (f"?{query}" if query else "")

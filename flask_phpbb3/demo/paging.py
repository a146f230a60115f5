"""The page of a long list that is asked for."""

from __future__ import annotations

from flask import request


def asked_page() -> int:
    """Return the number in ``?page=``; 1 without one that is a number."""
    return request.args.get("page", 1, type=int)

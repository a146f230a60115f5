"""Visiting the demo as somebody: signing in, every page that the links lead to, and what is to be read there."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient

from flask_phpbb3.demo.account import EXTENSION_NAME
from flask_phpbb3.demo.board import DemoBoard
from flask_phpbb3.demo.people import BY_KEY

EVERYBODY: tuple[str | None, ...] = (None, *BY_KEY)


def token(client: FlaskClient) -> str:
    """Return what a form of the visitor's must bring."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/forum/login").text)
    assert found
    return found[1]


def sign_in(client: FlaskClient, person: str | None, **form: str) -> None:
    """Become somebody; None stays the guest."""
    if person is not None:
        answer = client.post("/sign-in", data={"csrf_token": token(client), "person": person, **form})
        assert answer.status_code == 303


def crawl(client: FlaskClient) -> dict[str, str]:
    """Return path → page of all HTML pages that the links lead to, one of each kind of trace."""
    found: dict[str, str] = {}
    todo = ["/"]
    while todo:
        path = todo.pop()
        is_trace = path.startswith("/you/trace")
        if path in found or (is_trace and any(known.startswith("/you/trace") for known in found)):
            continue
        with client.get(path) as answer:
            if answer.mimetype != "text/html":
                continue
            found[path] = answer.get_data(as_text=True)
        links = _Links(found[path]).hrefs
        if answer.location:
            links.append(answer.location)
        for link in links:
            target = urlsplit(urljoin(f"http://localhost{path}", link))
            if target.netloc == "localhost":
                todo.append(target._replace(scheme="", netloc="", fragment="").geturl())
    return found


class _Links(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.hrefs += [value for name, value in attrs if name == "href" and value]


def board_of(app: Flask) -> DemoBoard:
    board = app.extensions[EXTENSION_NAME]
    assert isinstance(board, DemoBoard)
    return board


def text_of(page: str) -> str:
    """Return what is to be read on a page, as one line."""
    body = re.sub(r"<(svg|head)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def name_in_header(page: str) -> str | None:
    found = re.search(r'class="me".*?<span>(.*?)</span>', page, re.DOTALL)
    return unescape(found[1]) if found else None

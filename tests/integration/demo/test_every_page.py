"""What holds for every page of the demo, also when its board goes away."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient

from .visits import board_of, crawl, sign_in, text_of

OWN_FILES = ("/static/", "/forum/download/", "/forum/images/")


class Page(HTMLParser):
    """What the tests ask of a page's mark-up."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.headings: list[str] = []
        self.labelled = 0
        self.unlabelled: list[str] = []
        self.ids: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "a":
            self.links.append(values["href"])
        elif tag in ("img", "script") or (tag == "link" and values["rel"] != "alternate"):
            self.fetched.append(values.get("src") or values.get("href", ""))
        elif tag in ("h1", "h2", "h3"):
            self.headings.append(tag)
        elif tag == "label":
            self.labelled += 1
        elif tag in ("input", "select", "textarea") and values.get("type") != "hidden" and not self.labelled:
            self.unlabelled.append(values.get("name", tag))

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self.labelled -= 1


@pytest.mark.parametrize("person", [None, "administrator", "banned"])
def test_every_page_is_well_made(client: FlaskClient, person: str | None) -> None:
    sign_in(client, person)
    paths = crawl(client)
    assert len(paths) > 10
    for path in paths:
        answer = client.get(path, follow_redirects=True)
        assert (
            answer.status_code in ((200,) if person == "administrator" else (200, 403))
            or "password" in answer.text
        )
        page = Page(answer.text)
        assert page.headings.count("h1") == 1, path
        assert page.headings[0] == "h1", path
        assert not page.unlabelled, path
        assert len(page.ids) == len(set(page.ids)), path
        assert all(url.startswith(OWN_FILES) for url in page.fetched), path
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert not re.search(r"<[^>]*\son\w+=|<style|<script", answer.text), path
        # Only the forum's texts have a style of their own: numbered lists.
        assert not re.search(r"<[^>]*\sstyle=\"(?!list-style-type:)", answer.text), path


def test_static_files_come_without_a_cookie_or_a_question(own_app: Flask) -> None:
    board_of(own_app).close()
    client = own_app.test_client()
    for name in ("style.css", "icon.svg"):
        with client.get(f"/static/{name}") as answer:
            assert answer.status_code == 200
            assert "Set-Cookie" not in answer.headers
            assert answer.data


@pytest.mark.parametrize("path", ["/nothing", "/forums/1", "/forums/999", "/topics/999"])
def test_missing_pages_are_styled(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Nothing grows here" in answer.text


@pytest.mark.parametrize("path", ["/", "/forums", "/you", "/notes", "/plot", "/nothing", "/forum/login"])
def test_board_that_is_gone_is_a_styled_503(own_app: Flask, path: str) -> None:
    board_of(own_app).close()
    answer = own_app.test_client().get(path)
    assert answer.status_code == 503
    page = text_of(answer.text)
    assert "The forum is away" in page
    assert "Millbrook" in page
    assert "Sign in" not in page


def test_board_that_breaks_is_never_the_guest(own_app: Flask) -> None:
    client = own_app.test_client()
    sign_in(client, "member")
    with contextlib.closing(sqlite3.connect(board_of(own_app).path)) as connection:
        connection.execute("DROP TABLE phpbb_sessions")
    answer = client.get("/forums")
    assert answer.status_code == 503
    assert "Sign in" not in text_of(answer.text)

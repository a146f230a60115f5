"""Signing in to the demo and out, and who is refused."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from flask import Flask
from flask.testing import FlaskClient

from flask_phpbb3.demo.people import BY_KEY
from flask_phpbb3.demo.wording import REFUSALS
from flask_phpbb3.phpbb import identity

from .visits import name_in_header, sign_in, text_of, token

REFUSED = {"expire": "expired", "address": "ip", "browser": "browser", "delete": "unknown"}


def test_guest_is_sent_to_the_login_page_and_back(client: FlaskClient) -> None:
    answer = client.get("/plot")
    assert answer.status_code == 302
    page = client.get(answer.location).text
    assert "A stand-in." in page
    way_back = re.search(r'name="redirect" value="([^"]+)"', page)
    assert way_back
    answer = client.post(
        "/sign-in", data={"csrf_token": token(client), "person": "member", "redirect": way_back[1]}
    )
    assert answer.location == "/plot"
    cookies = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("phpbb3_demo_")]
    assert [line.partition("=")[0] for line in cookies] == [
        f"phpbb3_demo_{part}" for part in ("u", "k", "sid")
    ]
    assert all("HttpOnly" in line and "SameSite=Lax" in line for line in cookies)
    page = client.get("/plot").text
    assert name_in_header(page) == "Zoë Lindqvist"
    client.post("/sign-out", data={"csrf_token": token(client)})
    assert name_in_header(client.get("/").text) is None
    assert "You are a guest now" not in client.get("/").text
    assert client.get("/plot").status_code == 302


def test_signing_out_ends_the_session_on_the_board(app: Flask) -> None:
    client = app.test_client()
    sign_in(client, "member")
    cookie = client.get_cookie("phpbb3_demo_sid")
    assert cookie
    client.post("/sign-out", data={"csrf_token": token(client)})
    client.set_cookie("phpbb3_demo_sid", cookie.value)
    assert REFUSALS["unknown"] in text_of(client.get("/").text)


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example/",
        "http://evil.example/",
        "https://localhost/you",
        "http://localhost//evil.example/",
        "http://localhost@evil.example/",
        "/\\evil.example/",
        "\\\\evil.example/",
        "javascript:alert(1)",
        "http://[",
        "evil.example",
        "",
    ],
)
def test_way_back_never_leads_elsewhere(client: FlaskClient, address: str) -> None:
    answer = client.post(
        "/sign-in", data={"csrf_token": token(client), "person": "member", "redirect": address}
    )
    assert answer.status_code == 303
    assert answer.location == "/"


@pytest.mark.parametrize(
    "path", ["/sign-in", "/sign-out", "/notes", "/notes/clear", "/accent", "/what-if/delete"]
)
@pytest.mark.parametrize("given", ["", "guessed", "of another visitor"])
def test_forms_without_their_token_change_nothing(app: Flask, path: str, given: str) -> None:
    client = app.test_client()
    sign_in(client, "member")
    token(client)
    if given == "of another visitor":
        given = token(app.test_client())
    answer = client.post(
        path, data={"csrf_token": given, "person": "founder", "text": "spam", "accent": "sky"}
    )
    assert answer.status_code == 400
    assert "This form was made for another visit" in answer.text
    page = client.get("/notes").text
    assert name_in_header(page) == "Zoë Lindqvist"
    assert "spam" not in page
    assert 'data-accent="leaf">' in page


@pytest.mark.parametrize(
    ("agent", "address"),
    [
        ('Bröwser/1.0 🐝 <b>&"', "192.0.2.7"),
        ("x" * 147 + "ü and more", "2001:DB8:0:0::1"),
        (" padded ", "::ffff:198.51.100.9"),
        ("", "fe80::1"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_odd_browsers_and_addresses_stay_signed_in(
    app: Flask, agent: str, address: str, encoding: str
) -> None:
    client = app.test_client()
    header = agent.encode(encoding, "replace").decode("latin-1")
    client.environ_base.update(HTTP_USER_AGENT=header, REMOTE_ADDR=address)
    sign_in(client, "member")
    assert name_in_header(client.get("/").text) == "Zoë Lindqvist"


@pytest.mark.parametrize(
    "path",
    [
        "/forums/99999999999999999999999",
        "/topics/99999999999999999999999",
        "/topics/-1",
        "/%00",
        "/forums/%00",
    ],
)
def test_odd_paths_are_404(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_unknown_person_is_refused(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"csrf_token": token(client), "person": "admin"})
    assert answer.status_code == 400


@pytest.mark.parametrize("trick", REFUSED)
def test_spoilt_session_is_refused_with_its_reason(client: FlaskClient, trick: str) -> None:
    sign_in(client, "member")
    answer = client.post(f"/what-if/{trick}", data={"csrf_token": token(client)})
    for path in (answer.location, "/", "/you"):
        page = client.get(path).text
        assert REFUSALS[REFUSED[trick]] in text_of(page)
        assert name_in_header(page) is None
    assert client.get("/plot").status_code == 302


def test_every_refusal_has_its_words() -> None:
    known = {*get_args(identity.Refusal), *get_args(identity.KeyRefusal), "unknown", "banned"}
    assert set(REFUSALS) == known


@pytest.mark.parametrize("trick", REFUSED)
def test_remember_me_key_survives_the_session(client: FlaskClient, trick: str) -> None:
    sign_in(client, "member", remember="on")
    answer = client.post(f"/what-if/{trick}", data={"csrf_token": token(client)})
    page = client.get(answer.location).text
    assert name_in_header(page) == "Zoë Lindqvist"
    assert "Your remember-me key has signed you in again" in page


def test_ban_shuts_out_with_its_reason(own_app: Flask) -> None:
    client = own_app.test_client()
    sign_in(client, "moderator", remember="on")
    answer = client.post("/what-if/ban", data={"csrf_token": token(client)})
    page = text_of(client.get(answer.location).text)
    assert (
        "You are banned from the forum. The reason given: “You asked for it yourself, a moment ago.”" in page
    )
    assert client.get("/plot").status_code == 403


def test_founder_cannot_be_banned(own_app: Flask) -> None:
    client = own_app.test_client()
    sign_in(client, "founder")
    answer = client.post("/what-if/ban", data={"csrf_token": token(client)})
    page = client.get(answer.location).text
    assert name_in_header(page) == "admin"
    assert "It changed nothing" in page


def test_banned_person_reads_why_and_until_when(client: FlaskClient) -> None:
    sign_in(client, "banned")
    page = text_of(client.get("/").text)
    assert "“Selling other people's leeks & calling it a rescue.”" in page
    assert re.search(r"It ends on \d+ \w+ \d{4}", page)


def test_inactive_person_is_found_but_not_signed_in(client: FlaskClient) -> None:
    sign_in(client, "inactive")
    page = client.get("/you").text
    assert f"{BY_KEY['inactive'].username}, your account is not active." in text_of(page)
    assert name_in_header(page) is None
    assert client.get("/plot").status_code == 403

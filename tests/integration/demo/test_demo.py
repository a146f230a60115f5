"""The demo as its visitors meet it, and what its makers promise about its board."""

from __future__ import annotations

import contextlib
import hashlib
import http.cookiejar
import inspect
import os
import re
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import textwrap
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import pytest
from flask import Flask
from flask.testing import FlaskClient

from flask_phpbb3 import PhpBB3
from flask_phpbb3.demo import create_app
from flask_phpbb3.demo.account import EXTENSION_NAME, demo_board
from flask_phpbb3.demo.board import DemoBoard
from flask_phpbb3.demo.people import BY_KEY
from flask_phpbb3.demo.wording import REFUSALS
from flask_phpbb3.phpbb import identity

from .visits import crawl, sign_in, token

START_SECONDS = 30
OPEN_TO_ALL = {"Notice board", "Plot talk"}
OPEN_TO_MEMBERS = OPEN_TO_ALL | {"Seeds & seedlings swap", "Gate codes"}
SEES = {
    None: OPEN_TO_ALL,
    "member": OPEN_TO_MEMBERS,
    "moderator": OPEN_TO_MEMBERS | {"Bees & hives 🐝"},
    "administrator": OPEN_TO_MEMBERS | {"Bees & hives 🐝", "Committee room"},
    "founder": OPEN_TO_MEMBERS | {"Bees & hives 🐝", "Committee room"},
    "newcomer": OPEN_TO_MEMBERS,
    "inactive": OPEN_TO_MEMBERS,
    "banned": OPEN_TO_ALL,
}
OWN_FILES = ("/static/", "/forum/download/", "/forum/images/")
REFUSED = {"expire": "expired", "address": "ip", "browser": "browser", "delete": "unknown"}


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


# --- what each person sees


@pytest.mark.parametrize("person", SEES)
def test_forum_list_shows_what_the_person_may_list(client: FlaskClient, person: str | None) -> None:
    sign_in(client, person)
    page = client.get("/forums").text
    assert {unescape(name) for name in re.findall(r'<h3><a href="/forums/\d+">(.*?)</a>', page)} == SEES[
        person
    ]
    # How many there are besides is not told.
    assert "keeps" not in page


@pytest.mark.parametrize("person", SEES)
def test_latest_posts_come_from_readable_forums_only(client: FlaskClient, person: str | None) -> None:
    sign_in(client, person)
    page = client.get("/").text
    forums = {unescape(name) for name in re.findall(r'in <a href="/forums/\d+">(.*?)</a>', page)}
    assert forums
    assert forums <= SEES[person] - {"Gate codes"}
    assert ("Bees & hives 🐝" in forums) is ("Bees & hives 🐝" in SEES[person])
    assert ("Hello from plot 7" in page) is (person in ("moderator", "founder"))


def test_titles_and_names_are_escaped_once(client: FlaskClient) -> None:
    page = client.get("/forums/3").text
    assert "bonfires only &lt;after&gt; 6 p.m." in page
    assert "O&#39;Brien&#39;s rhubarb — who wants a crown?" in page
    assert "raised £412.50 🎉" in client.get("/forums/2").text
    sign_in(client, "newcomer")
    page = client.get("/").text
    assert name_in_header(page) == "Tom & Ann"
    assert "&amp;amp;" not in page


@pytest.mark.parametrize(
    ("person", "count"), [("member", 3), ("moderator", 5), ("administrator", 1), ("founder", 12)]
)
def test_header_counts_unread_notifications(client: FlaskClient, person: str, count: int) -> None:
    sign_in(client, person)
    assert f'aria-label="{count} unread notification' in client.get("/").text


@pytest.mark.parametrize(
    ("person", "sees_it"),
    [(None, False), ("member", False), ("moderator", True), ("newcomer", True), ("administrator", False)],
)
def test_waiting_topic_is_for_moderators_and_its_author(
    client: FlaskClient, person: str | None, sees_it: bool
) -> None:
    sign_in(client, person)
    page = client.get("/forums/3").text
    assert ("Hello from plot 7" in page) is sees_it
    found = re.search(r'href="(/topics/\d+)">Hello from plot 7', page)
    if found:
        assert "waits for approval" in client.get(found[1]).text


def test_password_forum_stays_closed(client: FlaskClient) -> None:
    sign_in(client, "founder")
    page = client.get("/forums").text
    path = re.search(r'href="(/forums/\d+)">Gate codes', page)
    assert path
    answer = client.get(path[1])
    assert answer.status_code == 403
    assert "has a password of its own" in answer.text
    assert "back of your key" not in answer.text


def test_board_holds_a_dozen_topics(app: Flask) -> None:
    with contextlib.closing(sqlite3.connect(board_of(app).path)) as connection:
        assert connection.execute("SELECT COUNT(*) FROM phpbb_topics").fetchone()[0] >= 12


# --- signing in and out


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


# --- refusals


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


# --- permissions


@pytest.mark.parametrize(
    ("person", "status"), [(None, 302), ("member", 403), ("founder", 200), ("administrator", 200)]
)
def test_roll_needs_a_permission(client: FlaskClient, person: str | None, status: int) -> None:
    sign_in(client, person)
    answer = client.get("/roll")
    assert answer.status_code == status
    assert ("roll</h1>" in answer.text) is (status == 200)


def test_trace_names_the_group_and_role_that_say_never(client: FlaskClient) -> None:
    sign_in(client, "newcomer")
    page = text_of(client.get("/you/trace?option=f_noapprove&forum=3").text)
    assert "f_noapprove in “Plot talk” is not granted to Tom & Ann." in page
    assert "Group “Newly registered users”, by the role Forum new member says never" in page
    assert "Group “Registered users”, by the role Forum standard says yes → holds: never" in page


def test_trace_tells_what_founders_always_have(client: FlaskClient) -> None:
    sign_in(client, "founder")
    assert "Founders always have it says yes" in text_of(client.get("/you/trace?option=a_board").text)


@pytest.mark.parametrize("query", ["option=f_nonsense", "option=f_read&forum=7", "option=f_read&forum=999"])
def test_trace_of_what_the_visitor_cannot_know_is_404(client: FlaskClient, query: str) -> None:
    assert client.get(f"/you/trace?{query}").status_code == 404


@pytest.mark.parametrize("person", SEES)
def test_matrix_and_trace_agree(client: FlaskClient, person: str | None) -> None:
    sign_in(client, person)
    page = client.get("/you").text
    cells = re.findall(r'<td><a href="([^"]+)"[^>]*><span class="mark (yes|no)"', page)
    assert len(cells) == 12 * len(SEES[person])
    for path, mark in cells[::7]:
        explained = client.get(unescape(path)).text
        verdict = re.search(r'class="verdict (good|bad)"', explained)
        assert verdict
        assert (verdict[1] == "good") is (mark == "yes")
        lines = re.findall(r'<ol class="steps card">.*?</ol>', explained, re.DOTALL)
        results = [re.findall(r"holds: (\w+)", line)[-1] for line in lines]
        assert ("yes" in results) is (mark == "yes")


def test_session_id_is_shown_nowhere(client: FlaskClient) -> None:
    sign_in(client, "administrator", remember="on")
    secrets = [cookie.value for part in ("sid", "k") if (cookie := client.get_cookie(f"phpbb3_demo_{part}"))]
    assert len(secrets) == 2
    for page in crawl(client).values():
        assert not any(secret in page for secret in secrets)


# --- application keys


def test_notes_survive_requests_and_do_not_cross_a_sign_in(client: FlaskClient) -> None:
    client.post("/notes", data={"csrf_token": token(client), "text": "guest's twine"})
    assert "guest's twine" in text_of(client.get("/notes").text)
    sign_in(client, "member")
    assert "guest's twine" not in text_of(client.get("/notes").text)
    client.post("/notes", data={"csrf_token": token(client), "text": "Zoë's <b>bean</b> canes"})
    client.post("/accent", data={"csrf_token": token(client), "accent": "beetroot"})
    page = client.get("/notes").text
    assert "Zoë&#39;s &lt;b&gt;bean&lt;/b&gt; canes" in page
    assert '<html lang="en" data-accent="beetroot">' in page
    assert "opened this page 2 times" in text_of(page)
    sign_in(client, "founder")
    page = client.get("/notes").text
    assert "bean" not in page
    assert '<html lang="en" data-accent="leaf">' in page


def test_guests_cookie_stays_small(client: FlaskClient) -> None:
    key = token(client)
    for number in range(20):
        text = "".join(chr(0x4E00 + (number * 997 + place * 131) % 20000) for place in range(200))
        client.post("/notes", data={"csrf_token": key, "text": text})
    cookie = client.get_cookie("flask_phpbb3_demo")
    assert cookie
    assert len(cookie.value) < 4000


# --- every page


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


# --- a board that goes away


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


# --- its own board and no other


def test_demo_takes_nothing_that_names_a_board() -> None:
    assert set(inspect.signature(create_app).parameters) == {"driver", "addons", "database"}
    assert set(inspect.signature(DemoBoard).parameters) == {"addons", "server"}


def test_board_is_private_and_goes(own_app: Flask) -> None:
    directory = board_of(own_app).path.parent
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    board_of(own_app).close()
    assert not directory.exists()


def test_nobody_signs_in_on_another_board(own_app: Flask, tmp_path: Path) -> None:
    mine = board_of(own_app)
    others = tmp_path / "forum.sqlite3"
    shutil.copy(mine.path, others)
    before = hashlib.sha256(others.read_bytes()).digest()
    foreign = Flask(__name__)
    foreign.config.update(
        SECRET_KEY="test",
        PHPBB3={"DRIVER": "sqlite3", "VERSION": "3.3"},
        PHPBB3_DATABASE={"DATABASE": str(others)},
    )
    PhpBB3(foreign)
    with foreign.app_context(), pytest.raises(RuntimeError, match="has not built its board itself"):
        demo_board()
    foreign.extensions[EXTENSION_NAME] = mine
    with foreign.app_context(), pytest.raises(RuntimeError, match="has not built its board itself"):
        demo_board()
    assert hashlib.sha256(others.read_bytes()).digest() == before


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork()")
def test_workers_share_the_board_and_leave_it_alone(tmp_path: Path) -> None:
    script = """
        import os, re, sys
        from flask_phpbb3.demo import create_app

        app = create_app()
        path = app.extensions["phpbb3_demo"].path
        sys.stdout.flush()
        worker = os.fork()
        client = app.test_client()
        key = re.search('csrf_token" value="([^"]+)', client.get("/forum/login").text)[1]
        client.post("/sign-in", data={"csrf_token": key, "person": "member"})
        assert "Good to see you" in client.get("/").text
        if worker:
            assert os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]) == 0
            assert path.exists()
            assert "Good to see you" in client.get("/").text
            print(path.parent)
    """
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).parent == tmp_path
    assert list(tmp_path.iterdir()) == []


# --- as its README says


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def served(temporary: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run ``flask --app flask_phpbb3.demo run`` and give its address."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "flask",
        "--app",
        "flask_phpbb3.demo",
        "run",
        "--port",
        str(port),
        *options,
    ]
    log = temporary / "server.log"
    boards = temporary / "boards"
    boards.mkdir()
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            cwd=temporary,
            env={**os.environ, "TMPDIR": str(boards)},
            stdout=output,
            stderr=output,
            start_new_session=True,
            # A shell's background job ignores SIGINT, and so would what it starts.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            assert server.poll() is None, log.read_text("utf-8")
            assert time.monotonic() < deadline, log.read_text("utf-8")
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}", server
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


@pytest.mark.parametrize(
    ("options", "end"), [((), signal.SIGTERM), ((), signal.SIGINT), (("--reload",), signal.SIGINT)]
)
def test_runs_from_the_command_line(tmp_path: Path, options: tuple[str, ...], end: signal.Signals) -> None:
    boards = tmp_path / "boards"
    with served(tmp_path, *options) as (address, server):
        jar = http.cookiejar.CookieJar()
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        with browser.open(f"{address}/plot", timeout=10) as answer:
            page = answer.read().decode()
        assert "Who would you like to be?" in page
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', page))
        form = urllib.parse.urlencode({**fields, "person": "member"}).encode()
        with browser.open(f"{address}/sign-in", data=form, timeout=10) as answer:
            assert answer.url == f"{address}/plot"
            assert name_in_header(answer.read().decode()) == "Zoë Lindqvist"
        with pytest.raises(urllib.error.HTTPError) as refused:
            browser.open(f"{address}/roll", timeout=10)
        refused.value.close()
        assert refused.value.code == 403
        assert list(boards.iterdir())
        os.killpg(server.pid, end)
        server.wait(timeout=START_SECONDS)
        deadline = time.monotonic() + START_SECONDS
        while list(boards.iterdir()) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert list(boards.iterdir()) == []

"""The demo's pages about permissions."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from .visits import crawl, sign_in, text_of

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

"""Odd requests and odd parameters: nobody becomes somebody else, and no exception reaches anybody.

A short run; ``python -m tests.fuzz.long`` sends a million requests.
"""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flask_phpbb3 import BoundPhpBB3, ParameterError
from flask_phpbb3.phpbb.acl import UserAcl

from ..apps import asking, visitor
from .generator import RUNS, attempts
from .oracle import GUEST, complaint
from .requests import LONGEST_LINE, Attempt
from .site import KINDS, PREFIX, Site, sites

pytestmark = pytest.mark.slow

quick = settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Site]]:
    with sites(tmp_path_factory.mktemp("fuzz")) as made:
        yield made


@pytest.fixture(scope="module", params=KINDS)
def site(request: pytest.FixtureRequest, made: dict[str, Site]) -> Site:
    return made[request.param]


def test_each_login_is_recognised_by_its_own_request(site: Site) -> None:
    """Else the tests below would hold of a site that takes everybody for the guest."""
    found = Counter[int]()
    for login in site.logins:
        attempt = Attempt(
            site.cookie_of(login), login.agent, login.address, forwarded_for=login.forwarded_for
        )
        found[site.ask(attempt).user_id] += 1
        attempt = Attempt(site.cookie_of(login, sid="0" * 32))
        assert site.ask(attempt).user_id == (login.user_id if login.key_accepted else GUEST)
    assert found.keys() == {GUEST, *site.users.values()} - {site.users["villain"]}


def test_mixed_and_mutated_pieces(site: Site) -> None:
    make = attempts(site, seed=0)
    found = Counter[str]()
    for attempt in (make() for _ in range(400)):
        answer = site.ask(attempt)
        assert complaint(site, attempt, answer) is None, attempt
        found[answer.source] += 1
    assert min(found[source] for source in ("guest", "session", "key")) > 5


@pytest.mark.parametrize("header", ["cookie", "agent", "forwarded_for", "referer", "host", "query"])
@pytest.mark.parametrize("kind", ["3.3, all checks", "4.0"])
def test_headers_filled_with_one_thing_take_no_time(made: dict[str, Site], kind: str, header: str) -> None:
    """The longest line that gunicorn passes on, and what it makes of a hundred of one name."""
    login = made[kind].logins[0]
    for run in RUNS:
        for size in (LONGEST_LINE, 98 * LONGEST_LINE):
            changed: dict[str, Any] = {header: b"a" + run * (size // len(run))}
            own = Attempt(made[kind].cookie_of(login), login.agent, login.address, method="POST")
            answer = made[kind].ask(dataclasses.replace(own, **changed))  # raises if it takes longer
            assert complaint(made[kind], dataclasses.replace(own, **changed), answer) is None


@st.composite
def odd_attempts(draw: st.DrawFn, site: Site) -> Attempt:
    """Draw a request of known pieces and arbitrary bytes."""
    login = draw(st.sampled_from(site.logins))
    pieces = [login.sid.encode(), login.key.encode(), str(login.user_id).encode(), b"%00", b" ", b"[]", b"0"]
    junk = st.one_of(st.sampled_from(pieces), st.binary(max_size=40), st.text(max_size=20).map(_encoded))
    value = st.lists(junk, max_size=3).map(b"".join)
    name = st.one_of(st.sampled_from([f"{PREFIX}{part}".encode() for part in ("u", "k", "sid")]), junk)
    pair = st.builds(lambda name, value: name + b"=" + value, name, value)
    header = st.one_of(st.none(), value)
    host = st.one_of(st.just(b"site.example"), header)
    return Attempt(
        cookie=draw(st.one_of(st.none(), st.lists(pair, max_size=5).map(b"; ".join))),
        agent=draw(st.one_of(st.just(login.agent), header)),
        address=draw(st.one_of(st.just(login.address), st.ip_addresses().map(str), st.text(max_size=40))),
        query=draw(st.lists(pair, max_size=3).map(b"&".join)),
        forwarded_for=draw(st.one_of(st.just(login.forwarded_for), header)),
        referer=draw(header),
        host=draw(host),
        method=draw(st.sampled_from(["GET", "HEAD", "POST", "PATCH", "odd"])),
        content_type=draw(header),
    )


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@quick
@given(data=st.data())
def test_arbitrary_bytes(site: Site, data: st.DataObject) -> None:
    attempt = data.draw(odd_attempts(site))
    assert complaint(site, attempt, site.ask(attempt)) is None


class Colour(enum.Enum):
    """No value that a database takes."""

    RED = 1


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=2**31, max_value=2**70),
    st.just(10**400),
    st.floats(),
    st.complex_numbers(),
    st.text(),
    st.characters(categories=["Cs"]),
    st.sampled_from(
        ["\0", "%s", "%(user_id)s", "' OR 1=1 --", "1", "ADMINISTRATORS", b"\xff", bytearray(b"1")]
    ),
    st.binary(),
    st.decimals(),
    st.dates(),
    st.datetimes(),
    st.timedeltas(),
    st.uuids(),
    st.just(decimal.Decimal("sNaN")),
    st.just(datetime.timezone.utc),
    st.just(Colour.RED),
    st.just(object()),
    st.just(UserAcl),
)
SETS = st.sets(st.one_of(st.integers(), st.text(max_size=3), st.none()), max_size=3)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.tuples(inner, inner),
        st.dictionaries(st.text(max_size=3), inner, max_size=2),
        SETS,
    ),
    max_leaves=5,
)
CALLS = {
    "get_user": ("user_id",),
    "get_user_profile": ("user_id",),
    "get_session": ("session_id",),
    "get_autologin": ("key",),
    "has_membership": ("user_id", "group_id"),
    "has_membership_resolve": ("user_id", "group_name"),
    "get_unread_notifications_count": ("user_id",),
    "get_acl": ("user_id",),
    "get_user_acl": ("raw_user_permissions",),
}


STATEMENTS = {
    "has_user": "SELECT 1 FROM {TABLE_PREFIX}users WHERE user_id = %(value)s OR username = %(value)s",
    "fetch_some_users": "SELECT user_id FROM {TABLE_PREFIX}users WHERE user_id IN %(values)s",
}


@pytest.fixture(scope="module")
def board(made: dict[str, Site]) -> Iterator[BoundPhpBB3]:
    database = {**made["3.3"].app.config["PHPBB3_DATABASE"], "CUSTOM_STATEMENTS": STATEMENTS}
    with asking("sqlite3", database) as board:
        yield board


@pytest.mark.parametrize("name", CALLS)
@quick
@given(data=st.data())
def test_a_call_with_odd_values_finds_nothing_or_says_so(
    board: BoundPhpBB3, name: str, data: st.DataObject
) -> None:
    """Or what it finds is of the very value that was asked for."""
    values = {parameter: data.draw(VALUES, label=parameter) for parameter in CALLS[name]}
    call = getattr(board, name)
    with suppress(ParameterError):
        answer = call(**values)
        if isinstance(answer, dict) and "user_id" in answer:
            assert answer["user_id"] == values["user_id"]
        elif isinstance(answer, UserAcl):
            assert not answer.has_privilege("a_")
        else:
            assert answer is None or answer is False or answer == {"num": 0}


@quick
@given(value=SCALARS, values=st.one_of(st.lists(VALUES, max_size=3), SETS))
def test_own_statements_take_any_value_or_say_so(board: BoundPhpBB3, value: Any, values: Any) -> None:
    with suppress(ParameterError):
        assert isinstance(board.has_user(value=value), bool)
    with suppress(ParameterError):
        assert isinstance(board.fetch_some_users(values=values), list)


@quick
@given(
    options=st.dictionaries(
        st.sampled_from(["skip", "limit", "cache", "cache_ttl", "user_id", "sql"]), VALUES
    )
)
def test_odd_paging_returns_rows_or_says_so(board: BoundPhpBB3, options: dict[str, Any]) -> None:
    with suppress(ParameterError):
        assert isinstance(board.execute_custom("fetch_latest_posts", **options), list)


@quick
@given(
    group=SCALARS,
    option=st.text(),
    forum_id=st.integers(),
    sent=st.one_of(st.none(), st.text(), st.integers()),
    token=st.one_of(st.none(), st.text()),
)
def test_odd_questions_about_the_visitor_are_answered_no(
    made: dict[str, Site], group: Any, option: str, forum_id: int, sent: Any, token: str | None
) -> None:
    with made["3.3"].app.test_request_context():
        assert not visitor().has_privilege(option.lstrip("!"), forum_id)
        assert not visitor().check_form_token(option, sent, token)
        assert not visitor().check_link_hash(token or "", option)
        with suppress(ParameterError):
            assert visitor().is_member(group) == (group == 1)


@quick
@given(
    name=st.one_of(
        st.text(), st.sampled_from(["_get_form_salt", "get_", "set_", "get_user ", "__class__", "board"])
    )
)
def test_odd_names_are_no_statements(board: BoundPhpBB3, name: str) -> None:
    with pytest.raises(AttributeError):
        board.execute_custom(name)

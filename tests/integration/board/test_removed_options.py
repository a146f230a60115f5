"""A permission option that goes shifts the bits of every stored string: noticed at once."""

from __future__ import annotations

from contextlib import closing

import pytest

from flask_phpbb3.testing import MiniatureBoard

from ...apps import asking, board_of, close, make_app, visitor
from ...miniatures import PAIRS, RELEASES, Build
from ...writing import connect, execute_many

pytestmark = pytest.mark.slow

AGENT = "Browser/1.0"


@pytest.mark.parametrize("line", RELEASES)
@pytest.mark.parametrize(("database", "driver"), PAIRS)
def test_a_removed_option_is_noticed_at_once(database: str, driver: str, line: str, build: Build) -> None:
    """A right was granted that nobody gave, for as long as PHPBB3_BOARD_TTL."""
    subject = build(database, driver, line)
    board = subject.board
    assert isinstance(board, MiniatureBoard)
    user = board.add_user("alice")
    app = make_app(driver, subject.config["PHPBB3_DATABASE"], version=line, board_ttl=3600)
    header = "; ".join(f"{name}={value}" for name, value in board.sign_in(user, browser=AGENT).items())

    def rights() -> set[str]:
        with app.test_request_context(headers={"Cookie": header, "User-Agent": AGENT}):
            names = board_of(app).board.data().options.global_options
            return {name for name in names if visitor().has_privilege(name)}

    before = rights()
    assert "u_" in before
    with closing(connect(database, subject.config["PHPBB3_DATABASE"])) as connection:
        cursor = connection.cursor()
        cursor.execute("DELETE FROM phpbb_acl_options WHERE auth_option = 'a_aauth'")
        connection.commit()
        with asking(driver, subject.config["PHPBB3_DATABASE"], version=line) as fresh:
            written = fresh.get_acl(user_id=user).encode()
        execute_many(
            connection,
            database,
            "UPDATE phpbb_users SET user_permissions = ? WHERE user_id = ?",
            [(written, user)],
        )
        connection.commit()
    assert rights() == before
    close(app)

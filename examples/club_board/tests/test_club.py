"""The version passes the suite of flask_phpbb3's own versions, and answers what is our forum's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from flask_phpbb3 import BoundPhpBB3
from flask_phpbb3.testing import EmbeddedBoard
from flask_phpbb3.testing.conformance import BoardUnderTest, VersionSuite


class TestVersion(VersionSuite):
    @pytest.fixture(scope="class")
    @classmethod
    def subject(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BoardUnderTest]:
        path = tmp_path_factory.mktemp("board") / "forum.db"
        with closing(EmbeddedBoard(path, version="3.3-club")) as board:
            yield BoardUnderTest(board=board, config=board.settings)

    def test_our_column_is_in_every_row_of_a_user(self, subject: BoardUnderTest, phpbb3: BoundPhpBB3) -> None:
        user = subject.board.add_user("Ann", user_member_no="A&amp;B 1")
        found = phpbb3.get_user(user_id=user)
        assert found is not None
        assert found["user_member_no"] == "A&B 1"

    def test_our_table_and_our_statements(self, subject: BoardUnderTest, phpbb3: BoundPhpBB3) -> None:
        board = subject.board
        paid, unpaid, never = (board.add_user(f"Member {no}", user_member_no=f"M {no}") for no in range(3))
        board.insert("club_dues", user_id=paid, dues_year=2026, dues_paid=1)
        board.insert("club_dues", user_id=unpaid, dues_year=2026, dues_remark="R&amp;D pays")
        assert phpbb3.get_standing(user_id=paid, year=2026) == {"member_no": "M 0", "has_paid": True}
        assert phpbb3.get_standing(user_id=paid, year=2025) == {"member_no": "M 0", "has_paid": False}
        assert phpbb3.get_standing(user_id=board.admin_id, year=2026) is None
        found = [row for row in phpbb3.fetch_unpaid_dues(year=2026) if row["username"].startswith("Member")]
        assert [row["user_id"] for row in found] == [unpaid, never]
        assert [row["dues_remark"] for row in found] == ["R&D pays", None]

    @pytest.mark.parametrize(("until", "number"), [(0, 1), (2**31 - 1, 0)])
    def test_nobody_hears_of_notifications_on_holiday(
        self, subject: BoardUnderTest, phpbb3: BoundPhpBB3, until: int, number: int
    ) -> None:
        user = subject.board.add_user(f"Away until {until}", user_holiday_until=until)
        subject.board.add_notification_type(f"notification.type.club{until}")
        subject.board.add_notification(user, f"notification.type.club{until}")
        assert phpbb3.get_unread_notifications_count(user_id=user) == {"num": number}

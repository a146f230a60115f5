"""Bots: the board's list and the application's."""

from __future__ import annotations

from typing import Any

import pytest

from flask_phpbb3.phpbb.bots import BotList, in_botlist
from flask_phpbb3.phpbb.visitor import Visitor


def bot(user_id: int, agent: str = "", ip: str = "", **columns: Any) -> dict[str, Any]:
    return {"user_id": user_id, "bot_agent": agent, "bot_ip": ip, **columns}


BOTS = BotList(
    [
        bot(3, "Google"),
        bot(4, "Googlebot-Image"),
        bot(5, "W3C_*Validator"),
        bot(6, ip="192.0.2.5, 198.18.,,"),
        bot(7, "Scooter/", "198.19.7."),
        bot(8, "Baidu", bot_active="0"),
        bot(9, "Yandex", bot_active="1"),
        bot(10, "a.b(c"),
        bot(11),
        bot(12, "Comma", ","),
    ]
)


@pytest.mark.parametrize(
    ("browser", "address", "user_id"),
    [
        ("Mozilla googleBOT", "10.0.0.1", 3),
        ("x Googlebot-Image y", "10.0.0.1", 4),
        ("W3C_CSS_Validator", "10.0.0.1", 5),
        ("W3C", "10.0.0.1", None),
        ("Firefox", "192.0.2.57", 6),
        ("Firefox", "198.18.1.1", 6),
        ("Firefox", "198.180.1.1", None),
        ("Scooter/3", "198.19.7.1", 7),
        ("Scooter/3", "198.19.8.1", None),
        ("Firefox", "198.19.7.1", None),
        ("Baidu", "10.0.0.1", None),
        ("Yandex", "10.0.0.1", 9),
        ("xA.B(Cx", "10.0.0.1", 10),
        ("aXb(c", "10.0.0.1", None),
        ("Comma", "10.0.0.1", None),
        ("", "10.0.0.1", None),
    ],
)
def test_bots_of_the_board(browser: str, address: str, user_id: int | None) -> None:
    assert BOTS.find(Visitor(browser=browser, address=address)) == user_id


def test_bots_of_the_application() -> None:
    visitor = Visitor(browser="Bot &amp; more/1.0")
    assert in_botlist(["other", "bot & more"], visitor)
    assert not in_botlist(["more", ""], visitor)
    assert not in_botlist([], visitor)

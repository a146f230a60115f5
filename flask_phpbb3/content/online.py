"""Who is online, the board's figures, and whose birthday it is."""

from __future__ import annotations

from typing import Final

from ..board.inquiry import ContentFunction, Inquiry
from ..errors import ParameterError
from ..phpbb.identity import IGNORED
from ..phpbb.people import birthday, birthday_patterns
from ..phpbb.text import unescape
from ..plugins.driver import Row
from .cards import Cards
from .moments import today

_DAY: Final = 86400


def fetch_online(inquiry: Inquiry, *, order: str = "name") -> list[Row]:
    """Return who is online and not hidden from the viewer (phpBB rule: Who is online).

    The columns of `fetch_users` but ``last_active``, and ``is_hidden``, ``session_time``, ``forum_id``
    and ``forum_name`` of the forum where somebody is (0 and empty where the viewer may not know of it).
    Bots are among them, without ``url``. Nobody where the board does not tell who is online.

    :param order: ``name``, or ``time`` for the latest first.
    :raises ParameterError: for another order.
    """
    if order not in ("name", "time"):
        raise ParameterError("fetch_online(): order must be 'name' or 'time'.")
    if not inquiry.is_on("load_online"):
        return []
    cards = Cards(inquiry)
    rows = [row for row in _sessions(inquiry) if not _is_hidden_from(inquiry, row)]
    if order == "name":
        rows.sort(key=lambda row: str(row["username_clean"]))
    shown = []
    for row in rows[inquiry.page.skip : inquiry.page.end]:
        forum_id = int(row["session_forum_id"])
        knows = forum_id in inquiry.forums and inquiry.may("f_list", forum_id)
        card = {
            **cards.of(row),
            "is_hidden": not int(row["session_viewonline"]),
            "session_time": row["session_time"],
            "forum_id": forum_id if knows else 0,
            "forum_name": inquiry.forums[forum_id]["forum_name"] if knows else "",
        }
        if int(row["user_type"]) == IGNORED:
            card["url"] = ""
        shown.append(card)
    return shown


def get_online_figures(inquiry: Inquiry) -> Row | None:
    """Return how many are online; None where the board does not tell (phpBB rule: Who is online).

    ``total``, ``registered`` (bots too), ``hidden``, ``guests`` (None where the board does not count
    them), ``minutes`` (how far back that looks), and the board's record: ``record_online_users``,
    ``record_online_date``.
    """
    if not inquiry.is_on("load_online"):
        return None
    rows = _sessions(inquiry)
    hidden = sum(1 for row in rows if not int(row["session_viewonline"]))
    guests: int | None = None
    if inquiry.is_on("load_online_guests"):
        since = _since(inquiry)
        guests = int(inquiry.ask("_get_guests_online", since=since - since % 60)["guests"])
    return {
        "total": len(rows) + (guests or 0),
        "registered": len(rows) - hidden,
        "hidden": hidden,
        "guests": guests,
        "minutes": inquiry.number("load_online_time", 5),
        "record_online_users": inquiry.number("record_online_users"),
        "record_online_date": inquiry.number("record_online_date"),
    }


def get_board_statistics(inquiry: Inquiry) -> Row:
    """Return the board's own figures, which cost no statement.

    ``num_posts``, ``num_topics``, ``num_users`` (active ones), ``num_files``, ``board_startdate``,
    ``posts_per_day``, ``newest_user_id``, ``newest_username``, ``newest_user_colour``, ``newest_user_url``,
    ``record_online_users``, ``record_online_date``.
    """
    newest = inquiry.number("newest_user_id")
    start = inquiry.number("board_startdate")
    posts = inquiry.number("num_posts")
    return {
        **{name: inquiry.number(name) for name in ("num_posts", "num_topics", "num_users", "num_files")},
        "board_startdate": start,
        "posts_per_day": round(posts / max(1, (inquiry.now - start) / _DAY), 2),
        "newest_user_id": newest,
        "newest_username": unescape(inquiry.config.get("newest_username", "")),
        "newest_user_colour": inquiry.config.get("newest_user_colour", ""),
        "newest_user_url": Cards(inquiry).profile_url(newest),
        **{name: inquiry.number(name) for name in ("record_online_users", "record_online_date")},
    }


def fetch_birthdays(inquiry: Inquiry) -> list[Row]:
    """Return whose birthday it is where the viewer is (phpBB rule: Birthdays).

    The columns of `fetch_users` but ``last_active``, and ``age`` (None where the year is not told).
    """
    cards = Cards(inquiry)
    if not cards.sees_profiles or not all(map(inquiry.is_on, ("load_birthdays", "allow_birthdays"))):
        return []
    day = today(inquiry)
    patterns = [f"{start}%" for start in birthday_patterns(day)]
    rows = inquiry.ask(
        "_fetch_birthdays",
        first=patterns[0],
        second=patterns[-1],
        skip=inquiry.page.skip,
        limit=inquiry.page.limit,
    )
    return [{**cards.of(row), "age": _years(str(row["user_birthday"]), day.year)} for row in rows]


def _sessions(inquiry: Inquiry) -> list[Row]:
    """Return the newest session of everybody who is online; who hides in one of several, hides."""
    since = _since(inquiry)
    found: dict[int, Row] = {}
    for row in inquiry.ask("_fetch_online", since=since - since % 30):
        newest = found.setdefault(int(row["user_id"]), row)
        newest["session_viewonline"] = min(int(newest["session_viewonline"]), int(row["session_viewonline"]))
    return list(found.values())


def _since(inquiry: Inquiry) -> int:
    return inquiry.now - 60 * inquiry.number("load_online_time", 5)


def _is_hidden_from(inquiry: Inquiry, row: Row) -> bool:
    if int(row["session_viewonline"]):
        return False
    return inquiry.user_id != int(row["user_id"]) and not inquiry.may("u_viewonline")


def _years(text: str, year: int) -> int | None:
    born = birthday(text)
    return max(0, year - born[2]) if born and born[2] else None


FUNCTIONS: Final = {
    "fetch_online": ContentFunction(fetch_online, limit=None),
    "get_online_figures": ContentFunction(get_online_figures),
    "get_board_statistics": ContentFunction(get_board_statistics),
    "fetch_birthdays": ContentFunction(fetch_birthdays, limit=None),
}

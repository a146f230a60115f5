"""The people whom a visitor of the demo can be."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class About:
    """Describe what a profile tells.

    :ivar picture: the avatar's file without its ending; empty for none.
    :ivar born: day and month, and year or 0; the day may be ``today``.
    :ivar fields: values of profile fields by ident; ``plot`` and ``rent`` are the society's own.
    :ivar signature: with BBCode.
    """

    picture: str = ""
    born: str = ""
    fields: dict[str, str | int] = field(default_factory=dict)
    signature: str = ""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Describe somebody to sign in as.

    :ivar key: the word in the form.
    :ivar username: the name on the board.
    :ivar role: what kind of visitor this is.
    :ivar story: what there is to see.
    :ivar groups: the person's groups; the first is the default one.
    :ivar user_type: phpBB's: 0 normal, 1 inactive, 3 founder.
    :ivar is_banned: whether the board has banned the person.
    :ivar about: what the profile tells.
    """

    key: str
    username: str
    role: str
    story: str
    groups: tuple[str, ...] = ("REGISTERED",)
    user_type: int = 0
    is_banned: bool = False
    about: About = About()


PEOPLE = (
    Person(
        key="member",
        username="Zoë Lindqvist",
        role="Ordinary member",
        story="Reads and writes, has three unread notifications, and has asked to join the beekeepers.",
        about=About(
            picture="zoe",
            born="1991-04-17",
            fields={"plot": 14, "rent": "paid", "phpbb_location": "Plot 14, by the pump"},
            signature="Grows [i]mostly[/i] beans.",
        ),
    ),
    Person(
        key="moderator",
        username="Siobhán O'Brien",
        role="Moderator",
        story="Looks after Plot talk and the swap, sees posts that wait for approval, keeps bees.",
        groups=("REGISTERED", "Bees & hives"),
        about=About(
            picture="siobhan",
            born="1968-09-02",
            fields={"plot": 8, "rent": "paid", "phpbb_location": "Under the pear tree"},
            signature="Mind the hives :bee:",
        ),
    ),
    Person(
        key="administrator",
        username="Jürgen Köhler",
        role="Administrator",
        story="Chairs the committee, so he reads the committee room and has rights over the whole board.",
        groups=("ADMINISTRATORS", "REGISTERED", "Committee"),
        about=About(
            picture="jurgen",
            fields={"plot": 31, "rent": "paid", "phpbb_website": "https://example.org/hochbeet"},
            signature="Chair, and lender of spades",
        ),
    ),
    Person(
        key="founder",
        username="admin",
        role="Founder",
        story="The account that set the forum up. No permission and no ban can shut it out.",
        user_type=3,
        about=About(picture="admin"),
    ),
    Person(
        key="newcomer",
        username="Tom & Ann",
        role="Newly registered",
        story="May write, but a moderator looks at it first: their group says “never”.",
        groups=("NEWLY_REGISTERED", "REGISTERED"),
        about=About(fields={"plot": 7, "rent": "open"}),
    ),
    Person(
        key="inactive",
        username="Mehmet Yıldız",  # noqa: RUF001 - the Turkish letter is meant
        role="Deactivated",
        story="Was set inactive while signed in. phpBB still finds the session, yet he is not signed in.",
        user_type=1,
    ),
    Person(
        key="banned",
        username="Gordon Pike",
        role="Banned",
        story="Shut out for a fortnight. Every page treats him as a guest and tells him why.",
        is_banned=True,
    ),
)

OTHERS = (
    Person(
        key="",
        username="Priya Nair",
        role="",
        story="",
        about=About(
            picture="priya",
            born="today",
            fields={"plot": 12, "rent": "paid", "phpbb_location": "Plot 12"},
            signature="[url=https://example.org/rhubarb-chutney]Chutney[/url] for trade",
        ),
    ),
    Person(
        key="",
        username="Walter Finch",
        role="",
        story="",
        about=About(picture="walter", born="1943-11-05", fields={"plot": 2, "rent": "paid"}),
    ),
    Person(
        key="",
        username="Agnieszka Wróbel",
        role="",
        story="",
        about=About(picture="agnieszka", fields={"plot": 23, "rent": "open"}),
    ),
)
"""Members who are not to be signed in as."""

BY_KEY = {person.key: person for person in PEOPLE}

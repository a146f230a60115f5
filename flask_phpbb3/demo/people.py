"""The people whom a visitor of the demo can be."""

from __future__ import annotations

from dataclasses import dataclass


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
    """

    key: str
    username: str
    role: str
    story: str
    groups: tuple[str, ...] = ("REGISTERED",)
    user_type: int = 0
    is_banned: bool = False


PEOPLE = (
    Person(
        key="member",
        username="Zoë Lindqvist",
        role="Ordinary member",
        story="Reads and writes, has three unread notifications, and has asked to join the beekeepers.",
    ),
    Person(
        key="moderator",
        username="Siobhán O'Brien",
        role="Moderator",
        story="Looks after Plot talk and the swap, sees posts that wait for approval, keeps bees.",
        groups=("REGISTERED", "Bees & hives"),
    ),
    Person(
        key="administrator",
        username="Jürgen Köhler",
        role="Administrator",
        story="Chairs the committee, so he reads the committee room and has rights over the whole board.",
        groups=("ADMINISTRATORS", "REGISTERED", "Committee"),
    ),
    Person(
        key="founder",
        username="admin",
        role="Founder",
        story="The account that set the forum up. No permission and no ban can shut it out.",
        user_type=3,
    ),
    Person(
        key="newcomer",
        username="Tom & Ann",
        role="Newly registered",
        story="May write, but a moderator looks at it first: their group says “never”.",
        groups=("NEWLY_REGISTERED", "REGISTERED"),
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

BY_KEY = {person.key: person for person in PEOPLE}

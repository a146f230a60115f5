"""What stands in the demo's forums: an allotment society with its small worries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SITE_NAME: Final = "Millbrook Allotments"
OTHER_MEMBERS: Final = ("Priya Nair", "Walter Finch", "Agnieszka Wróbel")
"""Names of members who are not to be signed in as."""

ROLES_IN_ALL_FORUMS: Final = {"ADMINISTRATORS": "ROLE_FORUM_FULL"}
"""Group → role, besides those of each forum."""

_OPEN: Final = {"GUESTS": "ROLE_FORUM_READONLY", "BOTS": "ROLE_FORUM_BOT"}
_MEMBERS: Final = {"REGISTERED": "ROLE_FORUM_STANDARD", "NEWLY_REGISTERED": "ROLE_FORUM_NEW_MEMBER"}
_READERS: Final = {"REGISTERED": "ROLE_FORUM_READONLY"}

_WAITING: Final = 0
_STICKY: Final = 1
_ANNOUNCEMENT: Final = 2


@dataclass(frozen=True)
class Topic:
    """Describe a topic: its posts are (author, hours ago, text), the first one opens it."""

    title: str
    posts: tuple[tuple[str, float, str], ...]
    topic_type: int = 0
    visibility: int = 1


@dataclass(frozen=True, kw_only=True)
class Forum:
    """Describe a forum: group → role, moderators, topics; a category has forums instead."""

    name: str
    description: str = ""
    roles: dict[str, str]
    moderators: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    forums: tuple[Forum, ...] = ()
    password: str = ""


FORUMS: Final = (
    Forum(
        name="The allotments",
        roles={**_OPEN, **_READERS},
        forums=(
            Forum(
                name="Notice board",
                description="What the committee wants everybody to know. Read by all, written by few.",
                roles={**_OPEN, **_READERS},
                topics=(
                    Topic(
                        "Water is back on — please read before you open a tap",
                        (
                            (
                                "Jürgen Köhler",
                                5,
                                "The burst pipe by plot 31 is mended, and the standpipes are on again.\n\n"
                                "Open the taps slowly, let the brown water run into a butt, and keep it off the "
                                "lettuces. Thank you, Walter, for digging the hole.",
                            ),
                        ),
                        topic_type=_ANNOUNCEMENT,
                    ),
                    Topic(
                        "Work morning on Saturday: hedge, path & tea",
                        (
                            (
                                "admin",
                                74,
                                "We meet at nine at the gate. Bring gloves and a mug; the shears are ours.\n"
                                "The hedge along the brook comes first, then the path.",
                            ),
                        ),
                    ),
                    Topic(
                        "Open day raised £412.50 🎉",
                        (
                            (
                                "Jürgen Köhler",
                                290,
                                "Cakes £188, plants £164.50, and sixty pounds from guessing the pumpkin's weight. "
                                "It was 23 kg; Priya was out by 40 grams.",
                            ),
                        ),
                    ),
                ),
            ),
            Forum(
                name="Plot talk",
                description="Soil, slugs and everything that grows or does not.",
                roles={**_OPEN, **_MEMBERS},
                moderators=("Siobhán O'Brien",),
                topics=(
                    Topic(
                        "Slugs: what really worked for you?",
                        (
                            (
                                "Zoë Lindqvist",
                                51,
                                "I have lost two sowings of beans. Copper tape did nothing.",
                            ),
                            (
                                "Walter Finch",
                                49.5,
                                "Go out with a torch at ten. A bucket and patience; nothing else in forty years.",
                            ),
                            (
                                "Agnieszka Wróbel",
                                27,
                                "Nematodes, but only once the soil is warm. And water in the morning, never at night.",
                            ),
                            ("Zoë Lindqvist", 2.4, "Torch it is. 214 in one evening, and the beans are up!"),
                        ),
                    ),
                    Topic(
                        "Read first: bonfires only <after> 6 p.m.",
                        (
                            (
                                "Siobhán O'Brien",
                                900,
                                "Dry wood only, never in a westerly wind, and stay with it until it is out.\n"
                                "The school is downwind & their windows are open.",
                            ),
                        ),
                        topic_type=_STICKY,
                    ),
                    Topic(
                        "O'Brien's rhubarb — who wants a crown?",
                        (
                            (
                                "Siobhán O'Brien",
                                31,
                                "I am splitting the big one by the shed. Three crowns to give away.",
                            ),
                            ("Priya Nair", 30, "One for plot 12, please. I have a jar of chutney to trade."),
                        ),
                    ),
                    Topic(
                        "Hügelkultur or Hochbeet: how deep is deep enough?",
                        (
                            (
                                "Jürgen Köhler",
                                126,
                                "My father swore by 80 cm. My back agrees, my purse does not.",
                            ),
                            ("Walter Finch", 120, "Forty does for salad. Fill the rest with prunings."),
                        ),
                    ),
                    Topic(
                        "Hello from plot 7",
                        (
                            (
                                "Tom & Ann",
                                1.2,
                                "We got our key on Monday! Brambles to the shoulder. Where does one even start?",
                            ),
                        ),
                        visibility=_WAITING,
                    ),
                ),
            ),
        ),
    ),
    Forum(
        name="For members",
        roles={**_READERS},
        forums=(
            Forum(
                name="Seeds & seedlings swap",
                description="Give away, ask for, trade. Members only, and no money.",
                roles=_MEMBERS,
                moderators=("Siobhán O'Brien",),
                topics=(
                    Topic(
                        "Too many tomatoes: 'Żółty' & 'Black Krim'",
                        (
                            (
                                "Agnieszka Wróbel",
                                8,
                                "Fourteen pots on the windowsill. Take them before the cat does.",
                            ),
                            ("Tom & Ann", 6.5, "Two of the yellow ones, please — our first tomatoes ever."),
                        ),
                    ),
                    Topic(
                        "Wanted: runner beans, any colour 🌱",
                        (("Priya Nair", 99, "Mine went to the mice. I can offer garlic."),),
                    ),
                ),
            ),
            Forum(
                name="Bees & hives 🐝",
                description="For the beekeepers among us: swarms, honey, and who has the smoker.",
                roles={"Bees & hives": "ROLE_FORUM_STANDARD"},
                moderators=("Siobhán O'Brien",),
                topics=(
                    Topic(
                        "Swarm in the pear tree",
                        (
                            (
                                "Siobhán O'Brien",
                                3.3,
                                "A fine one, head high. I need a second pair of hands at five.",
                            ),
                            ("Walter Finch", 3, "I bring the ladder. Not the hands."),
                        ),
                    ),
                ),
            ),
            Forum(
                name="Committee room",
                description="Minutes and waiting list.",
                roles={"Committee": "ROLE_FORUM_FULL"},
                topics=(
                    Topic(
                        "Minutes, and the waiting list (23 names)",
                        (
                            (
                                "Jürgen Köhler",
                                20,
                                "Rent stays at £38 a plot. Plots 4 and 19 are free from the first of the month; the "
                                "next two on the list have been asked.",
                            ),
                        ),
                    ),
                ),
            ),
            Forum(
                name="Gate codes",
                description="Behind a password of its own, which only the forum can take.",
                roles=_MEMBERS,
                password="ask at the gate",  # noqa: S106 - nobody can type it here
                topics=(Topic("This month's code", (("admin", 400, "It is on the back of your key."),)),),
            ),
        ),
    ),
)

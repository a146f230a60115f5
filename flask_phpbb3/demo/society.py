"""What stands in the demo's forums: an allotment society with its small worries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SITE_NAME: Final = "Millbrook Allotments"
ROLES_IN_ALL_FORUMS: Final = {"ADMINISTRATORS": "ROLE_FORUM_FULL"}
"""Group → role, besides those of each forum."""

_OPEN: Final = {"GUESTS": "ROLE_FORUM_READONLY", "BOTS": "ROLE_FORUM_BOT"}
_MEMBERS: Final = {"REGISTERED": "ROLE_FORUM_STANDARD", "NEWLY_REGISTERED": "ROLE_FORUM_NEW_MEMBER"}
_READERS: Final = {"REGISTERED": "ROLE_FORUM_READONLY"}

_WAITING: Final = 0
_STICKY: Final = 1
_ANNOUNCEMENT: Final = 2


@dataclass(frozen=True, kw_only=True)
class Poll:
    """Describe a poll: who has voted for each of its options."""

    title: str
    options: dict[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class File:
    """Describe an attachment, whose file lies in ``files/attachments``.

    :ivar post: the number of the post in its topic, from 0.
    """

    name: str
    mimetype: str
    comment: str = ""
    post: int = 0


@dataclass(frozen=True)
class Topic:
    """Describe a topic: its posts are (author, hours ago, text with BBCode), the first one opens it."""

    title: str
    posts: tuple[tuple[str, float, str], ...]
    topic_type: int = 0
    visibility: int = 1
    poll: Poll | None = None
    files: tuple[File, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Letter:
    """Describe a private message."""

    author: str
    to: tuple[str, ...]
    subject: str
    text: str
    hours: float
    blind: tuple[str, ...] = ()
    is_read: bool = False
    file: File | None = None


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
                                "[list=decimal][*]Open the taps [b]slowly[/b].[*]Let the brown water run into a butt."
                                "[*]Keep it off the lettuces.[/list]\n"
                                "Thank you, Walter, for digging the hole :)",
                            ),
                        ),
                        topic_type=_ANNOUNCEMENT,
                    ),
                    Topic(
                        "The new plan of the plots",
                        (
                            (
                                "Jürgen Köhler",
                                26,
                                "The old one still had the pond on it. Here is what the surveyor measured:\n\n"
                                "[attachment=0]plan-of-the-plots.png[/attachment]\n\n"
                                "Please tell me by Sunday if your plot has [i]grown[/i] since last year.\n"
                                "[members]The spare key to the map case hangs behind the kettle.[/members]",
                            ),
                        ),
                        files=(
                            File(
                                name="plan-of-the-plots.png",
                                mimetype="image/png",
                                comment="Forty plots, two of them free",
                            ),
                        ),
                    ),
                    Topic(
                        "Work morning on Saturday: hedge, path & tea",
                        (
                            (
                                "admin",
                                74,
                                "We meet at nine at the gate. Bring gloves and a mug; the shears are ours.\n"
                                "The hedge along the brook comes first, then the path.\n\n"
                                "[tip]Nesting birds go first: where one sits, we cut next month.[/tip]",
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
                                "I have lost two sowings of beans :slug: :slug: :slug: Copper tape did nothing.",
                            ),
                            (
                                "Walter Finch",
                                49.5,
                                "Go out with a torch at ten. A bucket and patience; nothing else in forty years.",
                            ),
                            (
                                "Priya Nair",
                                46,
                                "Beer traps. But the neighbour's spaniel finds them first.",
                            ),
                            (
                                "Siobhán O'Brien",
                                44,
                                "What the county says, for those who like it on paper:\n"
                                "[list][*]water in the [b]morning[/b][*]no mulch before June[*]ducks, if you have them"
                                "[/list]",
                            ),
                            (
                                "Agnieszka Wróbel",
                                27,
                                "[quote=Siobhán O'Brien]ducks, if you have them[/quote]\n"
                                "Nematodes, but only once the soil is warm.",
                            ),
                            (
                                "Walter Finch",
                                25,
                                "Mine, from the spring of 1987 on:\n"
                                "[code]torch nights   slugs   beans left\n"
                                "          12     1904          38\n"
                                "           0        0           0[/code]",
                            ),
                            (
                                "Zoë Lindqvist",
                                2.4,
                                "[quote=Walter Finch]Go out with a torch at ten.[/quote]\n"
                                "Torch it is. 214 in one evening, and the beans are up! :)",
                            ),
                        ),
                    ),
                    Topic(
                        "What becomes of the fallow corner?",
                        (
                            (
                                "Siobhán O'Brien",
                                58,
                                "The committee leaves it to us. One vote each, until the end of the month.",
                            ),
                            ("Walter Finch", 12, "A bench. Everything else needs watering ;)"),
                        ),
                        poll=Poll(
                            title="What becomes of the fallow corner?",
                            options={
                                "A pond with newts": ("Siobhán O'Brien", "Agnieszka Wróbel", "Priya Nair"),
                                "A bench in the sun": ("Walter Finch",),
                                "More plots": ("Jürgen Köhler", "admin"),
                                "Leave it to the nettles": (),
                            },
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
                            (
                                "Priya Nair",
                                30,
                                "One for plot 12, please. I have a jar of chutney to trade, after "
                                "[url=https://example.org/rhubarb-chutney]this recipe[/url].",
                            ),
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
                        files=(
                            File(name="seed-list.txt", mimetype="text/plain", comment="What else I have"),
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
                                "A fine one, head high :bee: I need a second pair of hands at five.",
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

LETTERS: Final = (
    Letter(
        author="Siobhán O'Brien",
        to=("Zoë Lindqvist",),
        subject="The spare key & the shed",
        text="It lies under the third pot from the left, [b]not[/b] the second: there is a toad in the second :)\n"
        "Bring the smoker back when you can.",
        hours=1.5,
    ),
    Letter(
        author="Jürgen Köhler",
        to=("Zoë Lindqvist", "Siobhán O'Brien"),
        subject="Who locks up on Saturday?",
        text="One of you two, please. Toss a bean.",
        hours=28,
        blind=("admin",),
    ),
    Letter(
        author="Zoë Lindqvist",
        to=("Siobhán O'Brien",),
        subject="Swarm season",
        text="May I watch when you take the next one? I have asked to join the beekeepers.",
        hours=70,
        is_read=True,
    ),
    Letter(
        author="Jürgen Köhler",
        to=("Tom & Ann",),
        subject="Welcome to plot 7",
        text="The receipt for your key is attached. Mind the brambles.",
        hours=40,
        file=File(name="key-receipt.txt", mimetype="text/plain"),
    ),
    Letter(
        author="Gordon Pike",
        to=("admin",),
        subject="My leeks",
        text="They were leaning over the fence, so they were half mine.",
        hours=320,
        is_read=True,
    ),
)

"""What is between the people of the varied board: ranks, groups, messages, notifications, polls, files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .times import DAY, NOW

if TYPE_CHECKING:
    from .board import Varied

ONLINE = NOW + 1000 * DAY
"""When people are online: after all other visits, as whoever comes later is online, too."""
PICTURES, SMILIES, CENSORED = 1, 4, 32
"""Bits of ``user_options``, of which phpBB sets all these."""
OPTIONS = 230271


def add_society(made: Varied) -> None:
    """Add everything of this module."""
    _ranks_and_profiles(made)
    _friends_and_visits(made)
    _polls(made)
    _files(made)
    _messages(made)
    if made.has("notifications"):
        _notifications(made)
    _texts(made)


def serialized(value: Any) -> str:
    """Return a value in PHP's ``serialize()`` form."""
    if isinstance(value, dict):
        return f"a:{len(value)}:{{{''.join(serialized(k) + serialized(v) for k, v in value.items())}}}"
    if isinstance(value, int):
        return f"i:{value};"
    return f's:{len(value.encode())}:"{value}";'


def _ranks_and_profiles(made: Varied) -> None:
    board = made.board
    for number, (title, least, special) in enumerate(
        [("Newcomer", 0, 0), ("Writer", 5, 0), ("Laureate", 500, 0), ("Chief & more", 0, 1)], start=2
    ):
        board.insert(
            "ranks",
            rank_id=number,
            rank_title=title.replace("&", "&amp;"),
            rank_min=least,
            rank_special=special,
            rank_image=f"rank{number}.png",
        )
    board.change_user("bob", user_rank=5)
    board.set_config("load_cpf_viewtopic", 1)
    board.add_profile_field("motto", label="Motto", field_maxlen="80")
    board.add_profile_field("sport", "dropdown", label="Sport", options=["Chess", "Go", "Bridge"])
    board.add_profile_field("vegan", "bool", label="Vegan", length="1", options=["Yes", "No"])
    board.add_profile_field("inward", label="For the staff", field_hide=1)
    board.add_profile_field("unseen", label="For nobody", field_no_view=1)
    board.add_profile_field("former", label="No longer", field_active=0)
    fields: dict[str, Any] = {
        "motto": "A &amp; B",
        "sport": 2,
        "vegan": 2,
        "inward": "x",
        "unseen": "y",
        "former": "z",
    }
    board.set_profile("alice", **fields)
    board.set_profile("bob", motto="")


def _friends_and_visits(made: Varied) -> None:
    board, people = made.board, made.people
    board.change_user("kate", user_allow_viewonline=0, user_lastvisit=NOW - 3 * DAY)
    board.change_user("frank", user_lastvisit=NOW - 2 * DAY)
    board.insert("zebra", user_id=people["kate"], zebra_id=people["mallory"], foe=1, friend=0)
    board.insert("zebra", user_id=people["kate"], zebra_id=people["bob"], foe=0, friend=1)
    board.insert("zebra", user_id=people["kate"], zebra_id=people["alice"], foe=0, friend=1)
    for name, day in (
        ("alice", "14-11-1990"),
        ("bob", "14-11-   0"),
        ("carol", "15-11-1980"),
        ("ivan", "14-11-1980"),
        ("banned", "14-11-1985"),
        ("grace", " 1-11-1980"),
    ):
        board.change_user(people[name], user_birthday=day)
    board.set_config("load_birthdays", 1)
    board.set_config("allow_birthdays", 1)
    far_east = "14.00" if made.line == "3.0" else "Pacific/Kiritimati"
    board.change_user("dave", user_timezone=far_east)

    def online(user: str | int, seconds: int, ip: str = "192.0.2.30", **columns: Any) -> None:
        board.sign_in(people.get(str(user), 1), ip=ip, session_time=ONLINE - seconds, **columns)

    online("alice", 10, session_forum_id=made.forums["Talk"])
    online("dave", 12, session_forum_id=made.forums["Elders' forum"])
    online("bob", 290)
    online("bob", 100)
    online("kate", 20, session_viewonline=0)
    online("oscar", 30, session_viewonline=0)
    online("carol", 360)  # too long ago
    online("ivan", 40)
    online("google", 50)
    online("guest", 15, "192.0.2.40")
    online("guest", 16, "192.0.2.40")
    online("guest", 17, "192.0.2.41")


def _polls(made: Varied) -> None:
    board = made.board
    polls: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("Poll", {}, {}),
        ("Poll that is over", {}, {"start": NOW - 2 * DAY, "length": DAY}),
        ("Poll in its last second", {}, {"start": NOW - DAY + 1, "length": DAY}),
        ("Poll of the fickle", {}, {"may_change": True}),
        ("Poll that is shut", {"topic_status": 1}, {}),
    ]
    for name, columns, poll in polls:
        topic = board.add_topic(
            made.forums["Quiet"], name, "bob", time=NOW - 3 * DAY + len(made.topics), **columns
        )
        made.topics[name] = topic
        [made.posts[name]] = board.post_ids(topic)
        board.add_poll(topic, f"{name}?", ["First & best", "Second", "Third"], **{"start": NOW - DAY, **poll})
        for user, option in (("alice", 1), ("bob", 1), ("carol", 2)):
            board.vote(user, topic, option, time=NOW - DAY)


def _files(made: Varied) -> None:
    board = made.board
    board.set_config("allow_attachments", 1)
    board.set_config("allow_pm_attach", 1)
    board.add_extension_group("Pictures & more", ["png"], pictures=True)
    board.add_extension_group("Texts", ["txt"], in_messages=False)
    board.change_user("grace", user_options=OPTIONS & ~PICTURES)
    for post in ("Poll", "Locked 1 alice", "Unfound 1 alice", "Talk 0 alice"):
        board.add_attachment("notes & more.txt", post=made.posts[post], size=10, comment="A < B")
        board.add_attachment("picture.PNG", post=made.posts[post], size=20, mimetype="image/png")
        board.add_attachment("small.png", post=made.posts[post], size=20, mimetype="image/png", thumbnail=1)
        board.add_attachment("tool.exe", post=made.posts[post], size=30)


def _messages(made: Varied) -> None:
    board, people = made.board, made.people
    moment = NOW - 9 * DAY

    def write(name: str, author: str, to: list[str], **options: Any) -> int:
        nonlocal moment
        moment += 1000
        made.posts[f"message: {name}"] = board.add_message(
            author, list(to), name, f"Text of {name}", time=moment, **options
        )
        return made.posts[f"message: {name}"]

    def lay(message: int, user: str, author: str, folder: int, **flags: int) -> None:
        columns = {"pm_new": 0, "pm_unread": 0, **flags}
        place = {"msg_id": message, "user_id": people[user], "author_id": people[author]}
        board.insert("privmsgs_to", **place, folder_id=folder, **columns)

    first = write("Hello & welcome", "alice", ["bob"], blind=["carol"])
    write("Read", "bob", ["alice"], read=True)
    group = board.group_id("Elders")
    write("To a group", "alice", ["dave"], to_address=f"u_{people['dave']}:g_{group}")
    held, taken, new, filed = (
        write(name, "alice", ["grace"]) for name in ("Held", "Taken back", "New", "Filed")
    )
    lay(held, "bob", "alice", -4, pm_unread=1)
    lay(taken, "bob", "alice", 0, pm_unread=1, pm_deleted=1)
    lay(new, "bob", "alice", -3, pm_unread=1, pm_new=1)
    lay(filed, "bob", "alice", 1)
    board.insert(
        "privmsgs_folder", folder_id=1, user_id=people["bob"], folder_name="Kept &amp; dear", pm_count=1
    )
    write("For the mute", "alice", ["judy"])
    board.add_attachment("notes.txt", message=first)
    board.add_attachment("picture.png", message=first, mimetype="image/png")


def _notifications(made: Varied) -> None:
    board, people = made.board, made.people
    bob, carol = people["bob"], people["carol"]
    board.add_notification_type("notification.type.bookmark", enabled=False)

    def note(kind: str, age: int, item: int, parent: int = 0, *, read: bool = False, **data: Any) -> None:
        kind = kind if "." in kind else f"notification.type.{kind}"
        board.add_notification(
            "alice", kind, item=item, item_parent=parent, read=read, time=NOW - age, data=serialized(data)
        )

    def title(name: str) -> dict[str, Any]:
        return {"topic_title": name.replace("&", "&amp;"), "poster_id": bob, "post_username": ""}

    everybody = [
        {"poster_id": n, "username": ""} for n in (carol, *(people[x] for x in ("dave", "erin", "frank")))
    ]
    note("post", 10, made.posts["Talk 1 alice"], **title("Talk & more"))
    note("post", 20, made.posts["News 1 alice"], responders=dict(enumerate(everybody)), **title("News"))
    note("quote", 30, made.posts["Talk 1 1"], read=True, **title("Quoted"))
    note("bookmark", 40, made.posts["Talk 1 alice"], **title("Disabled"))
    note("topic", 50, made.topics["Talk 1 mallory"], forum_name="Talk", **title("A new topic"))
    note("post", 60, made.posts["Elders' forum 1 alice"], **title("No longer mine"))
    note("post", 70, made.posts["Locked 1 alice"], **title("Behind a password"))
    note("post", 80, made.posts["Talk 0 mallory"], **title("Waits"))
    note("post", 90, 99_999, **title("Gone"))
    refused = {**title("Refused"), "poster_id": people["alice"]}
    note("disapprove_post", 100, 99_998, disapprove_reason="Off topic", **refused)
    note("pm", 110, made.posts["message: Read"], from_user_id=bob, message_subject="Read", to={}, bcc={})
    note("acme.thanks.type", 120, 1, **title("Of an extension"))
    broken: dict[str, Any] = {"item": made.posts["Talk 1 alice"], "data": 'a:1:{s:9:"broken'}
    board.add_notification("alice", "notification.type.post", time=NOW - 130, **broken)
    note(
        "post",
        140,
        made.posts["Talk 1 alice"],
        topic_title="By a guest",
        poster_id=1,
        post_username="Passer-by",
    )
    board.add_notification("bob", "notification.type.post", item=1, time=NOW)


def _texts(made: Varied) -> None:
    board = made.board
    board.add_smiley(":)", "Smile", "smile.gif", width=15, height=17)
    board.add_smiley(":&lt;", "Odd", "odd.gif")
    board.insert("words", word_id=1, word="darn*", replacement="d***")
    board.insert("words", word_id=2, word="*heck", replacement="nice &amp; quiet")
    board.set_config("allow_nocensors", 1)
    for name, bit in (("erin", SMILIES), ("frank", CENSORED), ("trent", CENSORED)):
        board.change_user(name, user_options=OPTIONS & ~bit)
    for number, (usage, template) in enumerate(
        [
            ("[mark={COLOR}]{TEXT}[/mark]", '<mark style="color:{COLOR}">{TEXT}</mark>'),
            (
                "[members]{TEXT}[/members]",
                '<xsl:choose><xsl:when test="$S_USER_LOGGED_IN and not($S_IS_BOT)"><b>{TEXT}</b></xsl:when>'
                "<xsl:otherwise><em>Sign in!</em></xsl:otherwise></xsl:choose>",
            ),
        ],
        start=13,
    ):
        tag = usage[1:].partition("]")[0].partition("=")[0]
        board.insert("bbcodes", bbcode_id=number, bbcode_tag=tag, bbcode_match=usage, bbcode_tpl=template)

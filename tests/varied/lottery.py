"""Permission tables drawn by lot."""

from __future__ import annotations

from random import Random

from flask_phpbb3.testing import NEVER, YES, MiniatureBoard

FIRST = 1001
"""The id of the first user whose permissions are drawn."""
USERS = 60
SEED = 20


def draw_permissions(board: MiniatureBoard, forums: list[int]) -> list[int]:
    """Add users whose own rows, groups and roles are drawn; return their ids.

    Flags (``f_`` …) are set rarely by themselves, as phpBB sets them by what they stand for.
    """
    random = Random(SEED)
    options = list(board.schema.options)
    everywhere = [o.name for o in options if o.is_global]
    local = [o.name for o in options if o.is_local]
    roles: dict[str, list[int]] = {}
    for number in range(12):
        kind = random.choice(("f_", "m_", "u_", "a_"))
        names = random.sample([o.name for o in options if o.name.startswith(kind)], k=random.randint(1, 6))
        settings = {name: random.choice((YES, YES, NEVER)) for name in names}
        roles.setdefault(kind, []).append(board.add_role(f"Drawn {number}", settings))
    roles.setdefault("f_", []).append(9999)  # a role that is gone

    def place() -> tuple[int, list[str], list[str]]:
        forum = random.choice((0, *forums))
        return forum, local if forum else everywhere, ["f_", "m_"] if forum else ["u_", "a_", "m_"]

    def rows(table: str, holder: dict[str, int]) -> None:
        for _ in range(random.randint(0, 3)):
            forum, names, _ = place()
            for name in random.sample(names, k=random.randint(1, 5)):
                number = next(n for n, o in enumerate(options, start=1) if o.name == name)
                setting = random.choice((YES, NEVER))
                board.insert(
                    table,
                    **holder,
                    forum_id=forum,
                    auth_option_id=number,
                    auth_role_id=0,
                    auth_setting=setting,
                )
        taken = set()
        for _ in range(random.randint(0, 3)):
            forum, _, kinds = place()
            kind = random.choice(kinds)
            if (
                forum,
                kind,
            ) not in taken and kind in roles:  # one role of a kind, as phpBB's panel gives them
                taken.add((forum, kind))
                role = random.choice(roles[kind])
                board.insert(table, **holder, forum_id=forum, auth_role_id=role)

    groups = []
    for number in range(10):
        groups.append(board.add_group(f"Drawn {number}", skip_auth=number % 3 == 0))
        rows("acl_groups", {"group_id": groups[-1]})
    users = []
    for number in range(USERS):
        user = board.add_user(
            f"drawn{number}", groups=(), user_id=FIRST + number, user_type=random.choice((0, 0, 0, 1, 3))
        )
        users.append(user)
        rows("acl_users", {"user_id": user})
        for group in random.sample(groups, k=random.randint(0, 4)):
            leader, pending = random.random() < 0.3, random.random() < 0.2
            board.add_member(user, group, leader=leader, pending=pending)
    return users

"""Sessions, autologin keys, bans and notifications of a miniature board."""

from __future__ import annotations

import hashlib
import secrets

from flask_phpbb3.testing import text
from flask_phpbb3.testing.base import BoardBase
from flask_phpbb3.testing.rows import Value


class Visits(BoardBase):
    """Sign visitors in and out, ban them, and notify them."""

    def sign_in(
        self,
        user: int | str,
        *,
        ip: str = "127.0.0.1",
        browser: str = "",
        autologin: bool = False,
        session_time: int | None = None,
        admin: bool = False,
        **columns: Value,
    ) -> dict[str, str]:
        """Make a session as phpBB does when somebody signs in; return the cookies it sets.

        phpBB rule: Session cookies.

        :param user: id or name; 1 is the guest.
        :param ip: the visitor's address.
        :param browser: the ``User-Agent`` header.
        :param autologin: whether the visitor also gets a key that signs in again later.
        :param session_time: when the session was last used, in seconds since 1970; None: now.
        :param admin: whether the visitor signed in to the administration too.
        :param columns: columns of ``sessions`` that shall differ from the usual values.
        :return: the values of the cookies ``<cookie_name>_u``, ``_k`` and ``_sid`` by the cookies' names.
        :raises LookupError: if the board has no such user.
        :raises ParameterError: if ``sessions`` has no such column.
        """
        with self._rows.transaction():
            user_id = self.user_id(user)
            now = self._now() if session_time is None else session_time
            session_id = secrets.token_hex(16)
            key = secrets.token_hex(8) if autologin else ""
            row: dict[str, Value] = {
                "session_id": session_id,
                "session_user_id": user_id,
                "session_last_visit": now,
                "session_start": now,
                "session_time": now,
                "session_ip": text.address(ip),
                "session_browser": text.agent(browser),
                "session_page": "index.php",
                "session_autologin": int(autologin),
                "session_admin": int(admin),
            }
            row |= columns
            self._rows.insert("sessions", **row)
            if autologin:
                self._rows.insert(
                    "sessions_keys",
                    key_id=_key_id(key),
                    user_id=user_id,
                    last_ip=text.address(ip),
                    last_login=now,
                )
        values = {"u": str(user_id), "k": key, "sid": str(row["session_id"])}
        return {f"{self.cookie_name}_{name}": value for name, value in values.items()}

    def sign_out(self, session_id: str, *, key: str = "") -> None:
        """End a session as phpBB does, which also notes the user's last visit.

        phpBB rule: Signing out.

        :param session_id: the value of the ``_sid`` cookie.
        :param key: the value of the ``_k`` cookie, whose key is deleted too.
        :raises LookupError: if there is no such session.
        """
        with self._rows.transaction():
            user_id, session_time = self._session(session_id)
            self._rows.delete("sessions", session_id=session_id)
            if key:
                self._rows.delete("sessions_keys", user_id=user_id, key_id=_key_id(key))
            self._rows.update("users", {"user_id": user_id}, user_lastvisit=session_time)

    def unlock_forum(self, session_id: str, forum: int) -> None:
        """Note that a session has given the password of a forum.

        phpBB rule: Forum passwords.

        :param session_id: the value of the ``_sid`` cookie.
        :param forum: the forum's id.
        :raises LookupError: if there is no such session or forum.
        """
        with self._rows.transaction():
            user_id, _ = self._session(session_id)
            self._known("forums", "forum_id", forum, forum_id=forum)
            self._rows.insert("forums_access", forum_id=forum, user_id=user_id, session_id=session_id)

    def ban(
        self,
        *,
        user: int | str | None = None,
        ip: str = "",
        email: str = "",
        end: int = 0,
        exclude: bool = False,
        reason: str = "",
        give_reason: str = "",
    ) -> int:
        """Ban a user, an address or an e-mail address; return the ban's id.

        phpBB rule: Bans.

        :param user: id or name.
        :param ip: an address; with ``*``, or where the line has a table ``bans`` a network.
        :param email: an e-mail address; ``*`` stands for anything.
        :param end: when it ends, in seconds since 1970; 0: never.
        :param exclude: whether the row is an exception from other bans.
        :param reason: what moderators read.
        :param give_reason: what the banned visitor reads.
        :raises LookupError: if the user does not exist.
        :raises ValueError: if nothing is banned, or the line cannot store this combination.
        """
        with self._rows.transaction():
            targets: dict[str, Value] = {
                mode: value
                for mode, value in (
                    ("user", None if user is None else self.user_id(user)),
                    ("ip", ip),
                    ("email", text.escape(email)),
                )
                if value
            }
            if not targets:
                raise ValueError("Nothing to ban: give user=, ip= or email=.")
            common: dict[str, Value] = {
                "ban_start": self._now(),
                "ban_end": end,
                "ban_reason": text.escape(reason),
            }
            if self.schema.has("bans"):
                return self._insert_ban(targets, common, exclude, text.escape(give_reason))
            return self._insert_in_banlist(targets, common, exclude, text.escape(give_reason))

    def add_notification_type(self, name: str, *, enabled: bool = True) -> int:
        """Add a kind of notifications; return its id.

        :param name: its full name, such as ``notification.type.post``.
        :param enabled: whether phpBB shows notifications of this kind.
        :raises LookupError: if the line has no notifications.
        """
        with self._rows.transaction():
            type_id = self._rows.next_id("notification_types", "notification_type_id")
            self._rows.insert(
                "notification_types",
                notification_type_id=type_id,
                notification_type_name=name,
                notification_type_enabled=int(enabled),
            )
        return type_id

    def add_notification(
        self,
        user: int | str,
        type_name: str,
        *,
        read: bool = False,
        item: int = 0,
        item_parent: int = 0,
        time: int | None = None,
        data: str = "a:0:{}",
    ) -> int:
        """Add a notification; return its id.

        phpBB rule: Unread notifications.

        :param user: id or name.
        :param type_name: its kind's full name; an unknown kind is added, enabled.
        :param read: whether the user has seen it.
        :param item: the id of what it is about.
        :param item_parent: the id of what that belongs to.
        :param time: when it was made, in seconds since 1970; None: now.
        :param data: what phpBB keeps with it, in PHP's ``serialize()`` form.
        :raises LookupError: if the user does not exist, or the line has no notifications.
        """
        with self._rows.transaction():
            found = self._rows.first(
                "notification_types", "notification_type_id", notification_type_name=type_name
            )
            notification_id = self._rows.next_id("notifications", "notification_id")
            self._rows.insert(
                "notifications",
                notification_id=notification_id,
                notification_type_id=found[0] if found else self.add_notification_type(type_name),
                item_id=item,
                item_parent_id=item_parent,
                user_id=self.user_id(user),
                notification_read=int(read),
                notification_time=self._now() if time is None else time,
                notification_data=data,
            )
        return notification_id

    def _session(self, session_id: str) -> tuple[int, int]:
        found = self._rows.first("sessions", "session_user_id", "session_time", session_id=session_id)
        if found is None:
            raise LookupError("The board has no session of that id; sign_in() makes one.")
        return int(found[0]), int(found[1])

    def _insert_in_banlist(
        self, targets: dict[str, Value], common: dict[str, Value], exclude: bool, give_reason: str
    ) -> int:
        ban_id = self._rows.next_id("banlist", "ban_id")
        self._rows.insert(
            "banlist",
            ban_id=ban_id,
            ban_userid=targets.get("user", 0),
            ban_ip=targets.get("ip", ""),
            ban_email=targets.get("email", ""),
            ban_exclude=int(exclude),
            ban_give_reason=give_reason,
            **common,
        )
        return ban_id

    def _insert_ban(
        self, targets: dict[str, Value], common: dict[str, Value], exclude: bool, give_reason: str
    ) -> int:
        if exclude or len(targets) > 1:
            raise ValueError("This phpBB line has no exceptions from bans, and bans one thing a row.")
        [(mode, item)] = targets.items()
        ban_id = self._rows.next_id("bans", "ban_id")
        self._rows.insert(
            "bans",
            ban_id=ban_id,
            ban_userid=item if mode == "user" else 0,
            ban_mode=mode,
            ban_item=str(item),
            ban_reason_display=give_reason,
            **common,
        )
        return ban_id


def _key_id(key: str) -> str:
    return hashlib.md5(key.encode(), usedforsecurity=False).hexdigest()

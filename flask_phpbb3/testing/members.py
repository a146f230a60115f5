"""Users, groups, bots and profiles of a miniature board."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence

from flask_phpbb3.testing import stock, text
from flask_phpbb3.testing.base import GUEST_ID, BoardBase
from flask_phpbb3.testing.rows import Value

_IDENT = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


class Members(BoardBase):
    """Add users, groups, bots and profile fields."""

    def add_user(
        self,
        username: str,
        *,
        password: str | None = None,
        groups: Sequence[int | str] = ("REGISTERED",),
        user_type: int = 0,
        **columns: Value,
    ) -> int:
        """Add a user; return the id.

        :param username: as a person types it; it is stored escaped.
        :param password: stored as a portable hash; None leaves the hash empty, which never verifies. For a
            hash of another kind give ``user_password``.
        :param groups: groups to join, by id or name; the first one is the default group, which lends its
            colour and rank.
        :param user_type: 0 normal, 1 inactive, 2 guest and bots, 3 founder.
        :param columns: columns of ``users`` that shall differ from the usual values.
        :raises LookupError: if a group does not exist.
        :raises ParameterError: if ``users`` has no such column.
        """
        with self._rows.transaction():
            group_ids = [self.group_id(group) for group in groups]
            now = self._now()
            stored = text.escape(username)
            row: dict[str, Value] = {
                "user_id": self._rows.next_id("users", "user_id"),
                "user_type": user_type,
                "username": stored,
                "username_clean": text.clean_name(stored),
                "user_regdate": now,
                "user_lastmark": now,
                "user_password": text.password_hash(password) if password is not None else "",
                "user_passchg": now if password is not None else 0,
                "user_form_salt": secrets.token_hex(8),
                "user_lang": "en",
                "user_style": 1,
                "user_dateformat": "D M d, Y g:i a",
                "user_new": 0,
            }
            if user_type == 1:
                row |= {"user_inactive_reason": 3, "user_inactive_time": now}
            if self.schema.table("users").columns["user_timezone"].type.startswith("VARCHAR"):
                row["user_timezone"] = "UTC"
            if self.schema.has("users", "user_email_hash"):
                row["user_email_hash"] = text.email_hash(str(columns.get("user_email", "")))
            if group_ids:
                row |= self._lent_by(group_ids[0])
            row |= columns
            self._rows.insert("users", **row)
            user_id = int(str(row["user_id"]))
            self._rows.insert_many(
                "user_group",
                [{"group_id": group, "user_id": user_id, "user_pending": 0} for group in group_ids],
            )
            self._count_users()
        return user_id

    def change_user(self, user: int | str, **columns: Value) -> None:
        """Change columns of a user as they are stored; what phpBB derives from them stays as it was.

        :param user: id or name.
        :param columns: columns of ``users``.
        :raises LookupError: if the user does not exist.
        :raises ParameterError: if ``users`` has no such column.
        """
        with self._rows.transaction():
            self._rows.update("users", {"user_id": self.user_id(user)}, **columns)

    def add_group(
        self, name: str, *, group_type: int = 0, skip_auth: bool = False, colour: str = "", **columns: Value
    ) -> int:
        """Add a group; return the id.

        :param name: as a person types it; it is stored escaped.
        :param group_type: 0 open, 1 closed, 2 hidden, 3 special, 4 free.
        :param skip_auth: whether its leaders get none of its permissions.
        :param colour: six hexadecimal digits, or empty.
        :param columns: columns of ``groups`` that shall differ from the usual values.
        :raises ParameterError: if ``groups`` has no such column.
        """
        with self._rows.transaction():
            row: dict[str, Value] = {
                "group_id": self._rows.next_id("groups", "group_id"),
                "group_name": text.escape(name),
                "group_type": group_type,
                "group_skip_auth": int(skip_auth),
                "group_colour": colour,
                "group_legend": 0,
            }
            row |= columns
            self._rows.insert("groups", **row)
        return int(str(row["group_id"]))

    def add_member(
        self,
        user: int | str,
        group: int | str,
        *,
        leader: bool = False,
        pending: bool = False,
        default: bool = False,
    ) -> None:
        """Put a user into a group, or change the membership.

        :param user: id or name.
        :param group: id or name.
        :param leader: whether the user leads the group.
        :param pending: whether the user only asked to join.
        :param default: whether the group becomes the default one, which lends its colour and rank.
        :raises LookupError: if the user or the group does not exist.
        """
        with self._rows.transaction():
            user_id, group_id = self.user_id(user), self.group_id(group)
            self._rows.delete("user_group", user_id=user_id, group_id=group_id)
            self._rows.insert(
                "user_group",
                user_id=user_id,
                group_id=group_id,
                group_leader=int(leader),
                user_pending=int(pending),
            )
            if default:
                self._rows.update("users", {"user_id": user_id}, **self._lent_by(group_id))
            self.clear_prefetch(user_id)

    def add_bot(self, name: str, agent: str = "", ip: str = "", *, active: bool = True) -> int:
        """Add a search engine with its user; return the user's id.

        phpBB rule: Bots.

        :param name: its name, also that of its user.
        :param agent: what its ``User-Agent`` contains, ``*`` stands for anything.
        :param ip: beginnings of its addresses, separated by commas.
        :param active: whether the board recognises it.
        """
        with self._rows.transaction():
            user_id = self.add_user(
                name, groups=("BOTS",), user_type=2, user_allow_pm=0, user_allow_massemail=0
            )
            self._rows.insert(
                "bots",
                bot_id=self._rows.next_id("bots", "bot_id"),
                bot_active=int(active),
                bot_name=text.escape(name),
                user_id=user_id,
                bot_agent=agent,
                bot_ip=ip,
            )
        return user_id

    def add_profile_field(
        self,
        ident: str,
        field_type: str = "string",
        *,
        label: str = "",
        length: str = "",
        options: Sequence[str] = (),
        **columns: Value,
    ) -> int:
        """Add a profile field with its column; return the field's id.

        phpBB rule: Profile field columns.

        :param ident: small letters, digits, underscores; the column is ``pf_`` and this.
        :param field_type: ``int``, ``string``, ``text``, ``bool``, ``dropdown``, ``date`` or, where the line
            has services for field types, ``url``.
        :param label: the name people see; empty: the ident.
        :param length: ``field_length``; of a ``bool``, 1 means two radio buttons and 2 a checkbox.
        :param options: texts of a drop-down list or of radio buttons, in order.
        :param columns: columns of ``profile_fields`` that shall differ from the usual values.
        :raises ValueError: if the ident or the type cannot be used.
        """
        if not _IDENT.fullmatch(ident):
            raise ValueError(
                f"A profile field's ident holds small letters, digits and underscores, not {ident!r}."
            )
        with self._rows.transaction():
            field_id = self._insert_field(ident, field_type, label=label, length=length, **columns)
            self._rows.insert_many(
                "profile_fields_lang",
                [
                    {
                        "field_id": field_id,
                        "lang_id": 1,
                        "option_id": number,
                        "field_type": self._stored_field_type(field_type),
                        "lang_value": text.escape(option),
                    }
                    for number, option in enumerate(options)
                ],
            )
            column_type = stock.FIELD_TYPES[field_type].column_type
            self._rows.execute(
                f"ALTER TABLE {{TABLE_PREFIX}}profile_fields_data ADD COLUMN pf_{ident} {column_type}"
            )
        return field_id

    def set_profile(self, user: int | str, **fields: Value) -> None:
        """Store values of a user's profile fields as they are given.

        :param user: id or name.
        :param fields: stored values by the fields' idents.
        :raises LookupError: if the user or a field does not exist.
        """
        with self._rows.transaction():
            user_id = self.user_id(user)
            known = sorted(
                str(row[0])
                for row in self._rows.fetch("SELECT field_ident FROM {TABLE_PREFIX}profile_fields")
            )
            for ident in fields:
                if ident not in known:
                    raise LookupError(
                        f"The board has no profile field {ident!r}. Fields: {', '.join(known)}."
                    )
            if self._rows.first("profile_fields_data", "user_id", user_id=user_id) is None:
                self._rows.insert("profile_fields_data", user_id=user_id)
            for ident, value in fields.items():
                self._rows.execute(
                    f"UPDATE {{TABLE_PREFIX}}profile_fields_data SET pf_{ident} = ? WHERE user_id = ?",
                    value,
                    user_id,
                )

    def _insert_field(
        self, ident: str, field_type: str, *, label: str = "", length: str = "", **columns: Value
    ) -> int:
        field_id = self._rows.next_id("profile_fields", "field_id")
        row: dict[str, Value] = {
            "field_id": field_id,
            "field_name": ident,
            "field_ident": ident,
            "field_type": self._stored_field_type(field_type),
            "field_length": length or stock.FIELD_TYPES[field_type].length,
            "field_minlen": "0",
            "field_maxlen": "255",
            "field_show_profile": 1,
            "field_show_on_vt": 1,
            "field_active": 1,
            "field_order": field_id,
        }
        self._rows.insert("profile_fields", **row | columns)
        self._rows.insert("profile_lang", field_id=field_id, lang_id=1, lang_name=text.escape(label or ident))
        return field_id

    def _stored_field_type(self, field_type: str) -> Value:
        named = self.schema.table("profile_fields").columns["field_type"].type.startswith("VARCHAR")
        allowed = [name for name, known in stock.FIELD_TYPES.items() if named or known.number is not None]
        if field_type not in allowed:
            raise ValueError(
                f"No profile field type {field_type!r} in this phpBB line. Types: {', '.join(allowed)}."
            )
        return f"profilefields.type.{field_type}" if named else stock.FIELD_TYPES[field_type].number

    def _lent_by(self, group_id: int) -> dict[str, Value]:
        found = self._rows.first("groups", "group_colour", "group_rank", group_id=group_id)
        colour, rank = found or ("", 0)
        return {"group_id": group_id, "user_colour": colour, "user_rank": rank}

    def _count_users(self) -> None:
        members = self._rows.fetch(
            "SELECT user_id, username, user_colour FROM {TABLE_PREFIX}users"
            " WHERE user_type IN (0, 3) AND user_id <> ? ORDER BY user_id DESC",
            GUEST_ID,
        )
        self.set_config("num_users", len(members))
        if members:
            for name, value in zip(
                ("newest_user_id", "newest_username", "newest_user_colour"), members[0], strict=True
            ):
                self.set_config(name, value)

"""The profile of a member, as its page shows it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from datetime import timezone
from functools import cached_property
from typing import Any, Final

from ..board.inquiry import ContentFunction, Inquiry
from ..errors import ParameterError
from ..phpbb.identity import GUEST_ID
from ..phpbb.people import age, has_profile
from ..phpbb.profile_fields import PLACES, contact_address, is_shown, kind, shown_value
from ..plugins.driver import Row
from ..rendering.dates import format_date
from .cards import Cards, find_users
from .groups import VisibleGroups
from .moments import today

_DAY: Final = 86400
_DATE_FORMAT: Final = "d M Y"
_SIGNATURE: Final = ("user_sig", "user_sig_bbcode_uid", "user_sig_bbcode_bitfield")
_NAMES: Final[Mapping[str, str]] = {
    "AOL": "AOL",
    "FACEBOOK": "Facebook",
    "GOOGLEPLUS": "Google+",
    "ICQ": "ICQ",
    "INTERESTS": "Interests",
    "LOCATION": "Location",
    "OCCUPATION": "Occupation",
    "SKYPE": "Skype",
    "TWITTER": "Twitter",
    "WEBSITE": "Website",
    "WLM": "WLM",
    "YAHOO": "Yahoo Messenger",
    "YOUTUBE": "YouTube",
}
"""phpBB's English for the names of its own fields."""

_COLUMNS_OF_3_0: Final = (
    ("user_from", "LOCATION", ""),
    ("user_website", "WEBSITE", "%s"),
    ("user_occ", "OCCUPATION", ""),
    ("user_interests", "INTERESTS", ""),
    ("user_icq", "ICQ", ""),
    ("user_aim", "AOL", ""),
    ("user_msnm", "WLM", ""),
    ("user_yim", "YAHOO", ""),
)
"""Columns of users that later lines keep as profile fields: name of the field, address it leads to."""

_ON_PROFILES_ONLY: Final = frozenset({"user_occ", "user_interests"})
"""Those that 3.0 does not show beside posts, messages or names."""


class ProfileFields:
    """The custom profile fields of a board, as one viewer sees them.

    :param inquiry: the question.
    """

    def __init__(self, inquiry: Inquiry) -> None:
        self._inquiry = inquiry

    @cached_property
    def _sees_hidden(self) -> bool:
        acl = self._inquiry.viewer.acl
        return any(acl.has_privilege(flag) or acl.has_privilege_anywhere(flag) for flag in ("a_", "m_"))

    @cached_property
    def _language(self) -> str:
        """Return the code of the viewer's language; guests have the board's."""
        own = str(self._inquiry.viewer.user_columns.get("user_lang") or "")
        return (
            own
            if own and self._inquiry.user_id > GUEST_ID
            else self._inquiry.config.get("default_lang", "en")
        )

    def of(self, row: Row, place: str, user: Row | None = None) -> list[Row]:
        """Return what is shown of a user's fields on a page.

        :param row: the user's row of fields; empty for the many who have none.
        :param place: ``profile``, ``topic``, ``message`` or ``list``.
        :param user: the columns of the user, for what 3.0 keeps there.
        """
        columns = [c for c in _COLUMNS_OF_3_0 if place == "profile" or c[0] not in _ON_PROFILES_ONLY]
        shown = [self._old(user, *column) for column in columns] if user else []
        for field in self._inquiry.board.kept("_fetch_profile_fields"):
            if is_shown(field, place, self._inquiry.config, sees_hidden=self._sees_hidden):
                shown.append(self._field(field, row.get(f"pf_{field['field_ident']}")))
        return [field for field in shown if field is not None]

    def _field(self, field: Row, stored: Any) -> Row | None:
        field_id = int(field["field_id"])
        value = shown_value(field, stored, self._options.get(field_id, {}))
        name = self._names.get(field_id)
        if value is None or name is None:  # phpBB, too, leaves out what has no name in the viewer's language
            return None
        return {
            "field_ident": field["field_ident"],
            "field_type": kind(field),
            "field_name": _NAMES.get(name, name),
            "value": self._date(value) if isinstance(value, datetime.date) else value,
            "raw": stored,
            "is_contact": bool(int(field.get("field_is_contact") or 0)),
            "contact_url": contact_address(field, value),
        }

    def _old(self, user: Row, column: str, name: str, address: str) -> Row | None:
        value = user.get(column)
        if not value:
            return None
        field = {"field_is_contact": 1, "field_contact_url": address}
        return {
            "field_ident": column.removeprefix("user_"),
            "field_type": "string",
            "field_name": _NAMES[name],
            "value": value,
            "raw": value,
            "is_contact": bool(address),
            "contact_url": contact_address(field, value),
        }

    def _date(self, value: datetime.date) -> str:
        moment = datetime.datetime(value.year, value.month, value.day, tzinfo=timezone.utc)
        return format_date(int(moment.timestamp()), _DATE_FORMAT, timezone.utc, language=self._language)

    @cached_property
    def _names(self) -> Mapping[int, str]:
        rows = self._inquiry.board.kept("_fetch_profile_field_names")
        return {
            int(row["field_id"]): str(row["lang_name"]) for row in rows if row["lang_iso"] == self._language
        }

    @cached_property
    def _options(self) -> Mapping[int, Mapping[int, str]]:
        found: dict[int, dict[int, str]] = {}
        for row in self._inquiry.board.kept("_fetch_profile_field_texts"):
            if row["lang_iso"] == self._language:
                found.setdefault(int(row["field_id"]), {})[int(row["option_id"])] = str(row["lang_value"])
        return found


def get_profile(inquiry: Inquiry, *, user_id: int) -> Row | None:
    """Return the profile of a member; None where phpBB would show none (phpBB rule: Profiles).

    The columns of `fetch_users`, and: ``posts_per_day``, ``age`` (None where the year of birth is not
    told), ``groups`` (those that the viewer may see: ``group_id``, ``name``, ``group_colour``, ``url``,
    ``is_leader``, ``is_default``), ``fields`` (custom profile fields that are shown: ``field_ident``,
    ``field_type``, ``field_name`` and ``value`` in the viewer's language, ``raw``, ``is_contact``,
    ``contact_url``), the signature ``user_sig`` with its ``user_sig_bbcode_uid`` and
    ``user_sig_bbcode_bitfield`` for the renderer, ``is_friend``, ``is_foe``. Never an e-mail address.

    :param user_id: phpBB user id of the member; the viewer is ``viewer_id``.
    """
    cards = Cards(inquiry)
    row = inquiry.ask("_get_profile", user_id=user_id) if cards.sees_profiles else None
    if row is None or not has_profile(row, sees_inactive=cards.sees_inactive):
        return None
    fields = inquiry.ask("get_user_profile", user_id=user_id) or {}
    days = max(1, (inquiry.now - int(row["user_regdate"])) / _DAY)
    shows_signature = inquiry.is_on("allow_sig", "1")
    return {
        **cards.all_of([row])[0],
        "posts_per_day": min(int(row["user_posts"]), round(int(row["user_posts"]) / days, 2)),
        "age": age(str(row["user_birthday"]), today(inquiry)) if inquiry.is_on("allow_birthdays") else None,
        "groups": _groups(inquiry, user_id, int(row["group_id"])),
        "fields": ProfileFields(inquiry).of(fields, "profile", row),
        **{column: row[column] if shows_signature else "" for column in _SIGNATURE},
        **_relation(inquiry, user_id),
    }


def fetch_profile_fields(inquiry: Inquiry, *, user_ids: list[int], place: str = "topic") -> list[Row]:
    """Return the custom profile fields that a page shows beside some members, as `get_profile` has them.

    Columns: ``user_id``, ``fields``; no row for members of whom nothing is shown: in a list or on a profile also those
    whom these do not show the viewer. phpBB rules: Profile fields that are shown, Member list, Profiles.

    :param user_ids: phpBB user ids.
    :param place: ``topic``, ``message``, ``list`` or ``profile``.
    :raises ParameterError: for another place.
    """
    if place not in PLACES:
        raise ParameterError(f"fetch_profile_fields(): place must be one of {', '.join(PLACES)}.")
    cards = Cards(inquiry)
    if place in ("list", "profile") and not cards.sees_profiles:
        return []
    found = find_users(inquiry, set(user_ids) - {GUEST_ID})
    users = {user_id: found[user_id] for user_id in sorted(found) if _is_on(place, cards, found[user_id])}
    if not users:
        return []
    fields = ProfileFields(inquiry)
    stored = {int(r["user_id"]): r for r in inquiry.ask("_fetch_user_profiles", user_ids=list(users))}
    shown = [
        {"user_id": user_id, "fields": fields.of(stored.get(user_id, {}), place, user)}
        for user_id, user in users.items()
    ]
    return [row for row in shown if row["fields"]][inquiry.page.skip : inquiry.page.end]


def _is_on(place: str, cards: Cards, user: Row) -> bool:
    """Tell whether a page shows the viewer a user at all; beside a post or message there may be anybody."""
    if place == "profile":
        return has_profile(user, sees_inactive=cards.sees_inactive)
    return place != "list" or int(user["user_type"]) in cards.types


def _groups(inquiry: Inquiry, user_id: int, default: int) -> list[Row]:
    visible = VisibleGroups(inquiry)
    rows = inquiry.ask("_fetch_groups_of_users", user_ids=[user_id])
    shown = [
        {
            "group_id": int(row["group_id"]),
            "name": visible.name(int(row["group_id"])),
            "group_colour": visible[int(row["group_id"])]["group_colour"],
            "url": visible.url(int(row["group_id"])),
            "is_leader": bool(int(row["group_leader"])),
            "is_default": int(row["group_id"]) == default,
        }
        for row in rows
        if int(row["group_id"]) in visible
    ]
    return sorted(shown, key=lambda group: str(group["name"]).casefold())


def _relation(inquiry: Inquiry, user_id: int) -> Row:
    row = inquiry.ask("_get_relation", user_id=inquiry.user_id, zebra_id=user_id)
    return {
        "is_friend": bool(row and int(row["friend"])),
        "is_foe": bool(row and int(row["foe"])),
    }


FUNCTIONS: Final = {
    "get_profile": ContentFunction(get_profile),
    "fetch_profile_fields": ContentFunction(fetch_profile_fields, limit=None),
}

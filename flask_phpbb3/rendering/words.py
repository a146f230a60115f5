"""Language strings. They live in phpBB's files, not in its database: English is built in, others are given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Final

from .viewer import Words

NO_WORDS: Final[Words] = MappingProxyType({})

ENGLISH: Final[Words] = MappingProxyType(
    {
        "AGO": ("less than a minute ago", "%d minute ago", "%d minutes ago"),
        "AUTHOR": "Author",
        "BYTES": "Bytes",
        "CODE": "Code",
        "COLON": ":",
        "DESCRIPTION": "Description",
        "DOWNLOAD_COUNTS": ("Not downloaded yet", "Downloaded %d time", "Downloaded %d times"),
        "EMAIL": "Email",
        "EXTENSION_DISABLED_AFTER_POSTING": (
            "The extension <strong>%s</strong> has been deactivated and can no longer be displayed."
        ),
        "FAQ": "FAQ",
        "FORUM": "Forum",
        "FORUMS": "Forums",
        "FROM": "from",
        "GIB": "GiB",
        "GUEST": "Guest",
        "IMAGE": "Image",
        "INFORMATION": "Information",
        "JOINED": "Joined",
        "KIB": "KiB",
        "LOCATION": "Location",
        "LOGIN": "Login",
        "LOGOUT": "Logout",
        "MESSAGE": "Message",
        "MIB": "MiB",
        "MISSING_INLINE_ATTACHMENT": "The attachment <strong>%s</strong> is no longer available",
        "NO": "No",
        "NONE": "None",
        "OFFLINE": "Offline",
        "ONLINE": "Online",
        "PASSWORD": "Password",
        "POST": "Post",
        "POSTED": "Posted",
        "POSTS": "Posts",
        "PROFILE": "Profile",
        "REASON": "Reason",
        "REGISTER": "Register",
        "REPLIES": "Replies",
        "SEARCH": "Search",
        "SELECT_ALL_CODE": "Select all",
        "SUBJECT": "Subject",
        "TODAY": "Today",
        "TOMORROW": "Tomorrow",
        "TOPIC": "Topic",
        "TOPICS": "Topics",
        "USERNAME": "Username",
        "VIEWS": "Views",
        "VIEWED_COUNTS": ("Not viewed yet", "Viewed %d time", "Viewed %d times"),
        "VIEW_QUOTED_POST": "View quoted post",
        "WEBSITE": "Website",
        "WROTE": "wrote",
        "YES": "Yes",
        "YESTERDAY": "Yesterday",
    }
)
"""What texts, dates and the common templates need, in phpBB's British English."""


def known_word(words: Words, key: str) -> str | None:
    """Return a language string, the given one before the English one; None if there is neither.

    Of a string with plural forms the last form is returned.

    :param key: phpBB's key, such as ``WROTE``.
    """
    found = words.get(key, ENGLISH.get(key))
    if found is None or isinstance(found, str):
        return found
    return found[-1] if found else None


def word(words: Words, key: str) -> str:
    """Return a language string; one that nobody knows is its key, as in phpBB.

    :param words: the strings of the reader's language.
    :param key: phpBB's key, such as ``WROTE``, or as templates have it, ``L_WROTE``.
    """
    key = key.removeprefix("L_")
    found = known_word(words, key)
    return key if found is None else found


def count(words: Words, key: str, number: int) -> str:
    """Return a language string for a number, ``%d`` replaced; the number alone if nobody knows the string.

    A form for zero stands first. The forms behind it follow the rule that the language names by the number in
    ``PLURAL_RULE``, as phpBB's language files do; without it they are one and many.

    :param key: phpBB's key, such as ``AGO``.
    """
    found = words.get(key, ENGLISH.get(key, "%d"))
    if isinstance(found, str):
        return found.replace("%d", str(number), 1)
    return _form(found, number, _plural_rule(words)).replace("%d", str(number), 1)


def _form(forms: Sequence[str], number: int, rule: int) -> str:
    if not forms:
        return "%d"
    chosen = 0 if number == 0 else _PLURALS.get(rule, _PLURALS[1])(abs(number)) + 1
    return forms[min(chosen, len(forms) - 1)]


def _plural_rule(words: Words) -> int:
    rule = words.get("PLURAL_RULE", "1")
    return int(rule) if isinstance(rule, str | int) and str(rule).isdecimal() else 1


def _slavic(n: int) -> int:
    if n % 10 == 1 and n % 100 != 11:
        return 0
    return 1 if 2 <= n % 10 <= 4 and not 12 <= n % 100 <= 14 else 2


def _irish(n: int) -> int:
    return next((form for form, last in enumerate((1, 2, 6, 10)) if n <= last), 4)


def _arabic(n: int) -> int:
    if n < 3:
        return (5, 0, 1)[n]
    return 2 if 3 <= n % 100 <= 10 else 3 if n % 100 >= 11 else 4


def _maltese(n: int) -> int:
    if n == 1:
        return 0
    return 1 if n == 0 or 1 < n % 100 < 11 else 2 if 10 < n % 100 < 20 else 3


_PLURALS: Final[dict[int, Callable[[int], int]]] = {
    0: lambda n: 0,
    1: lambda n: int(n != 1),
    2: lambda n: int(n > 1),
    3: lambda n: 0 if n == 0 else 1 if n % 10 == 1 and n % 100 != 11 else 2,
    4: lambda n: {1: 0, 11: 0, 2: 1, 12: 1}.get(n, 2 if 0 < n < 20 else 3),
    5: lambda n: 0 if n == 1 else 1 if n == 0 or 0 < n % 100 < 20 else 2,
    6: lambda n: 0 if n % 10 == 1 and n % 100 != 11 else 1 if n % 10 == 0 or 10 < n % 100 < 20 else 2,
    7: _slavic,
    8: lambda n: 0 if n == 1 else 1 if 2 <= n <= 4 else 2,
    9: lambda n: 0 if n == 1 else 1 if 2 <= n % 10 <= 4 and not 12 <= n % 100 <= 14 else 2,
    10: lambda n: {1: 0, 2: 1, 3: 2, 4: 2}.get(n % 100, 3),
    11: _irish,
    12: _arabic,
    13: _maltese,
    14: lambda n: {1: 0, 2: 1}.get(n % 10, 2),
    15: lambda n: int(n % 10 != 1 or n % 100 == 11),
}
"""Number of a plural rule (Mozilla's list, which phpBB counts by) → which form a number takes, from 0."""

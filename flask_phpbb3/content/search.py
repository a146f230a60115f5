"""Search for words in posts over the index that the board keeps (phpBB rule: Search)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ..board.inquiry import ContentFunction, Inquiry
from ..errors import ParameterError, SearchUnavailableError
from ..plugins.driver import Row
from .lists import chosen
from .plans import MOST_INT
from .posts import post_rows
from .rights import Rights

_MOST_WORDS: Final = 10
_MOST_LENGTH: Final = 400
_MOST_FORMS: Final = 200
"""Most words of the index that a word with ``*`` may stand for."""
_BATCH: Final = 500
_MOST_CANDIDATES: Final = 20_000

_TOKEN = re.compile(r"(?P<sign>[-+]?)(?P<word>[^\W_]+\*?)", re.UNICODE)
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True)
class Words:
    """What is looked for.

    :ivar wanted: words that all must occur; one may end in ``*``.
    :ivar unwanted: words that must not.
    """

    wanted: tuple[str, ...]
    unwanted: tuple[str, ...]


def fetch_posts_matching(
    inquiry: Inquiry,
    *,
    words: str,
    titles_only: bool = False,
    forum_ids: Sequence[int] | None = None,
    author_id: int | None = None,
) -> list[Row]:
    """Return posts that hold all of some words, the newest first (phpBB rule: Search).

    :param words: words between blanks, at most 10; ``-word`` must not occur, ``word*`` stands for its beginning.
    :param titles_only: look into titles only.
    :param forum_ids: only in these forums; None for all.
    :param author_id: only posts of this user; None for all.
    """
    rights = Rights(inquiry)
    forums = chosen(rights.searchable, forum_ids)
    asked = read_words(words)
    if not forums or not asked.wanted or not inquiry.is_on("load_search", "1"):
        return []
    where = {
        "forum_ids": forums,
        "approve_forums": rights.approving(forums),
        "author_id": -1 if author_id is None else author_id,
    }
    keys = _backend(inquiry)(inquiry, asked, titles_only, where)
    page = keys[inquiry.page.skip : inquiry.page.end]
    return post_rows(inquiry, rights, page, across=True)


def read_words(text: str) -> Words:
    """Read what somebody typed; never fails.

    :raises ParameterError: for more than 10 words.
    """
    wanted: dict[str, None] = {}
    unwanted: dict[str, None] = {}
    folded = unicodedata.normalize("NFC", text[:_MOST_LENGTH]).lower()
    for token in _TOKEN.finditer(folded):
        before = folded[token.start() - 1 : token.start()]
        is_unwanted = token["sign"] == "-" and before in ("", " ")
        for word in _parts(token["word"]):
            (unwanted if is_unwanted else wanted)[word] = None
    if len(wanted) + len(unwanted) > _MOST_WORDS:
        raise ParameterError(f"fetch_posts_matching(): words holds more than {_MOST_WORDS} words.")
    return Words(tuple(wanted), tuple(unwanted))


def _parts(word: str) -> Iterator[str]:
    """Split at ideographs, each of which phpBB's index holds as a word."""
    yield from (part for part in re.split(f"({_IDEOGRAPH.pattern})", word) if part and part != "*")


def _backend(inquiry: Inquiry) -> Any:
    name = re.split(r"[\\/]", inquiry.config.get("search_type", ""))[-1]
    found = {
        "fulltext_native": _by_native_index,
        "fulltext_mysql": _by_mysql,
        "fulltext_postgres": _by_postgresql,
    }.get(name)
    if found is None:
        raise SearchUnavailableError(
            f"The board searches with {name or 'nothing'!r}, which lies outside its database. Searching for words "
            "takes phpBB's own index (fulltext_native) or the full text of MySQL or PostgreSQL."
        )
    return found


def _by_native_index(inquiry: Inquiry, words: Words, titles_only: bool, where: dict[str, Any]) -> list[int]:
    wanted = _known(inquiry, words.wanted)
    if wanted is None or not wanted:
        return []
    unwanted = [i for ids, _ in (_known(inquiry, words.unwanted, lenient=True) or []) for i in ids]
    (rarest, _), *others = sorted(wanted, key=lambda group: group[1])
    titles = [1] if titles_only else [0, 1]
    found: list[tuple[int, int]] = []
    end, until, seen = inquiry.page.end, MOST_INT, 0
    while seen < _MOST_CANDIDATES and (end is None or len(found) < end):
        rows = inquiry.ask(
            "_fetch_posts_with_words",
            word_ids=rarest,
            titles=titles,
            until_id=until,
            limit=_BATCH,
            **where,
        )
        if not rows:
            break
        seen += len(rows)
        until = int(rows[-1]["post_id"])
        ids = [int(row["post_id"]) for row in rows]
        kept = _with_all(inquiry, ids, [ids_ for ids_, _ in others], unwanted, titles)
        found += [(int(row["post_time"]), int(row["post_id"])) for row in rows if int(row["post_id"]) in kept]
        if len(rows) < _BATCH:
            break
    return [post_id for _, post_id in sorted(found, reverse=True)]


def _known(
    inquiry: Inquiry, words: Sequence[str], *, lenient: bool = False
) -> list[tuple[list[int], int]] | None:
    """Return for each word that counts the ids of its forms and how many posts hold them; None if one is unknown.

    Words that are too short, too long or too common are passed over, as phpBB does.
    """
    least = inquiry.number("fulltext_native_min_chars", 3)
    most = inquiry.number("fulltext_native_max_chars", 14)
    counting = [word for word in words if _IDEOGRAPH.match(word) or least <= len(word.rstrip("*")) <= most]
    exact = [word for word in counting if not word.endswith("*")]
    rows = inquiry.ask("_fetch_search_words", words=exact) if exact else []
    by_text = {str(row["word_text"]): row for row in rows}
    found: list[tuple[list[int], int]] = []
    for word in counting:
        if word.endswith("*"):
            pattern = re.sub(r"([!%_])", r"!\1", word[:-1]) + "%"
            forms = inquiry.ask("_fetch_search_words_like", pattern=pattern, limit=_MOST_FORMS)
        else:
            forms = [by_text[word]] if word in by_text else []
        usual = [row for row in forms if not int(row["word_common"])]
        if forms and not usual:
            continue
        if not usual:
            if lenient:
                continue
            return None
        found.append(([int(row["word_id"]) for row in usual], sum(int(row["word_count"]) for row in usual)))
    return found


def _with_all(
    inquiry: Inquiry,
    post_ids: Sequence[int],
    groups: Sequence[Sequence[int]],
    unwanted: Sequence[int],
    titles: Sequence[int],
) -> set[int]:
    word_ids = sorted({*unwanted, *(i for group in groups for i in group)})
    if not word_ids:
        return set(post_ids)
    held: dict[int, set[int]] = {post_id: set() for post_id in post_ids}
    rows = inquiry.ask(
        "_fetch_words_of_posts", post_ids=list(post_ids), word_ids=word_ids, titles=list(titles)
    )
    for row in rows:
        held[int(row["post_id"])].add(int(row["word_id"]))
    return {
        post_id
        for post_id, ids in held.items()
        if ids.isdisjoint(unwanted) and all(not ids.isdisjoint(group) for group in groups)
    }


def _by_mysql(inquiry: Inquiry, words: Words, titles_only: bool, where: dict[str, Any]) -> list[int]:
    query = " ".join([*(f"+{word}" for word in words.wanted), *(f"-{word}" for word in words.unwanted)])
    name = "_fetch_titles_by_mysql" if titles_only else "_fetch_posts_by_mysql"
    rows = inquiry.ask(name, query=query, limit=inquiry.page.end, **where)
    return [int(row["post_id"]) for row in rows]


def _by_postgresql(inquiry: Inquiry, words: Words, titles_only: bool, where: dict[str, Any]) -> list[int]:
    def term(word: str) -> str:
        return f"{word[:-1]}:*" if word.endswith("*") else word

    query = " & ".join([*map(term, words.wanted), *(f"!{term(word)}" for word in words.unwanted)])
    name = "_fetch_titles_by_postgresql" if titles_only else "_fetch_posts_by_postgresql"
    rows = inquiry.ask(
        name,
        query=query,
        ts_name=inquiry.config.get("fulltext_postgres_ts_name") or "simple",
        limit=inquiry.page.end,
        **where,
    )
    return [int(row["post_id"]) for row in rows]


FUNCTIONS: Final = {"fetch_posts_matching": ContentFunction(fetch_posts_matching)}

"""The board's own search index of a miniature board."""

from __future__ import annotations

import html
import re
from typing import Final

from flask_phpbb3.testing.base import BoardBase
from flask_phpbb3.testing.rows import Value

NATIVE: Final = "fulltext_native"
_SHORTEST, _LONGEST = 3, 14
_MARKUP = re.compile(r"<[se]>.*?</[se]>|<[^>]*>", re.DOTALL)
_WORD = re.compile(r"[^\W_]+")


class SearchIndex(BoardBase):
    """Note which words stand in which posts."""

    def index_posts(self) -> None:
        """Make the search index anew from all posts, and have the board search with it.

        Simplified: no word is too common.

        :raises LookupError: if the line has no such index.
        """
        with self._rows.transaction():
            posts = self._rows.fetch("SELECT post_id, post_subject, post_text FROM {TABLE_PREFIX}posts")
            holds: dict[str, set[tuple[int, int]]] = {}
            for post_id, subject, text in posts:
                for is_title, stored in ((1, subject), (0, text)):
                    for word in _words(str(stored)):
                        holds.setdefault(word, set()).add((int(post_id), is_title))
            for table in ("search_wordlist", "search_wordmatch"):
                self.schema.table(table)
                self._rows.execute(f"DELETE FROM {{TABLE_PREFIX}}{table}")
            numbered = list(enumerate(sorted(holds), start=1))
            self._rows.insert_many(
                "search_wordlist", [_word_row(n, word, len(holds[word])) for n, word in numbered]
            )
            self._rows.insert_many(
                "search_wordmatch",
                [
                    {"word_id": n, "post_id": post_id, "title_match": is_title}
                    for n, word in numbered
                    for post_id, is_title in sorted(holds[word])
                ],
            )
            prefix = "" if self.schema.has("topics", "topic_approved") else "\\phpbb\\search\\"
            self.set_config("search_type", f"{prefix}{NATIVE}")
            self.set_config("load_search", 1)


def _words(stored: str) -> set[str]:
    text = html.unescape(_MARKUP.sub(" ", stored)).lower()
    return {word for word in _WORD.findall(text) if _SHORTEST <= len(word) <= _LONGEST}


def _word_row(word_id: int, word: str, count: int) -> dict[str, Value]:
    return {"word_id": word_id, "word_text": word, "word_common": 0, "word_count": count}

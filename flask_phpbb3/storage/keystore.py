"""The application's own session keys of visitors who are signed in, in the session backend.

Apart from the query cache, so that many cached answers push nobody's keys out.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from flask.json.tag import TaggedJSONSerializer

from .cache import UNREADABLE, Cache, GuardedCache, opened

logger = logging.getLogger("flask_phpbb3.keystore")

_MOST_OUTDATED: Final = 10_000
"""Logins that are remembered because their keys could not be written."""
_AT_A_TIME: Final = 20


@dataclass
class StoredKeys:
    """The keys of one visitor.

    :ivar values: the application's keys.
    :ivar saved: Unix time when they were kept; 0 for never.
    :ivar may_hide: whether there may be others, as the backend could not be asked.
    """

    values: dict[str, Any] = field(default_factory=dict)
    saved: float = 0
    may_hide: bool = False


class KeyStore:
    """Keep application keys by the identity that phpBB accepted.

    What could not be written makes what stood there old, and old keys never come back, though another process may
    have kept newer ones meanwhile: keys are believed if they were kept later than the last failure.

    :param backend: where they are kept.
    :param namespace: returns the parts that tell this board and installation from others sharing the backend.
    """

    def __init__(self, backend: Cache, namespace: Callable[[], Sequence[str]]) -> None:
        self._backend = GuardedCache(backend)
        self._namespace = namespace
        self._serializer = TaggedJSONSerializer()
        self._outdated: dict[str, float] = {}  # key → when it could not be written

    def load(self, user_id: int, login: str, *, newer_than: float = 0) -> StoredKeys:
        """Return the keys of a login; none if there are none or they cannot be read.

        :param newer_than: the Unix time before which keys are not believed.
        """
        key = self._key(user_id, login)
        self._forget_outdated()
        works, text = self._backend.look_up(key)
        if not isinstance(text, str):
            return StoredKeys(may_hide=not works)
        try:
            stored = self._read(key, text)
        except UNREADABLE:
            logger.warning("The application keys of a visitor cannot be read; they start empty.")
            return StoredKeys()
        if stored.saved <= max(newer_than, self._outdated.get(key, 0)):
            return StoredKeys(may_hide=True)
        return stored

    def save(
        self, user_id: int, login: str, values: dict[str, Any], lifetime: int, *, changed: bool = True
    ) -> bool:
        """Keep the keys of a login for `lifetime` seconds; forget it if there are none.

        :param changed: whether they are others than those that stand there.
        :returns: whether the backend has them.
        :raises TypeError: if a value cannot be written as Flask's tagged JSON.
        """
        key, started = self._key(user_id, login), time.time()
        if self._write(key, values, lifetime):
            self._outdated.pop(key, None)
            self._forget_outdated()
            return True
        # What cannot be written may still be deleted: the disk may be full.
        if changed and not self._backend.delete(key):
            self._outdated[key] = started
            for oldest in list(self._outdated)[:-_MOST_OUTDATED]:
                self._outdated.pop(oldest, None)
        return False

    def _read(self, key: str, text: str) -> StoredKeys:
        """Return the keys in an envelope.

        :raises Exception: one of `UNREADABLE`, if it is none.
        """
        stored = opened(self._serializer.loads(text), key)
        values, saved = stored["values"], float(stored["saved"])
        if not isinstance(values, dict):
            raise TypeError("no keys")
        return StoredKeys(values, saved)

    def _write(self, key: str, values: dict[str, Any], lifetime: int) -> bool:
        if not values:
            return self._backend.delete(key)
        text = self._serializer.dumps({"key": key, "values": values, "saved": time.time()})
        return self._backend.set(key, text, lifetime)

    def _forget_outdated(self) -> None:
        """Delete what is outdated, a few at a time and up to the first that still cannot be.

        Another process may have kept newer keys since; those stay.
        """
        for key, since in list(self._outdated.items())[:_AT_A_TIME]:
            works, text = self._backend.look_up(key)
            if works and (not isinstance(text, str) or self._is_newer(key, text, since)):
                self._outdated.pop(key, None)
                continue
            if not (works and self._backend.delete(key)):
                self._outdated.pop(key, None)
                self._outdated[key] = since  # the next attempt is another server's
                return
            self._outdated.pop(key, None)

    def _is_newer(self, key: str, text: str, since: float) -> bool:
        try:
            return self._read(key, text).saved > since
        except UNREADABLE:
            return False

    def _key(self, user_id: int, login: str) -> str:
        parts = json.dumps([list(self._namespace()), "keys", user_id, login])
        return "phpbb3:" + hashlib.sha256(parts.encode()).hexdigest()

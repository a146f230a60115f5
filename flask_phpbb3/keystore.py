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
from typing import Any

from flask.json.tag import TaggedJSONSerializer

from .cache import Cache, GuardedCache

logger = logging.getLogger("flask_phpbb3.keystore")


@dataclass
class StoredKeys:
    """The keys of one visitor.

    :ivar values: the application's keys.
    :ivar saved: Unix time when they were kept; 0 for never.
    """

    values: dict[str, Any] = field(default_factory=dict)
    saved: float = 0


class KeyStore:
    """Keep application keys by the identity that phpBB accepted.

    :param backend: where they are kept.
    :param namespace: returns the parts that tell this board and installation from others sharing the backend.
    """

    def __init__(self, backend: Cache, namespace: Callable[[], Sequence[str]]) -> None:
        self._backend = GuardedCache(backend)
        self._namespace = namespace
        self._serializer = TaggedJSONSerializer()

    def load(self, user_id: int, login: str) -> StoredKeys:
        """Return the keys of a login; none if there are none or they cannot be read."""
        text = self._backend.get(self._key(user_id, login))
        if not isinstance(text, str):
            return StoredKeys()
        try:
            stored = self._serializer.loads(text)
            return StoredKeys(dict(stored["values"]), float(stored["saved"]))
        except (ValueError, KeyError, TypeError):
            logger.warning("The application keys of a visitor cannot be read; they start empty.")
            return StoredKeys()

    def save(self, user_id: int, login: str, values: dict[str, Any], lifetime: int) -> None:
        """Keep the keys of a login for `lifetime` seconds; forget it if there are none.

        :raises TypeError: if a value cannot be written as Flask's tagged JSON.
        """
        key = self._key(user_id, login)
        if not values:
            self._backend.delete(key)
            return
        text = self._serializer.dumps({"values": values, "saved": time.time()})
        if not self._backend.set(key, text, lifetime):
            logger.warning("The session backend did not keep the application keys of a visitor.")

    def _key(self, user_id: int, login: str) -> str:
        parts = json.dumps([list(self._namespace()), "keys", user_id, login])
        return "phpbb3:" + hashlib.sha256(parts.encode()).hexdigest()

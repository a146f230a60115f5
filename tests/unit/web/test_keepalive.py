from __future__ import annotations

import pytest

from flask_phpbb3.web.keepalive import renewal_interval


@pytest.mark.parametrize("length", [0, 60, 120, 300, 3600, 86400, 30 * 86400])
def test_sessions_are_renewed_in_time(length: int) -> None:
    interval = renewal_interval(length)
    assert 60 < interval <= 86400
    assert interval < max(length + 60, 62)  # phpBB grants a minute more; it writes once a minute at most

"""What day it is for a viewer."""

from __future__ import annotations

import datetime

from ..board.inquiry import Inquiry
from ..rendering.dates import date_settings


def today(inquiry: Inquiry) -> datetime.date:
    """Return the day that it is in the viewer's time zone."""
    _, zone = date_settings(inquiry.viewer.user_columns, inquiry.config)
    return datetime.datetime.fromtimestamp(inquiry.now, zone).date()

"""Draw the two plots as SVG; the only module that needs matplotlib."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from .boards import NAMES
from .found import Found
from .report import sizes_of

_COLOURS = {"PostgreSQL": "#336791", "MariaDB": "#c0765a", "SQLite": "#4a9d7c"}
_OURS, _THEIRS = "#336791", "#b9bec6"
_STYLE: dict[str, Any] = {
    "svg.hashsalt": "benchmarks",  # the same data gives the same file
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def draw(data: Mapping[str, Found], folder: Path) -> None:
    """Write ``requests.svg`` and ``growth.svg``, each if there is something to draw.

    :raises ImportError: if matplotlib is not installed.
    """
    matplotlib: Any = importlib.import_module("matplotlib")
    with matplotlib.rc_context(_STYLE):
        if rounds := data.get("peers", Found()).rounds:
            _save(_requests(rounds), folder / "requests.svg")
        boards = data.get("boards", Found())
        if boards.rounds:
            _save(_growth(boards), folder / "growth.svg")


def _save(figure: Any, path: Path) -> None:
    figure.savefig(path, metadata={"Date": None, "Creator": None}, facecolor="white")


def _requests(rounds: Mapping[str, Mapping[str, list[float]]]) -> Any:
    """Draw requests a second as bars, ours beside the others."""
    from matplotlib.figure import Figure

    bars = [
        (
            f"{_TITLES.get(name, name)}{'' if name.startswith('Flask-Session') else f', {driver}'}",
            values,
            name,
        )
        for driver, works in rounds.items()
        for name, values in works.items()
        if name != "bare" and not (name.startswith("Flask-Session") and driver != next(iter(rounds)))
    ]
    bars.sort(key=lambda bar: median(bar[1]))
    figure = Figure(figsize=(8, 0.42 * len(bars) + 1.1), layout="constrained")
    axes = figure.subplots()
    for place, (_, values, name) in enumerate(bars):
        low, middle, high = quantiles(values, n=4)
        axes.barh(
            place,
            middle,
            xerr=[[middle - low], [high - middle]],
            color=_OURS if name.startswith("ours") else _THEIRS,
            error_kw={"elinewidth": 1, "ecolor": "#444444"},
        )
        axes.text(high, place, f"  {middle:,.0f}", va="center", fontsize=9)
    axes.set_yticks(range(len(bars)), [label for label, *_ in bars])
    axes.set_xlabel("requests a second, 8 threads in one process (more is better)")
    axes.margins(x=0.12)
    return figure


_TITLES = {
    "ours": "flask_phpbb3",
    "ours, kept for a second": "flask_phpbb3, session kept for 1 s",
    "Flask-Session on Redis": "Flask-Session on Redis, 80 keys",
    "Flask-Login and SQLAlchemy": "Flask-Login + SQLAlchemy, 6 columns",
    "Flask-Login and SQLAlchemy, all columns": "Flask-Login + SQLAlchemy, all columns",
}


def _growth(found: Found) -> Any:
    """Draw what a signed-in request and two lists take on boards of different sizes."""
    from matplotlib.figure import Figure

    works = {
        "signed in": "a signed-in request",
        "latest posts": "the latest posts",
        "latest topics": "the latest topics",
    }
    figure = Figure(figsize=(9, 3.2), layout="constrained")
    for axes, (work, title) in zip(figure.subplots(1, len(works)), works.items(), strict=True):
        for database, name in NAMES.items():
            sizes = sizes_of(found, database)
            if sizes:
                values = [
                    median(found.rounds[f"{database}, {posts:,} posts"][work]) * 1000 for posts in sizes
                ]
                axes.plot(sizes, values, marker="o", label=name, color=_COLOURS[name])
        axes.set_xscale("log")
        axes.set_ylim(bottom=0)
        axes.set_title(title, fontsize=10)
        axes.set_xlabel("posts of the board")
    figure.axes[0].set_ylabel("milliseconds")
    figure.axes[-1].legend(frameon=False, fontsize=9)
    return figure

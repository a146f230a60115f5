"""Checks of the board's own BBCodes: which are shown otherwise than in the forum, and why."""

from __future__ import annotations

from collections.abc import Iterator

from ..checkup import Context, Finding, Level


def check_bbcodes(context: Context) -> Iterator[Finding]:
    """Compile the board's BBCodes, and tell which of them nobody or not everybody is shown."""
    programs = context.bound.board.texts.renderer().programs
    definitions = programs.definitions()
    undecided = [found.tag for found in definitions if programs.is_undecided(found.name)]
    hidden = [found.tag for found in definitions if programs.is_hidden(found.name)]
    refused = [f"[{found.tag}] ({found.refusal.rstrip('.')})" for found in definitions if found.refusal]
    if undecided:
        yield Finding(
            Level.WARNING,
            "BBCodes",
            f"{_list(undecided)}: the template asks for what is not known here, so nothing is shown.",
            "An extension of phpBB decides it. Give templates that can be decided in PHPBB3_MARKUP.",
        )
    if hidden:
        yield Finding(
            Level.WARNING,
            "BBCodes",
            f"{_list(hidden)}: named in PHPBB3_HIDDEN_BBCODES, with a template that shows the content to everybody, so "
            "a notice is shown instead.",
            "If the content is for everybody, take the name out of the setting.",
        )
    if refused:
        yield Finding(
            Level.WARNING,
            "BBCodes",
            f"Refused definitions, as phpBB refuses them: {', '.join(refused)}.",
            "Mend or delete them in the forum's administration (Posting, BBCodes).",
        )
    asking = [found.tag for found in definitions if found.program and found.program.restricted]
    shown = [tag for tag in asking if tag not in undecided and tag not in hidden]
    for_whom = f" By who reads: {_list(shown)}." if shown else ""
    yield Finding(Level.OK, "BBCodes", f"The board has {len(definitions)} of its own.{for_whom}")


def _list(tags: list[str]) -> str:
    return ", ".join(f"[{tag}]" for tag in tags)

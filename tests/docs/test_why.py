"""What stands in one list also stands in the other."""

from __future__ import annotations

import re

from ..test_docs import anchor, page


def test_the_list_of_what_is_stricter_is_whole() -> None:
    """Every rule that says that phpBB is laxer is in the list."""
    rules = re.split(r"^### ", page("phpbb-behaviour.md"), flags=re.MULTILINE)[1:]
    laxer = re.compile(
        r"[Ss]tricter than phpBB|left out here|refused here|are refused, since|here a ban always bites"
    )
    wanted = {anchor(rule.partition("\n")[0]) for rule in rules if laxer.search(rule)}
    linked = set(re.findall(r"phpbb-behaviour\.md#([\w-]+)", page("why/stricter.md")))
    assert len(wanted) > 5
    assert wanted - linked == set()

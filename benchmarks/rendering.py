"""Measure what stored texts cost to render: against parsing their XML, and ten of them in a request.

::

    python benchmarks/rendering.py [SECONDS]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median
from xml.etree.ElementTree import fromstring

from flask import Flask

from flask_phpbb3 import BoundPhpBB3, PhpBB3
from flask_phpbb3.phpbb.stored_texts import StoredText
from flask_phpbb3.testing import EmbeddedBoard, login_as

SECONDS = 2.0
ROUNDS = 40
WARM_UP = 50

TEXTS = (
    "<t>Thanks, that was it. The pump runs again and the hose is tight, too.<br/>\n<br/>\nSee you on Saturday!</t>",
    "<r>Has anybody tried the <B><s>[b]</s>early<e>[/b]</e></B> kind? Mine look like this: "
    '<URL url="https://photos.example/2024/05/bed-7?size=big&amp;page=2">'
    '<LINK_TEXT text="https://photos.example/2024/05/bed ... big&amp;page=2">https://photos.example/2024/05/bed-7'
    "?size=big&amp;page=2</LINK_TEXT></URL> <E>:)</E><br/>\nNot bad for <I><s>[i]</s>May<e>[/i]</e></I>.</r>",
    '<r><QUOTE author="Rosa" post_id="57" time="1715600000" user_id="12"><s>[quote=Rosa post_id=57 time=1715600000 '
    "user_id=12]</s>Water them in the evening, and never in the sun. I have lost a whole bed that way.<e>[/quote]</e>"
    "</QUOTE>\n\nWe do it before breakfast, and it does them good. The barrel holds enough for three days if it has "
    "rained at all; when it has not, we share the tap.</r>",
    '<r><LIST type="decimal"><s>[list=1]</s>\n<LI><s>[*]</s>Dig the bed over and take out the roots</LI>\n<LI><s>[*]'
    "</s>Mix in two barrows of compost</LI>\n<LI><s>[*]</s>Wait for a week, then sow</LI>\n<e>[/list]</e></LIST>"
    '<COLOR color="#AA0000"><s>[color=#AA0000]</s>Not before the frost is over!<e>[/color]</e></COLOR></r>',
    '<r>Here is the plan <EMOJI seq="1f331" tseq="1f331">&#127793;</EMOJI><br/>\n<IMG src="https://photos.example/plan'
    '.png"><s>[img]</s><URL url="https://photos.example/plan.png">https://photos.example/plan.png</URL><e>[/img]</e>'
    '</IMG><br/>\nAsk <EMAIL email="rosa@allotments.example">rosa@allotments.example</EMAIL> if you want a plot on the '
    "north side, there are two left. The committee meets on the first Monday of the month, as always.</r>",
)


def best(work: Callable[[], object]) -> float:
    """Return the seconds that some work takes when nothing disturbs it."""
    spent = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return min(spent)


def compare(phpbb3: BoundPhpBB3) -> None:
    """Print what each text costs to parse and to render."""
    renderer, reader = phpbb3.renderer(), phpbb3.reader()
    ratios = []
    print(f"{'text':>4} {'characters':>10} {'µs to parse':>12} {'µs to render':>12} {'ratio':>6}")
    for number, text in enumerate(TEXTS, 1):
        stored = StoredText(text)
        parse = best(lambda text=text: fromstring(text))  # type: ignore[misc]
        render = best(lambda stored=stored: renderer.html(stored, reader))  # type: ignore[misc]
        ratios.append(render / parse)
        print(f"{number:>4} {len(text):>10} {parse * 1e6:>12.1f} {render * 1e6:>12.1f} {ratios[-1]:>6.2f}")
    print(f"median ratio {median(ratios):.2f}")


def request(app: Flask, board: EmbeddedBoard, path: str, seconds: float) -> float:
    """Return the seconds that a request of a signed-in visitor takes on average."""
    client = app.test_client()
    login_as(client, "alice")
    for _ in range(WARM_UP):
        client.get(path)
    count, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < seconds:
        client.get(path)
        count += 1
    return spent / count


def main(seconds: float) -> None:
    """Print both tables."""
    rows = [{"post_text": text, "bbcode_uid": "", "bbcode_bitfield": ""} for text in TEXTS * 2]
    with tempfile.TemporaryDirectory() as folder, closing(EmbeddedBoard(Path(folder) / "board.db")) as board:
        board.add_user("alice")
        app = Flask("benchmark")
        app.config.update(board.settings, SECRET_KEY="benchmark", PHPBB3_BOARD_TTL=3600)
        phpbb3 = PhpBB3(app)
        app.add_url_rule("/bare", "bare", lambda: "")
        app.add_url_rule("/who", "who", lambda: phpbb3.reader().key)
        app.add_url_rule("/page", "page", lambda: "".join(phpbb3.render(row) for row in rows))
        compare(app.extensions["phpbb3"])
        bare, who, page = (request(app, board, path, seconds) for path in ("/bare", "/who", "/page"))
        print(f"a bare request {bare * 1e6:.0f} µs, {(who - bare) * 1e6:.0f} more to know who reads, "
              f"{(page - who) * 1e6:.0f} more for ten posts")  # fmt: skip


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS)

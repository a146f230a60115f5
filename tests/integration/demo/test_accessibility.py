"""What an automated check finds wrong with the demo's pages: nothing, on a desktop and on a phone, light and dark.

The check is axe-core in a headless Chromium. Each page is put into a frame of its size together with its style
sheets, so one start of the browser sees them all.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests import servers

from .visits import crawl, sign_in

pytestmark = pytest.mark.slow

SAMPLES = 2
"""How many pages of one kind are looked at."""
STATIC = Path(__file__).resolve().parents[3] / "flask_phpbb3" / "demo" / "static"
SHEETS = ("texts.css", "style.css")
BROWSER_SECONDS = 240
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--allow-file-access-from-files",
)
HARNESS = """<!doctype html><meta charset="utf-8"><title>checking</title><pre id="found"></pre>
<script>const AXE = {axe}, PAGES = {pages}, WIDTH = {width};</script>
<script>
  const check = async ([name, page]) => {{
    const frame = document.createElement("iframe");
    frame.style = `width: ${{WIDTH}}px; height: 900px`;
    const loaded = new Promise(resolve => frame.onload = resolve);
    frame.srcdoc = page;
    document.body.append(frame);
    await loaded;
    const inside = frame.contentWindow;
    inside.document.querySelectorAll("details").forEach(one => one.open = true);
    inside.eval(AXE);
    const result = await inside.axe.run(inside.document, {{resultTypes: ["violations"]}});
    const wide = inside.document.documentElement.scrollWidth - inside.document.documentElement.clientWidth;
    frame.remove();
    const found = result.violations.map(one => [name, one.id, one.nodes.map(node => node.html.slice(0, 160))]);
    return wide > 0 ? [...found, [name, "wider than the screen", [String(wide)]]] : found;
  }};
  (async () => {{
    const found = [];
    let checked = 0;
    try {{
      for (const page of PAGES) {{ found.push(...await check(page)); checked += 1; }}
    }} catch (error) {{ found.push(["harness", String(error), []]); }}
    document.getElementById("found").textContent = JSON.stringify({{checked, found}});
    document.title = "done";
  }})();
</script>
"""


@pytest.fixture(scope="module")
def axe() -> str:
    """Return axe-core itself, as its package for Python ships it."""
    package = importlib.util.find_spec("axe_playwright_python")
    if package is None or not package.submodule_search_locations:
        servers.absent("axe", "axe-core is not installed (pip install --no-deps axe-playwright-python)")
    else:
        return (Path(package.submodule_search_locations[0]) / "axe.min.js").read_text("utf-8")
    raise AssertionError


@pytest.fixture(scope="module")
def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        servers.absent("axe", "chromium is not installed")
    assert found
    return found


@pytest.fixture(scope="module")
def pages(app: Flask) -> dict[str, str]:
    """Return some pages of each kind, as seen by somebody of each kind."""
    kept: dict[str, str] = {}
    for person in (None, "member", "administrator", "newcomer", "banned"):
        client = app.test_client()
        sign_in(client, person)
        kinds: dict[str, int] = {}
        for path, page in crawl(client).items():
            kind = re.sub(r"\d+", "N", path.partition("?")[0])
            if "<main" in page and kinds.setdefault(kind, 0) < SAMPLES:
                kinds[kind] += 1
                kept[f"{person}: {path}"] = page
    return kept


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_pages_pass_the_check(
    pages: dict[str, str], axe: str, chromium: str, tmp_path: Path, width: int, dark: bool
) -> None:
    result = _check(pages, axe, chromium, tmp_path, width, dark=dark)
    assert result["found"] == []
    assert result["checked"] == len(pages) > 40


def test_the_check_sees_what_is_wrong(axe: str, chromium: str, tmp_path: Path) -> None:
    bad = '<html><head></head><body><main><img src="a.png"><p style="width:999px">x</p></main></body></html>'
    result = _check({"bad": bad}, axe, chromium, tmp_path, 390, dark=False)
    kinds = {kind for _, kind, _ in result["found"]}
    assert {"image-alt", "html-has-lang", "wider than the screen"} <= kinds


def _check(
    pages: dict[str, str], axe: str, chromium: str, folder: Path, width: int, *, dark: bool
) -> dict[str, Any]:
    sheet = "".join((STATIC / name).read_text("utf-8") for name in SHEETS)
    if dark:
        sheet = sheet.replace("(prefers-color-scheme: dark)", "all")
    styled = [
        [
            name,
            re.sub(r'<link rel="stylesheet"[^>]*>', "", page).replace(
                "</head>", f"<style>{sheet}</style></head>"
            ),
        ]
        for name, page in pages.items()
    ]
    harness = folder / "harness.html"
    harness.write_text(
        HARNESS.format(axe=_in_script(axe), pages=_in_script(styled), width=width), encoding="utf-8"
    )
    command = [
        chromium,
        *FLAGS,
        f"--user-data-dir={folder / 'profile'}",
        f"--window-size={width + 60},1000",
        "--timeout=1000000",
        "--virtual-time-budget=100000000",
        "--dump-dom",
        harness.as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=BROWSER_SECONDS, check=False)
    found = re.search(r'<pre id="found">(.+?)</pre>', done.stdout, re.DOTALL)
    assert found, done.stderr[-2000:]
    result: dict[str, Any] = json.loads(unescape(found[1]))
    return result


def _in_script(value: Any) -> str:
    return json.dumps(value).replace("<", "\\u003c")

"""Rendered texts under a Content Security Policy, in a real browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

from ..servers import absent
from .blocks import DOCS

PAGE = DOCS / "rendering.md"

HARNESS = """<!doctype html><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy} script-src 'nonce-test'">
<script nonce="test">
  const broken = [];
  addEventListener("securitypolicyviolation", event => broken.push(event.effectiveDirective));
</script>
<main>{texts}</main>
<pre id="found"></pre>
<script nonce="test">
  addEventListener("load", () => setTimeout(() => {{
    const coloured = document.querySelector("main span");
    const colour = coloured ? getComputedStyle(coloured).color : "";
    document.getElementById("found").textContent = JSON.stringify({{broken, colour}});
  }}, 100));
</script>
"""


def policy() -> str:
    """Return what the page says."""
    return " ".join(
        re.findall(r"<!-- policy -->\n```text\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)[0].split()
    )


def in_the_browser(html: str, said: str, folder: Path) -> dict[str, Any]:
    """Open rendered texts under a policy; return what it forbade, and the colour of the first text."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        absent("axe", "chromium is not installed")
    page = folder / "page.html"
    page.write_text(HARNESS.format(policy=said, texts=html), "utf-8")
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--host-resolver-rules=MAP * 127.0.0.1",
    ]
    flags += [f"--user-data-dir={folder}/profile", "--virtual-time-budget=3000", "--dump-dom", page.as_uri()]
    done = subprocess.run([chromium, *flags], capture_output=True, text=True, check=False, timeout=120)
    found = re.search(r'<pre id="found">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found, done.stdout + done.stderr
    answer: dict[str, Any] = json.loads(unescape(found[1]))
    return answer

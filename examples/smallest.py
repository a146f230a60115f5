"""The smallest application: who is visiting, and what is new on the forum.

::

    PHPBB_CONFIG=/var/www/forum/config.php flask --app examples/smallest.py run
"""

from __future__ import annotations

import os
from typing import Any

from flask import Flask, session

from flask_phpbb3 import PhpBB3

app = Flask(__name__)
app.config["PHPBB3"] = {"DRIVER": "auto", "VERSION": "auto"}
app.config["PHPBB3_DATABASE"] = {"PHPBB_CONFIG": os.environ["PHPBB_CONFIG"]}
phpbb3 = PhpBB3(app)


@app.get("/")
def home() -> dict[str, Any]:
    """Greet the visitor by name; the guest is called Anonymous."""
    posts = phpbb3.fetch_latest_posts(limit=5)
    return {"hello": session["username"], "posts": [post["post_subject"] for post in posts]}

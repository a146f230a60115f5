"""The runner of the pages sees what is wrong with one."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import pytest
from flask import session

from flask_phpbb3 import ConfigurationError

from . import shell
from .blocks import Block, blocks
from .story import RUN, Story

SITE = """
    ```python
    from flask import Flask, session
    from flask_phpbb3 import PhpBB3

    app = Flask(__name__)
    app.config["PHPBB3"] = {"DRIVER": "auto", "VERSION": "auto"}
    app.config["PHPBB3_DATABASE"] = {"PHPBB_CONFIG": "/var/www/forum/config.php"}
    phpbb3 = PhpBB3(app)
    ```
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder for a story; the page itself lies elsewhere."""
    (tmp_path / "story").mkdir()
    return tmp_path / "story"


def _read(text: str, folder: Path) -> list[Block]:
    path = folder.parent / "page.md"
    path.write_text(textwrap.dedent(text), "utf-8")
    return blocks(path)


def _tell(text: str, folder: Path) -> Story:
    with Story(folder).open() as story:
        for block in _read(text, folder):
            if (block.language in RUN or block.file) and not block.not_run:
                story.tell(block)
        story.names["unused"] = story.unused_templates()
    return story


def test_blocks_are_found_with_what_is_said_of_them(folder: Path) -> None:
    found = _read(
        """
        Words.

        <!-- file: site/app.py -->

        `site/app.py`:

        ```python
        one = 1
        ```

        - In a list:

          ```sh
          flask run
          ```

        <!-- not run: nothing here
        can do it -->

        ```nginx
        daemon off;
        ```

        <!-- run: two = one + 1 -->

        ```{toctree}
        page
        ```

        ```
        nameless
        ```
        """,
        folder,
    )
    assert [(b.language, b.body, b.file, b.not_run) for b in found] == [
        ("python", "one = 1\n", "site/app.py", ""),
        ("sh", "flask run\n", "", ""),
        ("nginx", "daemon off;\n", "", "nothing here can do it"),
        ("run", "two = one + 1\n", "", ""),
        ("", "nameless\n", "", ""),
    ]
    text = found[0].path.read_text("utf-8").splitlines()
    assert [text[block.line - 1].strip() for block in found if block.language != "run"] == [
        "one = 1",
        "flask run",
        "daemon off;",
        "nameless",
    ]


def test_python_of_a_page_is_one_module_in_alices_request(folder: Path) -> None:
    story = _tell(
        SITE
        + """
    ```python
    who = session["username"]
    ```
    """,
        folder,
    )
    assert story.names["who"] == "alice"


def test_a_misspelt_setting_fails(folder: Path) -> None:
    with pytest.raises(ConfigurationError, match="PHPBB_CONFIG"):
        _tell(SITE.replace('"PHPBB_CONFIG"', '"PHPBB_CONFG"'), folder)


def test_a_renamed_statement_fails_at_its_line(folder: Path) -> None:
    text = SITE + "\n    ```python\n    phpbb3.fetch_newest_posts(limit=1)\n    ```\n"
    with pytest.raises(AttributeError) as caught:
        _tell(text, folder)
    page = folder.parent / "page.md"
    [line] = [entry.lineno + 1 for entry in caught.traceback if str(entry.path) == str(page)]
    assert "fetch_newest_posts" in page.read_text("utf-8").splitlines()[line - 1]


@pytest.mark.parametrize("language", ["jinja", "html"])
def test_a_template_with_a_wrong_end_fails(folder: Path, language: str) -> None:
    text = SITE + f"\n    ```{language}\n    <p>{{{{ phpbb3_user.username }}}}</b>\n    ```\n"
    with pytest.raises(AssertionError, match="unexpected-end-tag"):
        _tell(text, folder)


def test_a_template_that_no_view_shows_is_named(folder: Path) -> None:
    text = SITE + "\n    <!-- file: templates/lost.html -->\n\n    ```jinja\n    <p></p>\n    ```\n"
    assert _tell(text, folder).names["unused"] == ["lost.html"]


def test_a_story_leaves_nothing_behind(folder: Path) -> None:
    modules, path, here = {*sys.modules}, [*sys.path], Path.cwd()
    _tell("<!-- file: own_module.py -->\n\n```python\nanswer = 42\n```\n", folder)
    assert "own_module" not in sys.modules
    assert {name for name in {*sys.modules} - modules if "page" in name} == set()
    assert (sys.path, Path.cwd()) == (path, here)
    with pytest.raises(RuntimeError):
        session["username"]


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ('pip install "flask-phpbb3[psycopg9]"', "psycopg9"),
        ("pip install a-package-of-nobodys", "no extra declares it"),
        ("python -m flask_phpbb3.no_such_module", "no module"),
        ("python no_such_file.py", "no_such_file"),
        ("flask phpbb3 docter", "docter"),
        ("flask phpbb3 whoami SID --ipp 192.0.2.1", "--ipp"),
        ("flask --app app runn", "runn"),
        ("tox -e py3-psycopg2-v34", "v34"),
        ("rm -rf site", "no test knows 'rm'"),
        ("flask run && systemctll restart site", "systemctll"),
    ],
)
def test_a_wrong_command_fails(folder: Path, command: str, reason: str) -> None:
    with Story(folder).open() as story, pytest.raises(AssertionError) as caught:
        shell.run(command, story)
    assert reason in str(caught.value)


def test_wrong_words_of_servers_fail(folder: Path) -> None:
    with Story(folder).open() as story, pytest.raises(SystemExit):
        shell.run("gunicorn --workerz 2 app:app", story)


def test_right_commands_pass(folder: Path) -> None:
    story = Story(folder)
    with story.open():
        shell.run(
            'python3 -m venv .venv && .venv/bin/pip install -e ".[test]"  # a remark\n'
            "PHPBB_CONFIG=/etc/x flask --app flask_phpbb3.demo run \\\n    --port 8000\n"
            "tox -e py311-psycopg2-v31,docs\n"
            "gunicorn --workers 2 'app:create_app()'\n",
            story,
        )


def test_commands_are_words() -> None:
    assert [*shell.commands("A=1 one 'two three' && four | five # six\nseven \\\n  eight")] == [
        ["one", "two three"],
        ["four"],
        ["five"],
        ["seven", "eight"],
    ]

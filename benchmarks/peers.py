"""Eight threads of requests, beside what others are known by: Flask-Session on Redis, Flask-Login on SQLAlchemy.

These packages, and the extra ``bench``, are of this file alone; without them its figures are missing.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import fields
from importlib import metadata
from typing import Any

from flask import Flask, session

from flask_phpbb3 import ConfigurationError
from flask_phpbb3.config import Settings
from tests.servers import HOST, Redis, running

from .found import Found
from .servers import POOL, Absent, Place, absence_noted, place_of
from .threads import THREADS
from .timing import Effort, Work, rates
from .works import BROWSER, bare_app, request_of

DRIVERS = ("psycopg2", "psycopg")
KEYS = 80
"""Keys of a session of Flask-Session, as many as a phpBB session has columns."""
_SHORT_CACHE = "PHPBB3_SESSION_CACHE_TTL"
_COLUMNS = ("user_id", "username", "user_email", "user_password", "user_type", "user_regdate")
"""What a usual model of a user has."""


def measure(effort: Effort) -> Found:
    """Count requests a second of ours and theirs, all on one machine, by turns."""
    found = Found()
    found.texts["versions"] = _versions()
    for driver in DRIVERS:
        with absence_noted(found, driver), ExitStack() as stack:
            place = stack.enter_context(place_of(driver))
            works = {"bare": request_of(bare_app())}
            for name, make in _CONTENDERS.items():
                works |= _made(f"{driver}: {name}", make, place, found, stack)
            found.rounds[driver] = rates(
                {name.removeprefix(f"{driver}: "): work for name, work in works.items()}, effort, THREADS
            )
    return found


def _versions() -> dict[str, str]:
    """Return package → version of what is installed."""
    found = {}
    for name in ("Flask", "Flask-Session", "redis", "Flask-Login", "SQLAlchemy", "psycopg-pool"):
        with suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found


def _made(
    name: str, make: Callable[[Place], Any], place: Place, found: Found, stack: ExitStack
) -> dict[str, Work]:
    try:
        return {name: stack.enter_context(make(place))}
    except (ConfigurationError, Absent) as error:
        found.missing[name] = str(error)
    except ImportError as error:
        found.missing[name] = f"{error.name} is not installed"
    return {}


@contextmanager
def _ours(place: Place) -> Iterator[Work]:
    with place.app() as app:
        yield request_of(app, place.cookie)


@contextmanager
def _ours_kept(place: Place) -> Iterator[Work]:
    """With the session's row kept for a second."""
    if _SHORT_CACHE.removeprefix("PHPBB3_").lower() not in {field.name for field in fields(Settings)}:
        raise ConfigurationError(f"There is no setting {_SHORT_CACHE}.", key=_SHORT_CACHE)
    settings: dict[str, Any] = {_SHORT_CACHE: 1}
    with place.app(**settings) as app:
        yield request_of(app, place.cookie)


@contextmanager
def _flask_session(place: Place) -> Iterator[Work]:
    """Load as many keys as a phpBB session has columns, and write none back."""
    import redis
    from flask_session import Session

    with running(Redis) as server:
        app = Flask("flask-session")
        app.config.update(
            SESSION_TYPE="redis",
            SESSION_REDIS=redis.Redis(host=HOST, port=server.port),
            SESSION_PERMANENT=False,
            SESSION_REFRESH_EACH_REQUEST=False,
        )
        Session(app)
        row = _row(place)
        app.add_url_rule("/sign-in", "sign_in", lambda: session.update(row) or "")
        app.add_url_rule("/", "page", lambda: str(session["username"] == "alice"))
        yield request_of(app, _cookie_after(app))


def _row(place: Place) -> dict[str, Any]:
    """Return eighty keys with what a phpBB session holds."""
    with place.app() as app:
        row: dict[str, Any] = app.extensions["phpbb3"].get_session(session_id=place.session_id)
    assert len(row) >= KEYS
    return {**dict(list(row.items())[:KEYS]), "username": "alice"}


@contextmanager
def _flask_login(place: Place, columns: tuple[str, ...] = _COLUMNS) -> Iterator[Work]:
    """Load a user by the id in Flask's signed cookie, through SQLAlchemy's ORM.

    :param columns: of its model; empty for all of phpBB's.
    """
    sqlalchemy: Any = importlib.import_module("sqlalchemy")
    orm: Any = importlib.import_module("sqlalchemy.orm")
    from flask_login import LoginManager, current_user, login_user

    database = place.database
    url = f"postgresql+{place.driver}://{database['USER']}@{HOST}:{place.port}/{database['DATABASE']}"
    engine = sqlalchemy.create_engine(url, pool_size=POOL, max_overflow=0)
    only = {"include_columns": list(columns)} if columns else {}

    class User:
        user_id: int
        is_authenticated = is_active = True

        def get_id(self) -> str:
            return str(self.user_id)

    table = sqlalchemy.Table("phpbb_users", sqlalchemy.MetaData(), autoload_with=engine, **only)
    orm.registry().map_imperatively(User, table)
    database_session = orm.scoped_session(orm.sessionmaker(engine))
    app = Flask("flask-login")
    app.secret_key = "not so secret"
    LoginManager(app).user_loader(lambda user_id: database_session.get(User, int(user_id)))
    app.teardown_appcontext(lambda _: database_session.remove())
    alice = place.board.user_id("alice")
    app.add_url_rule("/sign-in", "sign_in", lambda: str(login_user(database_session.get(User, alice))))
    app.add_url_rule("/", "page", lambda: str(current_user.username == "alice"))
    try:
        yield request_of(app, _cookie_after(app))
    finally:
        engine.dispose()


def _cookie_after(app: Flask) -> str:
    """Return the Cookie header after signing in at an application, which knows its visitor by it from then on."""
    with app.test_client() as client:
        answer = client.get("/sign-in", headers={"User-Agent": BROWSER})
        assert answer.status_code == 200
        return answer.headers["Set-Cookie"].partition(";")[0]


Contender = Callable[[Place], AbstractContextManager[Work]]
_CONTENDERS: dict[str, Contender] = {
    "ours": _ours,
    "ours, kept for a second": _ours_kept,
    "Flask-Session on Redis": _flask_session,
    "Flask-Login and SQLAlchemy": _flask_login,
    "Flask-Login and SQLAlchemy, all columns": lambda place: _flask_login(place, ()),
}

"""Sign a Flask test client in and out, on an embedded board."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any

from flask.sessions import SessionMixin
from flask.testing import FlaskClient

from flask_phpbb3.testing.embedded import board_of

_COOKIES = ("u", "k", "sid")


def login_as(
    client: FlaskClient, user: int | str, *, autologin: bool = False, admin: bool = False
) -> dict[str, str]:
    """Sign a test client in as somebody: with a session row, and the cookies that phpBB would set.

    The session belongs to the address and browser that the client sends by default, its ``environ_base``.

    :param client: a test client of an application with an `EmbeddedBoard`.
    :param user: id or name.
    :param autologin: whether to hand out an autologin key, as for "remember me".
    :param admin: whether the user has signed in to the administration too.
    :returns: the cookies.
    :raises ValueError: if the application's board is not an embedded one.
    :raises LookupError: if the board has no such user.
    """
    logout(client)
    with closing(board_of(client.application)) as board:
        cookies = board.sign_in(
            user,
            ip=client.environ_base.get("REMOTE_ADDR", "127.0.0.1"),
            browser=client.environ_base.get("HTTP_USER_AGENT", ""),
            autologin=autologin,
            admin=admin,
        )
    for name, value in cookies.items():
        client.set_cookie(name, value, domain=_domain(client))
    return cookies


def logout(client: FlaskClient) -> None:
    """Sign a test client out as phpBB does: its session and key end, its cookies go.

    :param client: a test client of an application with an `EmbeddedBoard`; nothing happens if nobody is
        signed in.
    :raises ValueError: if the application's board is not an embedded one.
    """
    domain = _domain(client)
    with closing(board_of(client.application)) as board:
        names = {part: f"{board.cookie_name}_{part}" for part in _COOKIES}
        values = {part: client.get_cookie(name, domain=domain) for part, name in names.items()}
        session_id, key = values["sid"], values["k"]
        # A session that a test has ended otherwise is no error.
        with suppress(LookupError):
            board.sign_out(session_id.value if session_id else "", key=key.value if key else "")
    for name in names.values():
        client.delete_cookie(name, domain=domain)


class PhpBB3Client(FlaskClient):
    """A test client with `login_as` and `logout`: ``app.test_client_class = PhpBB3Client``."""

    def login_as(self, user: int | str, *, autologin: bool = False, admin: bool = False) -> dict[str, str]:
        """Sign in as somebody; see `login_as`."""
        return login_as(self, user, autologin=autologin, admin=admin)

    def logout(self) -> None:
        """Sign out; see `logout`."""
        logout(self)

    @contextmanager
    def session_transaction(self, *args: Any, **kwargs: Any) -> Iterator[SessionMixin]:
        """Prepare or look at the session of whoever this client is, outside a request; as Flask's own."""
        # Flask's sends none of the client's own headers, and phpBB wants to see the session's browser.
        with super().session_transaction(*args, **{"environ_base": self.environ_base, **kwargs}) as session:
            yield session


def _domain(client: FlaskClient) -> str:
    name: str = client.application.config["SERVER_NAME"] or "localhost"
    return name.partition(":")[0]

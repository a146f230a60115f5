"""Flask-Login with the forum's users (extra ``login``): ``current_user`` is the visitor as phpBB sees it.

::

    login_manager = PhpBB3LoginManager(app)

``flask_login.login_required`` then sends guests to the forum as `flask_phpbb3.web.login_required` does. Signing
in and out happens on the forum, so ``login_user`` and ``logout_user`` have no use here.
"""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_login import LoginManager, current_user

from ..session.sessions import PhpBB3Session
from .current import current_visitor
from .refusal import refuse


class PhpBB3User:
    """A visitor in Flask-Login's words; ``user["username"]`` reads phpBB's columns.

    :param session: the visitor's session.
    """

    def __init__(self, session: PhpBB3Session) -> None:
        self._session = session

    @property
    def is_authenticated(self) -> bool:
        """Tell whether the visitor is signed in."""
        return self._session.is_authenticated

    @property
    def is_active(self) -> bool:
        """Tell the same: phpBB signs in no one who is inactive."""
        return self._session.is_authenticated

    @property
    def is_anonymous(self) -> bool:
        """Tell whether the visitor is not signed in."""
        return not self._session.is_authenticated

    def get_id(self) -> str | None:
        """Return the phpBB user id as text; None for who is not signed in."""
        return str(self._session.user_id) if self._session.is_authenticated else None

    @property
    def user_id(self) -> int:
        """Return the phpBB user id; 1 is the guest."""
        return self._session.user_id

    @property
    def username(self) -> str:
        """Return the name."""
        return str(self._session["username"])

    @property
    def groups(self) -> list[dict[str, Any]]:
        """Return the groups; see `PhpBB3Session.groups`."""
        return self._session.groups

    def is_member(self, group: int | str) -> bool:
        """Tell whether the visitor belongs to a group; see `PhpBB3Session.is_member`."""
        return self._session.is_member(group)

    def has_privilege(self, option: str, forum_id: int = 0) -> bool:
        """Tell whether the visitor has a permission; see `PhpBB3Session.has_privilege`."""
        return self._session.has_privilege(option, forum_id)

    def has_privileges(self, *options: str, forum_id: int = 0) -> bool:
        """Tell whether the visitor has any of some permissions."""
        return self._session.has_privileges(*options, forum_id=forum_id)

    def __getitem__(self, column: str) -> Any:
        row = self._session.identification.row
        return row[column] if row else self._session[column]  # which has blanks for an error page

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PhpBB3User) and self.user_id == other.user_id

    def __hash__(self) -> int:
        return hash(self.user_id)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self._session!r}>"


class PhpBB3LoginManager(LoginManager):  # type: ignore[misc]  # Flask-Login ships no types
    """A login manager that takes everybody from the forum and keeps nothing of its own.

    Neither Flask-Login's session keys nor its remember-me cookie are read or written, and its settings for them
    mean nothing: phpBB's session test is the protection.

    :param app: the application, if there is one already.
    """

    def __init__(self, app: Any = None, add_context_processor: bool = True) -> None:
        super().__init__(app, add_context_processor)  # which calls init_app()
        self.request_loader(lambda _: _signed_in())
        self.anonymous_user = lambda: PhpBB3User(current_visitor())
        self.unauthorized_handler(refuse)
        self.needs_refresh_handler(refuse)

    def init_app(self, app: Any, add_context_processor: bool = True) -> None:
        """Give an application Flask-Login; templates get a ``current_user`` that asks the board when it is used.

        :param app: the application.
        :param add_context_processor: whether templates get one.
        """
        super().init_app(app, add_context_processor=False)
        if add_context_processor:
            app.context_processor(lambda: {"current_user": current_user})

    # Flask-Login has no public way to leave its session keys alone, and its look at them after each
    # request would ask the board who the visitor is even for a picture.

    def _load_user(self) -> None:
        self._update_request_context_with_user(_signed_in())

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


def _signed_in() -> PhpBB3User | None:
    visitor = current_visitor()
    return PhpBB3User(visitor) if visitor.is_authenticated else None

"""``flask.session`` as phpBB sees the visitor, with the application's own keys beside it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from typing import Any, Final

from flask import Flask, Request, Response, has_request_context
from flask.sessions import SecureCookieSessionInterface, SessionInterface, SessionMixin

from ..board.board import Board
from ..errors import BoardUnavailableError, MissingColumnError
from ..phpbb.acl import UserAcl
from ..phpbb.bans import Ban
from ..phpbb.identity import GUEST_ID
from ..phpbb.tokens import FormToken
from ..storage.keystore import KeyStore
from .application_keys import ApplicationKeys
from .current_visitor import CurrentVisitor
from .identification import Identification
from .lastseen import LastSeen
from .signals import send_identified, send_user_changed
from .visitor_tokens import VisitorTokens

_FORM_SID: Final = "_phpbb3_form_sid"
_COLUMNS: Final = ("user_", "username", "session_", "group_id")
"""What the names of phpBB's columns begin with."""


class PhpBB3Session(SessionMixin):
    """The visitor of one request: phpBB's session and user columns, and the application's own keys.

    Asks the board at first use, once. phpBB's columns are read-only; writing one is a TypeError. If the
    board cannot be asked, the first use raises BoardUnavailableError, and later ones in the same request
    find a visitor of whom nothing is known (`failure` tells), with the guest's id and empty columns, so that
    an error page can be shown.

    :param board: the board to ask.
    :param keys: where the application keys of signed-in visitors are kept; None for Flask's signed cookie.
    :param request: the request.
    :param guest_keys: the interface of Flask's signed cookie, for the keys of guests.
    :param app: the application.
    """

    def __init__(
        self,
        board: Board,
        keys: KeyStore | None,
        request: Request,
        guest_keys: SecureCookieSessionInterface,
        app: Flask,
    ) -> None:
        self.modified = False
        self.accessed = False
        self._visitor = CurrentVisitor(board, request, self._send_signals, is_testing=app.testing)
        self._tokens = VisitorTokens(self._visitor, self._own_form_sid, self._new_form_sid)
        self._request = request
        self._app = app
        self._keys = ApplicationKeys(app, request, keys, guest_keys)
        self._last_seen = LastSeen(app, guest_keys)
        self._now_seen: int | None = None

    @property
    def board(self) -> Board:
        """Return the board that is asked; asks nothing."""
        return self._visitor.board

    # Who the visitor is

    @property
    def identification(self) -> Identification:
        """Return who the visitor is, and why.

        :raises BoardUnavailableError: at first use, if the board cannot be asked.
        """
        return self._asked.identification

    @property
    def failure(self) -> BoardUnavailableError | MissingColumnError | None:
        """Return why the board could not be asked in this request; None while it could. Asks nothing."""
        return self._visitor.failure

    def note_failure(self, error: BoardUnavailableError) -> None:
        """Remember that the board cannot be asked, so that nothing in this request waits for it again."""
        self._visitor.note_failure(error)

    @property
    def is_identified(self) -> bool:
        """Tell whether the board has been asked in this request; asks nothing."""
        return self._visitor.known is not None

    @property
    def user_id(self) -> int:
        """Return the phpBB user id; 1 is the guest."""
        return self.identification.user_id

    @property
    def is_authenticated(self) -> bool:
        """Tell whether the visitor is signed in as phpBB means it (phpBB rule: Signed in)."""
        return self.identification.is_authenticated

    @property
    def is_bot(self) -> bool:
        """Tell whether phpBB or ``PHPBB3_BOTLIST`` takes the visitor for a bot."""
        return self.identification.is_bot

    @property
    def refusal(self) -> str | None:
        """Return why a presented session was not accepted, such as ``expired``; None if it was."""
        return self.identification.refusal

    @property
    def ban(self) -> Ban | None:
        """Return the ban that the visitor met, with its reason and end."""
        return self._asked.ban

    @property
    def now(self) -> int:
        """Return the Unix time at which this request first asked for it."""
        return self._visitor.now

    # What the visitor may do

    @property
    def acl(self) -> UserAcl:
        """Return the visitor's permissions; computed, in two statements, where phpBB has blanked them."""
        return self._asked.acl

    def has_privilege(self, option: str, forum_id: int = 0) -> bool:
        """Tell whether the visitor has a permission (phpBB rule: Asking for a permission).

        :param option: such as ``f_read``; ``!f_read`` asks the opposite.
        :param forum_id: the forum; 0 for none.
        :raises BoardUnavailableError: if the board could not be asked in this request. On the page about that error
            the answer is no instead, unless the opposite is asked.
        """
        return self._asked.has_privilege(option, forum_id)

    def has_privileges(self, *options: str, forum_id: int = 0) -> bool:
        """Tell whether the visitor has any of some permissions, as phpBB's ``acl_gets``."""
        return self._asked.has_privileges(*options, forum_id=forum_id)

    def may_read(self, forum_id: int) -> bool:
        """Tell whether phpBB would show the visitor the posts of a forum (phpBB rule: Forum passwords).

        ``f_read`` alone is not enough: a forum with a password asks everybody for it, once a session.

        :param forum_id: the forum.
        """
        return self._asked.may_read(forum_id)

    @property
    def locked_forums(self) -> frozenset[int]:
        """Return the forums whose password the visitor has still to give in this phpBB session.

        One statement at most, once a request.
        """
        return self._asked.locked_forums

    @property
    def user_columns(self) -> Mapping[str, Any]:
        """Return phpBB's session and user columns, without secrets and without the application's keys."""
        return dict(self.identification.row)  # the guests' is one for all of them

    @property
    def session_id(self) -> str:
        """Return the id of the accepted phpBB session; empty for none. Never print it."""
        return str(self.identification.row.get("session_id", ""))

    @property
    def marks_cookie(self) -> str:
        """Return the cookie in which phpBB keeps what a guest has read; empty for none."""
        return self._asked.marks_cookie

    def is_member(self, group: int | str) -> bool:
        """Tell whether the visitor belongs to a group; pending members do not.

        :param group: the group's id, or its name as people read it; for a special group phpBB's
            constant, such as ``ADMINISTRATORS``.
        """
        return self._asked.is_member(group)

    @property
    def groups(self) -> list[dict[str, Any]]:
        """Return the visitor's groups as rows of ``group_id``, ``group_name``, ``group_type``, ``group_leader``.

        One statement, once a request.
        """
        return self._asked.groups

    @property
    def num_unread_notifications(self) -> int:
        """Return the number that phpBB's page header would show; 0 where it shows none.

        One statement, once a request (phpBB rule: Unread notifications).
        """
        return self._asked.num_unread_notifications

    def get_link_hash(self, link: str) -> str:
        """Return phpBB's link hash: the token in its links that change something (phpBB rule: Link hash).

        :param link: the name that phpBB gives the link, such as ``mark_forums``.
        :returns: 8 hexadecimal characters; empty on the error page of a board that cannot be asked.
        """
        self.accessed = True
        return self._tokens.link_hash(link)

    def check_link_hash(self, link_hash: str, link: str) -> bool:
        """Tell whether a request brings the visitor's own link hash (phpBB rule: Link hash).

        :param link_hash: what the request brings.
        :param link: the name of the link.
        """
        self.accessed = True
        return self._tokens.is_link_hash(link_hash, link)

    def make_form_token(self, form_name: str) -> FormToken:
        """Return the token of a form that the visitor is to send to this site or to phpBB.

        A guest's is made with the phpBB guest session; without one, with an application key, so phpBB takes
        it from no guest who has not been there (phpBB rule: Form token).

        :param form_name: the name that phpBB gives the form, such as ``posting``.
        :raises RuntimeError: if an application key is needed and there is no SECRET_KEY.
        """
        self.accessed = True
        return self._tokens.form_token(form_name)

    def check_form_token(
        self, form_name: str, creation_time: int | str | None, form_token: str | None
    ) -> bool:
        """Tell whether a form that was sent was made for this visitor (phpBB rule: Form token).

        :param form_name: the name of the form.
        :param creation_time: the field ``creation_time`` of the request.
        :param form_token: the field ``form_token`` of the request.
        """
        self.accessed = True
        return self._tokens.is_form_token(form_name, creation_time, form_token)

    # The mapping: phpBB's columns, then the application's keys

    def __getitem__(self, key: str) -> Any:
        who = self.identification
        if key in who.row:
            return who.row[key]
        keys = self._keys.of(who)
        if key not in keys and not who.row and str(key).startswith(_COLUMNS):
            # An error page that greets the user by name must not fail for want of one.
            return GUEST_ID if key == "user_id" else ""
        return keys[key]

    def get(self, key: str, default: Any = None) -> Any:
        """Return a column of phpBB or a key of the application; `default` where there is none."""
        if key not in self:
            return default
        return self[key]

    def __setitem__(self, key: str, value: Any) -> None:
        who = self._writable(key)
        self._keys.check_writable(who, key)
        self._keys.of(who)[key] = value
        self.modified = True

    def __delitem__(self, key: str) -> None:
        del self._keys.of(self._writable(key))[key]
        self.modified = True

    def __iter__(self) -> Iterator[str]:
        who = self.identification
        yield from who.row
        yield from (key for key in self._keys.of(who) if key not in who.row)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, key: object) -> bool:
        who = self.identification
        return key in who.row or key in self._keys.of(who)

    def clear(self) -> None:
        """Forget the application's keys; phpBB's columns stay."""
        who = self.identification
        keys = self._keys.of(who)
        self._keys.permanent = False
        if keys or self._keys.may_hide(who):
            keys.clear()
            self.modified = True

    def pop(self, key: str, *default: Any) -> Any:
        """Remove and return one of the application's keys; one that a failing backend hides goes as well.

        :param default: what to return if there is none; else that is a KeyError.
        """
        if self._keys.may_hide(self._writable(key)):
            self.modified = True
        return super().pop(key, *default)

    def popitem(self) -> tuple[str, Any]:
        """Remove and return one of the application's keys."""
        item = self._keys.of(self.identification).popitem()
        self.modified = True
        return item

    @property
    def permanent(self) -> bool:
        """Tell whether the guest's cookie outlives the browser; asks nothing and loads nothing."""
        return self._keys.permanent

    @permanent.setter
    def permanent(self, value: bool) -> None:
        self._keys.permanent = value

    def __repr__(self) -> str:
        who = self._visitor.known
        if who is None:
            return f"<{type(self).__name__}: nobody has asked yet>"
        return f"<{type(self).__name__}: user {who.user_id} by {who.source}>"

    # At the end of the request

    def save(self, response: Response) -> None:
        """Keep the application's keys if they changed; never asks the board."""
        who = self._visitor.known
        if self.accessed:
            _keep_private(response, is_banned=who is not None and who.ban is not None)
        if who is None:
            return
        if self._now_seen is not None:
            self._last_seen.write(response, self._now_seen)
        self._keys.save(response, who, modified=self.modified, lifetime=lambda: self._visitor.login_lifetime)

    @property
    def _asked(self) -> CurrentVisitor:
        """Return the visitor, noting that the answer depends on who asks."""
        self.accessed = True
        return self._visitor

    def _own_form_sid(self) -> str:
        return str(self._keys.of(self.identification).get(_FORM_SID, ""))

    def _new_form_sid(self) -> str:
        sid = self[_FORM_SID] = secrets.token_hex(16)
        return sid

    def _send_signals(self) -> None:
        """Tell who is interested; a receiver may use the session already."""
        send_identified(self._app, self)
        if not self._last_seen.is_wanted:
            return
        user_id = self.user_id if self.is_authenticated else GUEST_ID
        previous = self._last_seen.read(self._request)
        if previous != user_id:
            self._now_seen = user_id
            send_user_changed(self._app, self, previous, user_id)

    def _writable(self, key: str) -> Identification:
        """Return the visitor whose key is to be changed.

        :raises TypeError: if it is a column of phpBB.
        :raises RuntimeError: in a test that prepares the session without the client's browser and address.
        """
        who = self.identification
        is_prepared = "REMOTE_ADDR" not in self._request.environ and not has_request_context()
        if self._app.testing and is_prepared and who.refusal in ("ip", "browser"):
            raise RuntimeError(
                f"session[{key!r}] would be a guest's: this session was opened without the test client's address and "
                f"browser, so phpBB's was refused ({who.refusal}). Use flask_phpbb3.testing.PhpBB3Client, or "
                "client.session_transaction(environ_base=client.environ_base)."
            )
        if key in who.row:
            raise TypeError(
                f"session[{key!r}] is a column of phpBB and can only be read. Give the application's key another name."
            )
        return who


def _keep_private(response: Response, *, is_banned: bool) -> None:
    """Keep a response for whoever asked out of shared caches, which see neither address nor browser in ``Vary``.

    What a view says stands, but nobody else gets what was said to the banned.
    """
    # Most responses say nothing of either, and having Werkzeug read them takes long.
    named = {name.lower() for name, _ in response.headers}
    if "vary" in named:
        response.vary.add("Cookie")
    else:
        response.headers.add("Vary", "Cookie")
    if not is_banned and "cache-control" not in named:
        response.headers.add("Cache-Control", "private")
        return
    said = response.cache_control
    if is_banned:
        said.public, said.private, said.no_store = False, True, True
        said.s_maxage = None
    elif not (said.public or said.no_store or said.s_maxage is not None):
        said.private = True


class PhpBB3SessionInterface(SessionInterface):
    """Flask's way to a `PhpBB3Session`; asks nobody anything by itself.

    :param board: the board to ask.
    :param keys: where the application keys of signed-in visitors are kept; None for Flask's signed cookie.
    """

    def __init__(self, board: Board, keys: KeyStore | None) -> None:
        self._board = board
        self._keys = keys
        self._guest_keys = SecureCookieSessionInterface()

    def open_session(self, app: Flask, request: Request) -> PhpBB3Session:
        """Return the session of a request; nothing is asked yet."""
        if getattr(app.extensions.get("socketio"), "manage_session", False):
            self._board.warn_once(
                "Flask-SocketIO puts a copy in the place of the session, which knows nobody in its handlers. Make it "
                "with SocketIO(app, manage_session=False)."
            )
        return PhpBB3Session(self._board, self._keys, request, self._guest_keys, app)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep the application's keys if they changed."""
        if isinstance(session, PhpBB3Session):
            session.save(response)

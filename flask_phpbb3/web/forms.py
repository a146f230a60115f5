"""phpBB's form tokens and link hashes in requests and pages of this site.

A form with `form_token_fields` may be sent to phpBB as well as to a view here, under the name that phpBB gives
that form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from markupsafe import Markup
from werkzeug.exceptions import BadRequest

from ..phpbb.tokens import CREATION_TIME_FIELD, FORM_TOKEN_FIELD
from .current import current_visitor
from .guard import View, guard

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_FIELD = Markup('<input type="hidden" name="{}" value="{}">')


def form_token_fields(form_name: str) -> Markup:
    """Return the two hidden fields with the visitor's token for a form (phpBB rule: Form token).

    :param form_name: the name that phpBB gives the form, such as ``posting``.
    """
    token = current_visitor().make_form_token(form_name)
    return _FIELD.format(CREATION_TIME_FIELD, token.creation_time) + _FIELD.format(
        FORM_TOKEN_FIELD, token.form_token
    )


def check_form(form_name: str, form: Mapping[str, str] | None = None) -> bool:
    """Tell whether a form that was sent was made for the visitor.

    :param form_name: the name of the form.
    :param form: its fields; None for those of the current request.
    """
    fields = request.form if form is None else form
    return current_visitor().check_form_token(
        form_name, fields.get(CREATION_TIME_FIELD), fields.get(FORM_TOKEN_FIELD)
    )


def form_token_required(form_name: str) -> Callable[[View], View]:
    """Answer forms without the visitor's token with 400; GET, HEAD and OPTIONS pass.

    :param form_name: the name of the form.
    """

    def check(_: dict[str, Any]) -> None:
        if request.method not in _SAFE_METHODS and not check_form(form_name):
            raise BadRequest("The form is too old or was not made for you. Open it again and send it anew.")

    return guard(check)


def link_hash_required(link: str, *, parameter: str = "hash") -> Callable[[View], View]:
    """Answer requests without the visitor's link hash with 400 (phpBB rule: Link hash).

    :param link: the name of the link.
    :param parameter: where the hash stands in the query string.
    """

    def check(_: dict[str, Any]) -> None:
        if not current_visitor().check_link_hash(request.args.get(parameter, ""), link):
            raise BadRequest("The link was not made for you. Open the page anew that holds it.")

    return guard(check)

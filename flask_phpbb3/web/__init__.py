"""What a page needs: decorators, addresses of the forum's pages, Jinja helpers, forms.

`flask_phpbb3.web.login` fits Flask-Login and is imported by whoever uses that.
"""

from .caching import visitor_cache_key
from .current import current_visitor
from .decorators import group_required, login_required, permission_required
from .forms import check_form, form_token_fields, form_token_required, link_hash_required
from .keepalive import keep_alive
from .lists import pagination
from .refusal import SignInRequired, refuse
from .urls import BoardUrls

__all__ = [
    "BoardUrls",
    "SignInRequired",
    "check_form",
    "current_visitor",
    "form_token_fields",
    "form_token_required",
    "group_required",
    "keep_alive",
    "link_hash_required",
    "login_required",
    "pagination",
    "permission_required",
    "refuse",
    "visitor_cache_key",
]

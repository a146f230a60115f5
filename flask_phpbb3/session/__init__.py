"""``flask.session``: who the visitor is, what they may do, and the application's own keys.

Knows no page and no address of the site.
"""

"""The board of one application: calling statements by name, and what is known of the board for a short time.

Knows nothing of requests, sessions or pages.
"""

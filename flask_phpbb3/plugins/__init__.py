"""What a plugin author reads: the hooks, `Driver`, `Version`, named statements; and finding plugins by name.

Knows nothing of a particular database client or release line, and never asks a board.
"""

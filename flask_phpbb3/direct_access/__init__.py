"""Asking a database over DB-API 2: connections, deadlines, and a client's errors in our words.

Knows no statement and no database module; each driver brings its own.
"""

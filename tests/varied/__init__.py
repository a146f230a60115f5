"""A miniature board with something of everything, and answers about it that our code had no part in.

They are written by hand from the rules in ``docs/phpbb-behaviour.md``, or found by loops over the rows of the
tables (``…_by_rows``) that follow the words of these rules one by one. No recorded board is needed.
"""

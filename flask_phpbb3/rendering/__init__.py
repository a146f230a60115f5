"""Stored text → the HTML that phpBB shows. Pure: no database, no web."""

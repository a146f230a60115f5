"""A driver that answers from a file, and a version with one statement more."""

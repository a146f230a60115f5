"""phpBB's own rules as pure functions: permissions, the session test, bans, addresses, text, hashes, config.php.

Knows no database, no plugin and no web framework: values go in, answers come out.
"""

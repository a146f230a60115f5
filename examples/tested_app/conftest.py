"""The fixtures `phpbb3_board` and `phpbb3_settings`: a forum of the test's own."""

pytest_plugins = ["flask_phpbb3.testing.fixtures"]

"""Suites that a driver's or a version's author runs over the plugin with pytest.

A test file is one import and one subclass::

    from flask_phpbb3.testing.conformance import BoardUnderTest, DriverSuite

    class TestMyDriver(DriverSuite):
        @pytest.fixture(scope="class")
        @classmethod
        def subject(cls, tmp_path_factory):
            ...  # build a MiniatureBoard where the driver can reach it
            yield BoardUnderTest(board=board, config={"PHPBB3": {"DRIVER": "mydriver"}, ...})

`VersionSuite` is used the same way, and `NamedDriverSuite` for a driver that speaks no SQL. Only this
package needs pytest.
"""

import pytest

pytest.register_assert_rewrite(
    *(f"{__name__}.{name}" for name in ("answers", "base", "errors", "limits", "named", "outages", "version"))
)

from flask_phpbb3.testing.conformance.driver import DriverSuite  # noqa: E402 - after the registration
from flask_phpbb3.testing.conformance.named import Answer, NamedDriverSuite  # noqa: E402
from flask_phpbb3.testing.conformance.subject import BoardUnderTest, ServerUnderTest  # noqa: E402
from flask_phpbb3.testing.conformance.version import VersionSuite  # noqa: E402
from flask_phpbb3.testing.conformance.words import Words  # noqa: E402

__all__ = [
    "Answer",
    "BoardUnderTest",
    "DriverSuite",
    "NamedDriverSuite",
    "ServerUnderTest",
    "VersionSuite",
    "Words",
]

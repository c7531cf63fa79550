"""A cockpit served to browsers, and what it tells of itself."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import psutil

from cockpit.settings import ROOT
from tests.installation import Installation

# Writes down every address the process connects to or looks up.
TELL_TALE = """
import os, sys

def note(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        with open(os.environ["TELL_TALE"], "a") as file:
            file.write(f"{event}\\t{arguments[1] if event == 'socket.connect' else arguments[0]}\\n")

sys.addaudithook(note)
note("socket.connect", (None, ("127.0.0.1", "start")))
"""
LOOPBACK = ("127.0.0.1", "::1", "localhost", "0.0.0.0")


class Served:
    """A running cockpit: its installation, its address, its process and what it logged."""

    def __init__(self, installation: Installation, folder: Path) -> None:
        self.installation = installation
        self.log = folder / "server.log"
        self.told = folder / "connections.tsv"
        self.told.touch()
        site = folder / "site"
        site.mkdir()
        (site / "sitecustomize.py").write_text(TELL_TALE, "utf-8")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        environment = os.environ | {
            "COCKPIT_HOME": str(installation.home),
            "COCKPIT_THREADS": "1",
            "TELL_TALE": str(self.told),
            "PYTHONPATH": str(site),
            "TZ": "UTC",
        }
        command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]
        command += ["--server.address", "127.0.0.1", "--server.port", str(self.port)]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
            )

    def wait(self) -> None:
        for _ in range(240):
            try:
                urlopen(f"{self.address}/_stcore/health").close()
                return
            except OSError:
                assert self.process.poll() is None, self.log.read_text("utf-8")
                time.sleep(0.25)
        raise AssertionError(self.log.read_text("utf-8"))

    def strangers(self) -> list[str]:
        """Return whom the server talked to, or listens to, other than this machine."""
        told = self.told.read_text("utf-8").splitlines()
        assert told, "the server was not watched"
        found = [line for line in told if not any(host in line for host in LOOPBACK)]
        for process in (mine := psutil.Process(self.process.pid), *mine.children(recursive=True)):
            for one in process.net_connections():
                found += [str(end) for end in (one.laddr, one.raddr) if end and end.ip not in LOOPBACK]
        return found


@contextmanager
def serving(installation: Installation, folder: Path) -> Iterator[Served]:
    served = Served(installation, folder)
    try:
        served.wait()
        yield served
        assert served.strangers() == []
        assert "Traceback" not in served.log.read_text("utf-8"), served.log.read_text("utf-8")
    finally:
        served.process.terminate()
        served.process.wait()

"""`cockpit serve`: open the cockpit on the snapshot in service."""

import argparse
import os
import subprocess
import sys

from cockpit.settings import ROOT, Settings, settings


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Name the arguments of `cockpit serve`."""
    command = subparsers.add_parser("serve", help="启动驾驶舱（使用现有快照）")
    command.set_defaults(run=lambda _options: serve(settings()))


# Whoever connects from this machine is believed who they forward for unless this is empty: behind a proxy that passes
# headers on, anybody could then name the address of a big screen, or a new one at each try to sign in.
TRUSTED = "FORWARDED_ALLOW_IPS"


def serve(settings_: Settings) -> int:
    """Run the server until it is stopped, and return its exit code."""
    server = [
        *("--server.address", settings_.host),
        *("--server.port", str(settings_.port)),
        *("--browser.serverAddress", settings_.host),
    ]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), *server]
    try:
        return subprocess.run(command, cwd=ROOT, env={TRUSTED: "", **os.environ}, check=False).returncode
    except KeyboardInterrupt:
        return 0

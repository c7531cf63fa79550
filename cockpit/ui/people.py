"""People: accounts by the names that others know them by."""

import time
from functools import lru_cache

from cockpit.ledger import account, open_ledger
from cockpit.settings import settings
from cockpit.ui import wording

KEPT_SECONDS = 300


def named(username: object) -> str:
    """Return the name of an account with its user name; a dash for none, the user name alone for an unknown one."""
    if not isinstance(username, str) or not username:
        return wording.NOTHING
    return _named(username, int(time.monotonic() / KEPT_SECONDS))


@lru_cache(maxsize=4096)
def _named(username: str, _period: int) -> str:
    found = account.find(open_ledger(settings()), username)
    return f"{found.name}（{username}）" if found else username

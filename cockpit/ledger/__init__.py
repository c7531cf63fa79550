"""What people decide and who they are: accounts, audit, migrations."""

from cockpit.ledger.store import Ledger, open_ledger

__all__ = ["Ledger", "open_ledger"]

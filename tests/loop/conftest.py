"""A fresh ledger a test on SQLite and on PostgreSQL."""

from tests.postgres import ledger, settings

__all__ = ["ledger", "settings"]

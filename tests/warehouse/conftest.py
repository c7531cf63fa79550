"""The fixture `warehouse` for the tests of this folder."""

from tests.warehouse.store import warehouse

__all__ = ["warehouse"]

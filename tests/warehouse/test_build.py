"""What a build puts into a snapshot."""
from tests.warehouse.store import Warehouse


def test_x(warehouse: Warehouse) -> None:
    warehouse.insert("region", [{"code": "990000000000", "name": "省"}])
    assert warehouse.build().exists()

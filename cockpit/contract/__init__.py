"""The data contract: one module a source table, in the order in which they are loaded."""

from cockpit.contract import (
    alert,
    alert_event,
    asset,
    complaint,
    complaint_event,
    disclosure,
    disclosure_item,
    fund_publication,
    industry,
    labour,
    procurement,
    rating_note,
    rectification,
    region,
    relief,
    seal,
    supervision_document,
    unit,
    village_project,
)
from cockpit.contract.table import Check, Column, Table

TABLES: dict[str, Table] = {
    module.TABLE.name: module.TABLE
    for module in (
        region,
        unit,
        industry,
        disclosure_item,
        complaint,
        complaint_event,
        alert,
        alert_event,
        village_project,
        asset,
        labour,
        procurement,
        relief,
        seal,
        disclosure,
        fund_publication,
        rectification,
        supervision_document,
        rating_note,
    )
}

__all__ = ["TABLES", "Check", "Column", "Table"]

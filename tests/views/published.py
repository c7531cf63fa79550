"""What tiny snapshots tell of disclosure and funds: every village and two items, every region and a fund."""

from datetime import date

from cockpit import region_code

ITEMS = (
    {"code": "GK1", "name": "收支明细", "category": "财务收支", "interval_days": 30},
    {"code": "GK2", "name": "班子分工", "category": "党务公开", "interval_days": 365},
)
TYPES = {
    "disclosure_item": "code varchar, name varchar, category varchar, interval_days bigint",
    "disclosure_state": "region_code varchar, item_code varchar, published_on date, due_on date, state varchar",
    "disclosure_count": "level varchar, region_code varchar, parent varchar, item_code varchar,"
    " village_count bigint, public_count bigint, late_count bigint, missing_count bigint",
    "fund_year": "level varchar, region_code varchar, parent varchar, fund varchar, year integer, paid_sum double,"
    " payment_count bigint, recipient_count bigint, published_sum double, publication_count bigint,"
    " published_recipient_count bigint, latest_on date",
}


def rows(regions: dict[str, tuple[str, str | None, int]]) -> dict[str, list[dict[str, object]]]:
    """Let each village be late with the first item and never have shown the second; pay 100 yuan everywhere."""
    villages = [code for code in sorted(regions) if region_code.level(code) == "village"]
    above = [code for code in sorted(regions) if region_code.level(code) != "village"]
    return {
        "disclosure_item": [dict(item) for item in ITEMS],
        "disclosure_state": [
            {
                "region_code": code,
                "item_code": item,
                "published_on": shown,
                "due_on": date(2026, 9, 1),
                "state": "late" if shown else "missing",
            }
            for code in villages
            for item, shown in (("GK1", date(2026, 8, 2)), ("GK2", None))
        ],
        "disclosure_count": [
            {
                "level": region_code.level(code),
                "region_code": code,
                "parent": regions[code][1],
                "item_code": item,
                "village_count": count,
                "public_count": 0,
                "late_count": count if item == "GK1" else 0,
                "missing_count": count if item == "GK2" else 0,
            }
            for code in above
            if (count := sum(region_code.contains(code, village) for village in villages))
            for item in ("GK1", "GK2")
        ],
        "fund_year": [
            {
                "level": region_code.level(code),
                "region_code": code,
                "parent": parent,
                "fund": "临时救助",
                "year": 2026,
                "paid_sum": 100.0,
                "payment_count": 1,
                "recipient_count": 1,
                "published_sum": 100.0,
                "publication_count": 1,
                "published_recipient_count": 1,
                "latest_on": date(2026, 9, 1),
            }
            for code, (_, parent, _) in sorted(regions.items())
        ],
    }

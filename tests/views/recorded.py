"""What tiny snapshots tell of the six modules: a record of each in every village, and what is counted of it."""

from datetime import date

from cockpit import region_code

MODULES = ("village_project", "asset", "labour", "procurement", "relief", "seal")
_SHARED = (
    "id varchar, region_code varchar, title varchar, occurred_on date, reported_on date, amount double, stage varchar,"
    " completed_on date, day date, is_in_period boolean, is_late_entry boolean, "
)
_COUNTS = (
    *("record_count", "item_count", "dated_count", "late_count", "open_count", "over_count"),
    *("untendered_count", "near_threshold_count", "changed_count", "single_bid_count", "current_count"),
    *("running_count", "due_soon_count", "idle_count", "arrears_count", "person_day_count"),
    *("cadre_day_count", "cadre_count", "person_count", "single_source_count", "overlap_count"),
    *("unapproved_count", "unnumbered_count"),
)
_NUMBERS = (
    *("amount_sum", "arrears_sum", "pay_sum", "item_rate", "late_share", "over_share", "arrears_share"),
    *("pay_per_day", "cadre_share", "single_source_share", "unapproved_share"),
)
TYPES = {
    "village_project": _SHARED + "estimate double, award_method varchar, bidder_count bigint,"
    " contract_amount double, contractor_code varchar, paid_amount double, progress double, changes bigint,"
    " is_open boolean, is_current boolean, is_over boolean, is_untendered boolean, is_near_threshold boolean,"
    " is_changed boolean, is_single_bid boolean",
    "asset": _SHARED + "kind varchar, area double, lessee varchar, lease_from date, lease_to date,"
    " rent_due double, rent_paid double, is_running boolean, is_due_soon boolean, is_idle boolean, arrears double",
    "labour": _SHARED + "person varchar, worked_on date, hours double, pay double, is_cadre boolean",
    "procurement": _SHARED + "supplier_code varchar, method varchar, quotes bigint, is_single_source boolean",
    "relief": _SHARED + "scheme varchar, recipient varchar, household_size bigint, is_overlap boolean",
    "seal": _SHARED + "purpose varchar, approver varchar, document_no varchar, is_unapproved boolean,"
    " is_unnumbered boolean",
    "module_figure": "region_code varchar, module varchar, population bigint, peer_group varchar,"
    + "".join(f" {name} bigint," for name in _COUNTS)
    + "".join(f" {name} double," for name in _NUMBERS)
    + " latest_on date",
    "module_peer": "peer_group varchar, module varchar, figure varchar, count_place bigint, low double,"
    " mid double, high double",
}


def rows(regions: dict[str, tuple[str, str | None, int]]) -> dict[str, list[dict[str, object]]]:
    """Let each village have one record of the period in each module, entered late."""
    villages = [code for code in sorted(regions) if region_code.level(code) == "village"]
    on = date(2026, 9, 1)
    return {
        **{
            module: [
                {
                    "id": f"{module}{code}",
                    "region_code": code,
                    "title": "事项",
                    "occurred_on": on,
                    "reported_on": date(2026, 9, 30),
                    "day": on,
                    "is_in_period": True,
                    "is_late_entry": True,
                }
                for code in villages
            ]
            for module in MODULES
        },
        "module_figure": [
            {
                "region_code": code,
                "module": module,
                "population": regions[code][2],
                "peer_group": "村",
                "record_count": 1,
                "item_count": 1,
                "dated_count": 1,
                "late_count": 1,
                "latest_on": on,
            }
            for code in villages
            for module in MODULES
        ],
        "module_peer": [
            {"peer_group": "村", "module": "labour", "figure": "pay_per_day", "count_place": 5, "high": 200.0}
        ],
    }

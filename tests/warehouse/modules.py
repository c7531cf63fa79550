"""A town made by hand for the six modules: one village a state and module, and villages to be compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from tests.warehouse.store import Warehouse

AS_OF = datetime(2025, 11, 20, 12)
TODAY = AS_OF.date()
COUNTY, TOWN, NEXT_TOWN = "990101000000", "990101001000", "990101002000"
MODULES = ("village_project", "asset", "labour", "procurement", "relief", "seal")
RECENT = {"occurred_on": date(2025, 11, 3), "reported_on": date(2025, 11, 4)}
OLD = {"occurred_on": date(2023, 5, 8), "reported_on": date(2023, 5, 9)}


@dataclass(frozen=True)
class Case:
    """A village: the module it is about, its records there, its alerts, and what its tile must say."""

    module: str
    state: str
    reasons: tuple[str, ...]
    records: tuple[dict[str, Any], ...] = ()
    alerts: tuple[dict[str, Any], ...] = ()
    sentences: tuple[str, ...] = field(default=())


RED = {"level": "red", "raised_at": AS_OF - timedelta(hours=2)}
LYING = {"level": "blue", "raised_at": datetime(2025, 3, 3, 9)}
BLUE = {"level": "blue", "raised_at": AS_OF - timedelta(hours=2)}
PROJECT = {
    "title": "道路",
    "estimate": 300_000,
    "contract_amount": 290_000,
    "paid_amount": 290_000,
    "changes": 1,
}
LEASE = {"lease_from": date(2025, 1, 1), "lease_to": date(2029, 12, 31), "rent_due": 900, "rent_paid": 900}
USE = {"purpose": "出具证明", "approver": "王**", "document_no": "1号"}


def _worked(person: str, day: int, *, is_cadre: bool = False) -> dict[str, Any]:
    on = date(2025, 10, day)
    return {
        "person": person,
        "day": on,
        "pay": 120,
        "is_cadre": is_cadre,
        "occurred_on": on,
        "reported_on": on,
    }


CASES = (
    Case(
        "village_project",
        "alarm",
        ("untendered", "late", "changed"),
        (
            PROJECT
            | RECENT
            | {"estimate": 4_000_000, "award_method": "直接发包", "contract_amount": 3_990_000},
            PROJECT | {"occurred_on": date(2025, 9, 26), "reported_on": date(2025, 10, 14)},
            PROJECT | {"occurred_on": date(2025, 1, 24), "reported_on": date(2025, 2, 11), "changes": 0},
        ),
        sentences=(
            "有 1 个预算达到 400 万元的工程没有公开招标",
            "本期 3 项中有 2 项超过 7 个工作日才填报",
            "有 2 个工程变更过合同",
        ),
    ),
    Case(
        "village_project",
        "watch",
        ("over", "near_threshold", "missing"),
        # Begun before the period and still open.
        (PROJECT | OLD | {"estimate": 3_600_000, "contract_amount": 100, "paid_amount": 101},),
        sentences=(
            "有 1 个工程付款超过合同，或合同超过预算",
            "有 1 个工程的预算刚好低于 400 万元，请核对是否拆分",
            "本期没有记录，最近一次填报在 2023-05-09",
        ),
    ),
    Case(
        "village_project",
        "normal",
        (),
        (
            PROJECT | RECENT | {"estimate": 4_000_000, "award_method": "公开招标"},
            # Over long ago, and done.
            PROJECT | OLD | {"paid_amount": 300_000, "completed_on": date(2023, 8, 1)},
        ),
    ),
    Case(
        "village_project",
        "none",
        ("missing",),
        (PROJECT | OLD | {"completed_on": date(2023, 8, 1)},),
        sentences=("本期没有记录，最近一次填报在 2023-05-09",),
    ),
    Case(
        "asset",
        "alarm",
        ("red", "missing"),
        alerts=(RED,),
        sentences=("有 1 条红色预警尚未办结", "从未填报过"),
    ),
    Case(
        "asset",
        "watch",
        ("arrears", "due_soon", "idle"),
        (
            LEASE | RECENT | {"title": "鱼塘", "rent_paid": 300},
            # The last day and the ninetieth from now; the ninety-first is far enough.
            LEASE | OLD | {"title": "门面", "lease_to": TODAY + timedelta(days=90)},
            LEASE | OLD | {"title": "山林", "lease_to": TODAY + timedelta(days=91)},
            LEASE | OLD | {"title": "仓库", "lease_to": TODAY},
            LEASE
            | OLD
            | {"title": "果园", "lease_from": date(2020, 1, 1), "lease_to": TODAY - timedelta(days=1)},
        ),
        sentences=(
            "有 1 项资产的租金没有收齐，共欠 600 元",
            "有 2 项租约 90 天内到期，尚未续签",
            "有 1 项资产租约已到期，之后没有新的租约",
        ),
    ),
    Case(
        "asset",
        "normal",
        (),
        (
            # Let anew after it ended.
            LEASE | OLD | {"title": "鱼塘", "lease_from": date(2020, 1, 1), "lease_to": date(2024, 12, 31)},
            LEASE | RECENT | {"title": "鱼塘"},
        ),
    ),
    Case("asset", "none", ("missing",), sentences=("从未填报过",)),
    Case(
        "labour",
        "alarm",
        ("overdue",),
        (_worked("p1", 9),),
        (LYING,),
        ("有 1 条预警超过当前环节的期限",),
    ),
    Case(
        "labour",
        "watch",
        ("cadre",),
        (_worked("p1", 9, is_cadre=True), _worked("p1", 10, is_cadre=True), _worked("p2", 10)),
        sentences=("本期 3 个人日中有 2 个是村干部的，请核对是否符合规定",),
    ),
    Case("labour", "normal", (), (_worked("p1", 9, is_cadre=True), _worked("p2", 9))),
    Case(
        "labour",
        "none",
        ("missing",),
        # The day before the period begins.
        ({"day": date(2024, 11, 20), "pay": 100, "person": "p1"},),
        sentences=("本期没有记录，最近一次填报在 2024-11-20",),
    ),
    Case("procurement", "alarm", ("overdue", "alert"), (RECENT | {"quotes": 3},), (LYING, BLUE)),
    Case(
        "procurement",
        "watch",
        ("single_source",),
        (
            RECENT | {"quotes": 1, "method": "询价"},
            RECENT | {"quotes": 3, "method": "直接采购"},
            RECENT | {"quotes": None, "method": "单一来源采购"},
            RECENT | {"quotes": 3, "method": "询价"},
            RECENT | {"quotes": None, "method": None},
        ),
        sentences=("本期 5 项采购中有 3 项直接采购或只有一家报价",),
    ),
    Case(
        "procurement",
        "normal",
        (),
        (RECENT | {"quotes": 1}, RECENT | {"quotes": 1}),
    ),
    Case("procurement", "none", ("missing",)),
    Case("relief", "alarm", ("red",), (RECENT | {"scheme": "低保", "recipient": "r1"},), (RED,)),
    Case(
        "relief",
        "watch",
        ("overlap",),
        (
            RECENT | {"scheme": "低保", "recipient": "r1"},
            RECENT | {"scheme": "临时救助", "recipient": "r1"},
            RECENT | {"scheme": "低保", "recipient": "r2"},
        ),
        # One person is not told as one.
        sentences=("本期领取两项以上救助的人数为 不足 5，请核对是否重复",),
    ),
    Case(
        "relief",
        "normal",
        (),
        (
            # Twice of one scheme; another one before the period.
            RECENT | {"scheme": "低保", "recipient": "r1"},
            RECENT | {"scheme": "低保", "recipient": "r1"},
            OLD | {"scheme": "临时救助", "recipient": "r1"},
        ),
    ),
    Case("relief", "none", ("missing",)),
    Case("seal", "alarm", ("overdue",), (RECENT | USE,), (LYING,)),
    Case(
        "seal",
        "watch",
        ("unapproved",),
        (RECENT | USE | {"approver": " "}, RECENT | USE | {"document_no": None}),
        sentences=("有 1 次用印没有登记审批人",),
    ),
    Case("seal", "normal", (), (RECENT | USE,)),
    Case("seal", "none", ("missing",)),
    # Nothing entered for years, and let all the while.
    Case("asset", "normal", (), (LEASE | OLD | {"lease_to": TODAY + timedelta(days=400)},)),
)


def village(number: int) -> str:
    return f"9901010010{number:02}"


# Villages alike in the next town: pay per person-day, one day each; the last has three and is far above.
PAY = (100, 110, 120, 130, 200)


def alike(number: int) -> str:
    return f"9901010020{number:02}"


def fill(warehouse: Warehouse) -> None:
    """Put the town into a warehouse: CASES[n] is village(n + 1)."""
    warehouse.insert(
        "region",
        [
            *(
                {"code": code, "name": name}
                for code, name in (
                    ("990000000000", "省"),
                    ("990100000000", "市"),
                    (COUNTY, "县"),
                    (TOWN, "镇"),
                    (NEXT_TOWN, "乡"),
                )
            ),
            *(
                {"code": village(number), "name": f"村{number}", "population": 1500}
                for number in range(1, len(CASES) + 1)
            ),
            *(
                {"code": alike(number), "name": f"第{number}社区", "population": 800}
                for number in range(1, len(PAY) + 1)
            ),
            {"code": alike(20), "name": "旧社区", "population": 800, "valid_to": date(2020, 1, 1)},
        ],
    )
    for number, case in enumerate(CASES, 1):
        place = {"region_code": village(number)}
        warehouse.insert(
            case.module, [{"id": f"{number}-{at}", **place, **one} for at, one in enumerate(case.records)]
        )
        warehouse.insert(
            "alert",
            [
                {"id": f"a{number}-{at}", **place, "module": case.module, **one}
                for at, one in enumerate(case.alerts)
            ],
        )
    warehouse.insert(
        "labour",
        [
            {"id": f"w{number}-{at}", "region_code": alike(number), **_worked(f"p{at}", 9), "pay": pay}
            for number, pay in enumerate(PAY, 1)
            for at in range(3 if number == len(PAY) else 1)
        ],
    )
    # At the town: of no village. It sets the day of the whole.
    warehouse.insert("complaint", [{"id": "last", "region_code": TOWN, "received_at": AS_OF}])

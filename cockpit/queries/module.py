"""Frames of the six village modules: states and what they come from, records, villages alike, complaints and rectification.

Each is a function of a scope, empty outside of it. Records name no industry and no unit: who sees some of them alone sees none.
The period is the twelve months up to the data date (`period`), both days included.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from cockpit.contract.codes import MODULE
from cockpit.queries.listing import Page
from cockpit.queries.module_rules import STATES, Reason, Rule, judged, rules_of, states
from cockpit.queries.named import QUERIES, Query, fetch, fetch_arrays
from cockpit.scope import Scope
from cockpit.settings import Settings
from cockpit.settings import settings as process_settings
from cockpit.views.store import store

__all__ = [
    "ACTIVITIES",
    "FLAGS",
    "MODULES",
    "PEER_FIGURES",
    "STATES",
    "PeerFigure",
    "Reason",
    "Rule",
    "Satisfaction",
    "labour_days",
    "meaning",
    "modules",
    "peers",
    "period",
    "project_stages",
    "records",
    "rectifications",
    "rules_of",
    "satisfaction",
    "seal_days",
    "suggestions",
    "town_board",
]

MODULES = tuple(MODULE)
ACTIVITIES = {"active": "正常填报", "silent": "沉默", "no_data": "无数据"}


@dataclass(frozen=True)
class Flag:
    """What a list of records may be narrowed to: its label, and the figure of `modules` that counts just these rows."""

    label: str
    figure: str


_ALL = {"period": Flag("本期", "item_count"), "late": Flag("迟填", "late_count")}
FLAGS: dict[str, dict[str, Flag]] = {
    "village_project": {
        **_ALL,
        "open": Flag("未完工", "open_count"),
        "over": Flag("超支", "over_count"),
        "untendered": Flag("应招未招", "untendered_count"),
        "near_threshold": Flag("接近招标标准", "near_threshold_count"),
        "changed": Flag("合同变更", "changed_count"),
        "single_bid": Flag("只有一家投标", "single_bid_count"),
    },
    "asset": {
        **_ALL,
        "running": Flag("租约有效", "running_count"),
        "due_soon": Flag("90 天内到期", "due_soon_count"),
        "idle": Flag("闲置", "idle_count"),
        "arrears": Flag("欠租", "arrears_count"),
    },
    "labour": {**_ALL, "cadre": Flag("村干部", "cadre_day_count")},
    "procurement": {**_ALL, "single_source": Flag("单一来源", "single_source_count")},
    "relief": {**_ALL, "overlap": Flag("救助交叉", "overlap_count")},
    "seal": {
        **_ALL,
        "unapproved": Flag("无审批人", "unapproved_count"),
        "unnumbered": Flag("无文件编号", "unnumbered_count"),
    },
}


@dataclass(frozen=True)
class PeerFigure:
    """A figure compared with villages alike: label, unit (`%` for a share of 0 to 1), what is divided by what."""

    label: str
    unit: str
    definition: str


PEER_FIGURES: dict[str, PeerFigure] = {
    "item_rate": PeerFigure("业务量", "项/千人", "本期记录数除以常住人口，每千人"),
    "late_share": PeerFigure("迟填占比", "%", "本期迟填的记录除以发生、填报日期都有的记录"),
    "over_share": PeerFigure("超支占比", "%", "超支的工程除以本期或未完工的工程"),
    "arrears_share": PeerFigure("欠租占比", "%", "租金没有收齐的资产除以全部资产记录"),
    "pay_per_day": PeerFigure("每人每天报酬", "元", "本期报酬除以用工人日"),
    "cadre_share": PeerFigure("村干部用工占比", "%", "村干部的人日除以本期用工人日"),
    "single_source_share": PeerFigure("单一来源占比", "%", "直接采购或只有一家报价的除以本期采购"),
    "unapproved_share": PeerFigure("无审批人占比", "%", "没有登记审批人的用印除以本期用印"),
}

_STATE = Query("module_state", "六模块：各村各模块的数字与预警")
_VILLAGE = Query("module_village", "六模块：各村填报与预警")
_RECORDS = {module: Query(f"module_{module}", f"六模块：{label}清单") for module, label in MODULE.items()}
_LABOUR_DAY = Query("module_labour_day", "六模块：劳务用工，按人按天")
_SEAL_DAY = Query("module_seal_day", "六模块：用印，按天按事由")
_STAGE = Query("module_stage", "六模块：村级工程，按环节")
_PEERS = Query("module_peers", "六模块：与同类村比")
_SUGGESTION = Query("module_suggestion", "一村的建议与投诉")
_RECTIFICATION = Query("module_rectification", "一地的整改")
_SATISFACTION = Query("module_satisfaction", "一村的满意情况")


def period(scope: Scope, *, settings: Settings | None = None) -> tuple[date, date] | None:
    """Return the first and last day that "this period" means, both included; None to who is not signed in."""
    with store(settings).reader(scope) as reader:
        row = fetch(reader, QUERIES["build"], {})
    return None if row.empty else (row["period_from"].iloc[0].date(), row["period_to"].iloc[0].date())


def meaning(rule: Rule, *, settings: Settings | None = None) -> str:
    """Return in Chinese when a rule holds."""
    return rule.meaning.format_map(_words(settings or process_settings()))


def modules(scope: Scope, region: str | None, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return one row per village of today in a region (or the scope, for None) and module; six rows each.

    Columns: those of the view module_figure (of the period, if not said otherwise there; nan for what another module counts),
    name, town_name, open_alert_count, red_count and overdue_count of open alerts, other_alert_count (neither red nor overdue), pay_high (what nine
    tenths of the villages alike pay per person-day at most), state (a key of STATES), reasons (a tuple of Reason, the heaviest first, empty where
    the state is normal). Alerts are as decided by now. `overlap_count`, `cadre_count` and `person_count` are persons: show them through
    `wording.persons`.
    """
    with store(settings).reader(scope) as reader:
        frame = pd.DataFrame(fetch_arrays(reader, _STATE, {"region": region}))
    return judged(frame, _words(settings or process_settings()))


def town_board(scope: Scope, region: str | None, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return one row per village of today in a region (or the scope, for None).

    Columns: region_code, name, town_name, activity (a key of ACTIVITIES), latest_on (of any module or complaint), a state
    per module (six columns named by it), alarm_count and watch_count (of modules), item_count, late_count and dated_count of all modules,
    open_alert_count, red_count, overdue_count and overdue_ids (a tuple, the earliest due first) of the village's open alerts, of a module or none.
    """
    settings = settings or process_settings()
    with store(settings).reader(scope) as reader:
        told = fetch_arrays(reader, _STATE, {"region": region})
        village = fetch(reader, _VILLAGE, {"region": region, "days": settings.silence_days})
    # Six rows a village, in the order of MODULES.
    by_module = {
        name: told[name].reshape(-1, len(MODULES)) for name in ("item_count", "late_count", "dated_count")
    }
    found = states(told).reshape(-1, len(MODULES))
    board = pd.DataFrame(
        {
            **{name: told[name][:: len(MODULES)] for name in ("region_code", "name", "town_name")},
            **{module: found[:, at] for at, module in enumerate(MODULES)},
            "alarm_count": (found == "alarm").sum(axis=1),
            "watch_count": (found == "watch").sum(axis=1),
            **{name: counts.sum(axis=1) for name, counts in by_module.items()},
        }
    ).merge(village, on="region_code", how="left")
    ids = [tuple(one) if isinstance(one, np.ndarray | list) else () for one in board["overdue_ids"]]
    return board.assign(overdue_ids=pd.Series(ids, index=board.index, dtype=object))


def records(
    scope: Scope,
    village: str,
    module: str,
    *,
    flag: str | None = None,
    page: int = 1,
    rows: int | None = None,
    settings: Settings | None = None,
) -> Page:
    """Return one page (from 1) of a village's records of a module, the newest first, of any time.

    `flag` is one of FLAGS[module] and leaves those that its figure counts (overlap counts persons, cadre person-days: the list has their
    records); ValueError for another, KeyError for no module. Columns are those of the view named as the module but region_code; `person` and
    `recipient` are the first six characters of the pseudonym, `lessee` and `approver` masked names.
    """
    if flag is not None and flag not in FLAGS[module]:
        raise ValueError(f"not a flag of {module}: {flag!r}")
    rows = rows or (settings or process_settings()).list_page_rows
    asked = {"village": village, "flag": flag, "rows": rows, "skipped": (max(page, 1) - 1) * rows}
    with store(settings).reader(scope) as reader:
        frame = fetch(reader, _RECORDS[module], asked)
    total = int(frame.pop("total").max()) if len(frame) else 0
    return Page(frame, total)


def labour_days(scope: Scope, village: str, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return person (six characters of the pseudonym), day, is_cadre, hours, pay (yuan) of the period, by day."""
    return _of_village(_LABOUR_DAY, scope, village, settings)


def seal_days(scope: Scope, village: str, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return day, purpose ('' for none), use_count, unapproved_count, unnumbered_count of the period, by day."""
    return _of_village(_SEAL_DAY, scope, village, settings)


def project_stages(scope: Scope, village: str, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return the projects of the period or still open by stage ('' for none), the most first.

    Columns: stage, project_count, open_count, over_count, changed_count, estimate_sum, contract_sum, paid_sum (yuan).
    """
    return _of_village(_STAGE, scope, village, settings)


def peers(scope: Scope, village: str, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return a village's figures beside the band of the villages of its type and size.

    Columns: module, figure (a key of PEER_FIGURES), peer_group, value (nan where the village has none), low, mid, high (a tenth,
    half and nine tenths of the villages that have the figure lie below; nan under five of them), count_place.
    """
    return _of_village(_PEERS, scope, village, settings)


def suggestions(scope: Scope, village: str, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return the complaints received from a village in the period, the newest first.

    Columns: id, received_at, category, channel, subject, stage, due_at, is_closed, is_overdue, first_action_at (the first step
    after it was taken in), first_action_days, closed_at, result_days, outcome, reply (the note of the answer), satisfaction (1–5).
    """
    return _of_village(_SUGGESTION, scope, village, settings)


def rectifications(scope: Scope, region: str | None, *, settings: Settings | None = None) -> pd.DataFrame:
    """Return the problem lists, campaigns and rules of a region and its parts: overdue first, then open, by due date.

    Columns: id, kind, region_code, region_name, unit_name, title, started_on, due_on, completed_on, result, is_completed,
    is_overdue.
    """
    with store(settings).reader(scope) as reader:
        return fetch(reader, _RECTIFICATION, {"region": region})


@dataclass(frozen=True)
class Satisfaction:
    """Complaints received from a village in the period: how many, closed, rated, and rated 4 or 5."""

    complaints: int
    closed: int
    rated: int
    satisfied: int


def satisfaction(scope: Scope, village: str, *, settings: Settings | None = None) -> Satisfaction:
    """Return how many residents who rated were satisfied; zeros outside the scope."""
    row = _of_village(_SATISFACTION, scope, village, settings).iloc[0]
    return Satisfaction(*(int(value) for value in row))


def _of_village(query: Query, scope: Scope, village: str, settings: Settings | None) -> pd.DataFrame:
    with store(settings).reader(scope) as reader:
        return fetch(reader, query, {"village": village})


def _words(settings: Settings) -> dict[str, str]:
    return {
        "tender": f"{settings.tender_threshold_yuan / 10_000:,g}",
        "limit": str(settings.entry_limit_days),
    }

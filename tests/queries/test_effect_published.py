"""The published figures of DOMAIN.md, out of rows generated so that they add up to them."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import numpy as np
import pytest

from cockpit import settings as settings_module
from cockpit.queries import Filters, effect
from cockpit.queries.effect import Cohorts
from cockpit.scope import ALL, Scope
from cockpit.ui.effect import document, headline
from tests.installation import Installation

ZHEJIANG, ZHENGZHOU, JIANGXI, ZHAODONG, GANSU = (f"{province}0000000000" for province in range(95, 100))
INDUSTRIES = [f"{number:02}" for number in range(1, 12)]
YEAR = (date(2025, 1, 1), date(2025, 12, 31))
SCOPE = Scope("x", "leader", (ZHEJIANG, ZHENGZHOU, JIANGXI, ZHAODONG, GANSU), (ALL,), (ALL,))
rng = np.random.default_rng(5)
Row = dict[str, object]


def share_out(total: int, parts: int) -> list[int]:
    """Return whole numbers that add up to a total."""
    return [int(one) for one in rng.multinomial(total, np.full(parts, 1 / parts))]


def moment(number: int) -> datetime:
    return datetime(2025, 1, 1, 9) + timedelta(days=number % 330, minutes=number % 400)


def alert(place: str, number: int, **more: object) -> Row:
    return {
        "id": f"{place[:2]}-{number}",
        "raised_at": moment(number),
        "level": ("red", "yellow", "blue")[number % 3],
        "source": "collision",
        "region_code": place,
        "model": "模型",
        "industry_code": INDUSTRIES[number % 11],
        **more,
    }


def disposed(of: Row, disposition: str, days: int = 9, **more: object) -> Row:
    at = moment(int(str(of["id"])[3:])) + timedelta(days=days)
    return {"alert_id": of["id"], "stage": "disposed", "at": at, "disposition": disposition, **more}


def zhejiang() -> dict[str, list[Row]]:
    alerts = [alert(ZHEJIANG, number) for number in range(27_800)]
    events = [
        disposed(one, "talk", persons=persons, recovered=yuan)
        for one, persons, yuan in zip(
            alerts, share_out(2_539, 27_800), share_out(26_728_800, 27_800), strict=True
        )
        if persons or yuan
    ]
    towns = [f"950101{town:03}000" for town in (1, 2, 3)]
    villages = [f"{town[:9]}{number:03}" for town in towns for number in range(1, 1000)][:2_857]
    parents = ["950100000000", "950101000000", *towns]
    kinds = [
        *(("problem_list", "city") for _ in range(220)),
        *(("campaign", "county") for _ in range(89)),
        *(("rule", "province") for _ in range(9)),
        *(("rule", "city" if number % 4 else "county") for number in range(116)),
    ]
    return {
        "region": [{"code": code, "name": f"地{code}"} for code in (*parents, *villages)],
        "alert": alerts,
        "alert_event": events,
        # All but two villages have a record of some module.
        "labour": [
            {"id": f"L{code}", "region_code": code, "occurred_on": "2025-06-05"} for code in villages[1:-1]
        ],
        "rectification": [
            {
                "id": f"Z{number}",
                "kind": kind,
                "level": level,
                "region_code": ZHEJIANG if level == "province" else "950100000000",
                "title": "整改",
                "started_on": f"{moment(number):%Y-%m-%d}",
            }
            for number, (kind, level) in enumerate(kinds)
        ],
    }


def zhengzhou() -> dict[str, list[Row]]:
    sources = ("collision", "investigation", "inspection")
    alerts = [alert(ZHENGZHOU, number, source=sources[number % 3]) for number in range(1_199)]
    clues, sanctions = alerts[:177], alerts[:71]
    persons = [1 + more for more in share_out(98 - 71, 71)]
    return {
        "alert": alerts,
        "alert_event": [
            *(disposed(one, "clue") for one in clues),
            # Later, and of the same alerts: what became a clue stays one.
            *(
                disposed(one, "sanction", 60, persons=count)
                for one, count in zip(sanctions, persons, strict=True)
            ),
        ],
    }


def jiangxi() -> dict[str, list[Row]]:
    return {
        "alert": [alert(JIANGXI, number, model=f"模型 {number % 131:03}") for number in range(799)],
    }


def zhaodong() -> dict[str, list[Row]]:
    alerts = [alert(ZHAODONG, number) for number in range(400)]
    kinds = {"proposal": 367, "assignment": 423, "clue_approval": 37}
    return {
        "alert": alerts,
        "alert_event": [
            *(disposed(one, "case_filed") for one in alerts[:106]),
            *(disposed(one, "sanction", persons=1) for one in alerts[200:306]),
        ],
        "supervision_document": [
            {
                "id": f"{kind}-{number}",
                "kind": kind,
                "region_code": ZHAODONG,
                "issued_on": f"{moment(number):%Y-%m-%d}",
            }
            for kind, count in kinds.items()
            for number in range(count)
        ],
    }


def gansu() -> dict[str, list[Row]]:
    return {
        "complaint": [
            {
                "id": f"G{number}",
                "received_at": moment(number),
                "region_code": GANSU,
                "closed_at": moment(number) + timedelta(days=20) if number < 21_434 else "",
            }
            for number in range(22_230)
        ],
    }


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("published")
    made = Installation(folder / "home")
    rows: dict[str, list[Row]] = {
        "region": [{"code": code, "name": f"地{code[:2]}"} for code in SCOPE.regions],
        "industry": [{"code": code, "name": f"领域{code}"} for code in INDUSTRIES],
    }
    for of in (zhejiang(), zhengzhou(), jiangxi(), zhaodong(), gansu()):
        for table, some in of.items():
            rows.setdefault(table, []).extend(some)
    made.load(folder / "source", **rows)
    made.build()
    patch = pytest.MonkeyPatch()
    patch.setenv("COCKPIT_HOME", str(made.home))
    settings_module.settings.cache_clear()
    yield made
    patch.undo()
    settings_module.settings.cache_clear()


@pytest.fixture
def figures(published: Installation, request: pytest.FixtureRequest) -> dict[str, tuple[str, str]]:
    """What the page shows for a place: value and note by label."""
    return {
        figure.label: (figure.value, figure.note)
        for figure in headline.figures(SCOPE, Filters(request.param, None, *YEAR))
    }


def cohorts(place: str) -> Cohorts:
    return effect.cohorts(SCOPE, Filters(place, None, *YEAR))


@pytest.mark.parametrize("figures", [ZHEJIANG], indirect=True)
def test_zhejiang(figures: dict[str, tuple[str, str]]) -> None:
    total = cohorts(ZHEJIANG).total
    assert (total["alert_count"], total["persons_sum"], total["recovered_sum"]) == (27_800, 2_539, 26_728_800)
    assert figures["预警（条）"][0] == "27,800"
    assert figures["处理人数（人）"][0] == "2,539"
    assert figures["追回金额（万元）"][0] == "2,672.88"
    assert figures["村级覆盖"][1] == "2,855 / 2,857 个村"
    assert figures["问题清单（份）"][0] == "220"
    assert figures["专项治理（项）"][0] == "89"
    assert figures["制度（项）"] == ("125", "省级 9，市县级 116")
    rows = effect.coverage(SCOPE, Filters(ZHEJIANG, None, *YEAR))
    assert rows is not None
    assert round(100 * rows["covered_count"].sum() / rows["village_count"].sum(), 2) == 99.93
    assert figures["村级覆盖"][0] == "99.93%"


@pytest.mark.parametrize("figures", [ZHENGZHOU], indirect=True)
def test_zhengzhou(figures: dict[str, tuple[str, str]]) -> None:
    found = cohorts(ZHENGZHOU)
    names = ["alert_count", "clue_count", "sanctioned_sum"]
    assert [found.total[name] for name in names] == [1_199, 177, 98]
    assert figures["预警（条）"][0] == "1,199"
    assert figures["转问题线索（条）"] == ("177", "占预警 14.8%")
    assert figures["处分人数（人）"] == ("98", "与线索数之比 55.4%")
    by_source = found.by("source").set_index("key")[names]
    assert set(by_source.index) == {"collision", "investigation", "inspection"}
    assert by_source.sum().tolist() == [1_199, 177, 98]
    assert (by_source["clue_count"] == 59).all()


@pytest.mark.parametrize("figures", [JIANGXI], indirect=True)
def test_jiangxi(figures: dict[str, tuple[str, str]]) -> None:
    assert figures["预警（条）"] == ("799", "131 个监督模型，11 个领域")
    found = cohorts(JIANGXI)
    assert len(found.by("model")) == 131
    assert len(found.by("industry")) == 11
    assert found.by("model")["alert_count"].sum() == 799


@pytest.mark.parametrize("figures", [ZHAODONG], indirect=True)
def test_zhaodong_stands_side_by_side(figures: dict[str, tuple[str, str]]) -> None:
    _, beside = document.panels(SCOPE, Filters(ZHAODONG, None, *YEAR))
    assert beside.data is not None
    told = dict(zip(beside.data["事项"], beside.data["数量"], strict=True))
    assert told["建议书"] == 367
    assert told["分办函"] == 423
    assert told["问题线索审批单"] == 37
    assert (told["立案"], told["党纪政务处分"]) == (106, 106)
    # 37 before 106: no share, no order of steps is made of them.
    assert list(beside.data.columns) == ["事项", "数量", "口径"]
    assert "不是逐级漏斗" in beside.reading
    assert "%" not in beside.data.to_string()


@pytest.mark.parametrize("figures", [GANSU], indirect=True)
def test_gansu(figures: dict[str, tuple[str, str]]) -> None:
    assert figures["投诉办结"] == ("96.42%", "受理 22,230 件，办结 21,434 件")


def test_places_do_not_add_to_each_other(published: Installation) -> None:
    found = effect.cohorts(SCOPE, Filters(None, None, *YEAR))
    parts = found.by("region").set_index("key")["alert_count"]
    assert parts.to_dict() == {ZHEJIANG: 27_800, ZHENGZHOU: 1_199, JIANGXI: 799, ZHAODONG: 400}
    assert found.total["alert_count"] == parts.sum()

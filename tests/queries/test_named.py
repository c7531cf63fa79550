"""Named queries as the shell sees them, and what a narrow scope never sees through any of them."""

import itertools
import json

import pytest

from cockpit import queries
from cockpit.cli import main
from cockpit.error import CockpitError
from cockpit.queries import QUERIES, Filters, alert_list, complaint_list, overview, run
from cockpit.scope import ALL, Scope
from tests.views import tiny

OWN, NEXT, TOWN = "990101001001", "990101001002", "990101001000"
PROVINCE = Scope("x", "leader", ("990000000000",), (ALL,), (ALL,))
STATION = Scope("s", "station", (OWN,), (ALL,), (ALL,))
AUDITOR = Scope("a", "auditor", ("990000000000",), (ALL,), (ALL,))
SECRET = "邻村机密"


@pytest.fixture
def world() -> tiny.World:
    return tiny.World(
        [
            tiny.Complaint("own", OWN, tiny.day("2026-01-05"), "edu", "u1", tiny.day("2026-01-08"), 5),
            tiny.Complaint("next", NEXT, tiny.day("2026-02-05"), "edu", "u1", subject=SECRET, text=SECRET),
            tiny.Complaint("town", TOWN, tiny.day("2026-03-05"), "env", None, subject=SECRET),
            tiny.Complaint("far", "990200003000", tiny.day("2026-03-09"), None, "u2", subject="100%_x"),
        ],
        [
            tiny.Alert("own", OWN, tiny.day("2026-01-05"), "edu", "u1"),
            tiny.Alert("next", NEXT, tiny.day("2026-02-05"), "edu", "u1", "blue", title=SECRET),
            tiny.Alert("town", TOWN, tiny.day("2026-03-05"), None, None, "yellow", title=SECRET),
        ],
    )


@pytest.fixture
def full(home, world):
    tiny.write(home, world)
    return home


REGIONS = [None, "", OWN, NEXT, TOWN, "990101000000", "990000000000", "990101001003", "000000000000"]
MORE = {
    "id": ["own", "next", "town", "far", "' or 1=1 --", "%"],
    "search": [None, SECRET, "邻村", "%", "' or 1=1 --"],
    "stage": [None, "accepted", "raised"],
    "state": [None, "open"],
    "level": [None, "blue"],
    "days": ["90"],
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_station_sees_nothing_of_the_next_village(full, name: str) -> None:
    query = QUERIES[name]
    axes = {"region": REGIONS, **MORE}
    keys = [key for key in axes if key in query.parameters]
    for values in itertools.product(*(axes[key] for key in keys)):
        given = {key: value for key, value in zip(keys, values, strict=True) if value}
        if "id" in keys and "id" not in given:
            continue
        frame = run(name, STATION, given, settings=full)
        text = frame.to_csv(index=False)
        assert SECRET not in text
        assert NEXT not in text
        if name.endswith("_summary"):
            assert frame.iloc[:, 0].sum() <= 1
        if name.endswith(("_detail", "_events")):
            assert len(frame) == int(given["id"] == "own")
        if name.startswith(("complaint", "alert")) and given.get("region") not in (None, OWN):
            assert not len(frame), given


@pytest.mark.parametrize("region", [NEXT, TOWN, "990000000000", "990101001003", "nonsense", "'"])
def test_an_edited_link_opens_nothing(full, region: str) -> None:
    filters = Filters(region=region)
    assert complaint_list(STATION, filters, settings=full).total == 0
    assert alert_list(STATION, filters, settings=full).total == 0
    shown = overview(STATION, filters, settings=full)
    assert shown.complaint_now["complaint_count"].sum() == 0
    assert shown.alert_now["alert_count"].sum() == 0
    assert not shown.focus.parts
    assert not len(shown.complaint_by_region)
    assert not len(queries.region_children(STATION, region, settings=full))
    assert not len(queries.region_path(STATION, region, settings=full))
    assert not len(queries.boundaries(STATION, region, settings=full))


@pytest.mark.parametrize("name", [name for name in QUERIES if name.startswith(("complaint", "alert"))])
def test_an_auditor_sees_no_case_rows(full, name: str) -> None:
    given = {key: MORE[key][0] for key in ("id", "days") if key in QUERIES[name].parameters}
    assert not len(run(name, AUDITOR, given, settings=full))


def test_days_are_exact_and_inclusive(full) -> None:
    def count(**given: str) -> int:
        given = {name.rstrip("_"): value for name, value in given.items()}
        return int(run("complaint_summary", PROVINCE, given, settings=full)["complaint_count"].iloc[0])

    assert count(from_="2026-01-05", to="2026-01-05") == 1
    assert count(from_="2026-01-06", to="2026-02-04") == 0
    assert count(from_="2026-01-05", to="2026-03-04") == 2
    assert count(from_="2026-02", to="2026-03") == 3
    assert count(from_="2026-03") == 2
    assert count(to="2026-01") == 1


def test_a_search_takes_its_text_as_it_is(full) -> None:
    def found(search: str) -> list[str]:
        return list(complaint_list(PROVINCE, Filters(), search=search, settings=full).frame["id"])

    assert found("%_") == ["far"]
    assert found("%") == ["far"]
    assert found("_") == ["far"]
    assert found("邻村") == ["town", "next"]
    assert found("OWN") == ["town", "own"]


def test_pages_cut_one_stable_order(home) -> None:
    tiny.write(
        home, tiny.World([tiny.Complaint(f"c{i:02d}", OWN, tiny.day("2026-01-05")) for i in range(25)])
    )
    pages = [
        complaint_list(PROVINCE, Filters(), sort="satisfaction", page=page, rows=10, settings=home)
        for page in (1, 2, 3, 4)
    ]
    assert [len(page.frame) for page in pages] == [10, 10, 5, 0]
    assert {page.total for page in pages} == {25}
    ids = [one for page in pages for one in page.frame["id"]]
    assert ids == sorted(ids, reverse=True)
    with pytest.raises(ValueError, match="not a sort column"):
        complaint_list(PROVINCE, Filters(), sort="id; drop table x", settings=home)


def test_alerts_sort_by_how_serious_they_are(full) -> None:
    page = alert_list(PROVINCE, Filters(), sort="alert_level", settings=full)
    assert list(page.frame["alert_level"]) == ["red", "yellow", "blue"]


def test_silent_parts_appear_with_zeros_and_the_rest_by_itself(full) -> None:
    frame = run("complaint_by_region", PROVINCE, {"region": TOWN}, settings=full)
    assert list(frame["name"]) == ["戊村", "己村", "本级（未细分）"]
    assert list(frame["complaint_count"]) == [1, 1, 1]
    assert list(frame["region_code"])[-1] == TOWN
    silent = run("complaint_by_region", PROVINCE, {"region": "990100000000"}, settings=full)
    assert dict(zip(silent["name"], silent["complaint_count"], strict=True)) == {"丙县": 3, "辛县": 0}


def test_a_city_without_counties_shows_its_towns(full) -> None:
    frame = run("complaint_by_region", PROVINCE, {"region": "990200000000"}, settings=full)
    assert dict(zip(frame["name"], frame["complaint_count"], strict=True)) == {"癸镇": 1}


@pytest.mark.parametrize(
    ("name", "given", "sentence"),
    [
        ("nothing", {}, "没有名为 nothing 的查询"),
        ("complaint_summary", {"city": "x"}, "没有参数 city"),
        ("complaint_summary", {"region": "99"}, "须为 12 位区划代码"),
        ("complaint_summary", {"from": "2026-13"}, "须为 YYYY-MM-DD"),
        ("complaint_summary", {"to": "9999-12-31"}, "须为 YYYY-MM-DD"),
        ("alert_summary", {"level": "purple"}, "red、yellow、blue"),
        ("complaint_detail", {}, "需要参数 id"),
        ("complaint_list", {"sort": "text"}, "不能按 text 排序"),
        ("complaint_list", {"page": "0"}, "须为正整数"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(full, name: str, given: dict[str, str], sentence: str) -> None:
    with pytest.raises(CockpitError, match=sentence):
        run(name, PROVINCE, given, settings=full)


@pytest.fixture
def shell(full, monkeypatch):
    monkeypatch.setattr("cockpit.cli.query.settings", lambda: full)
    monkeypatch.setattr("cockpit.views.store.process_settings", lambda: full)
    monkeypatch.setattr("cockpit.queries.named.process_settings", lambda: full)
    return full


def test_the_shell_prints_json_csv_and_a_table(shell, capsys) -> None:
    scope = ["--scope", "990101000000"]
    assert main(["query", "complaint_summary", *scope, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["complaint_count"] == 3
    assert main(["query", "complaint_by_month", *scope, "--param", "from=2026-02", "--format", "csv"]) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("2026-02-01,1,")
    assert main(["query", "complaint_list", *scope, "--industry", "env", "--param", "rows=1"]) == 0
    assert "town" in capsys.readouterr().out
    assert main(["query", "complaint_detail", "--scope", OWN, "--param", "id=next"]) == 0
    assert capsys.readouterr().out == "（没有数据）\n"


def test_the_shell_lists_all_queries(shell, capsys) -> None:
    assert main(["query"]) == 0
    text = capsys.readouterr().out
    assert all(name in text for name in QUERIES)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["complaint_summary"], "说明以谁的权限查询"),
        (["complaint_summary", "--as", "nobody"], "没有账号 nobody"),
        (["complaint_summary", "--scope", "99"], "12 位区划代码"),
        (["complaint_summary", "--scope", OWN, "--param", "region"], "名=值"),
        (["complaint_summary", "--as", "room", "--unit", "u1"], "只能与 --scope 同用"),
        (["nothing", "--scope", OWN], "没有名为 nothing 的查询"),
    ],
)
def test_the_shell_refuses_clearly(shell, capsys, arguments: list[str], sentence: str) -> None:
    assert main(["query", *arguments]) == 2
    assert sentence in capsys.readouterr().err


def test_the_shell_takes_the_scope_of_an_account(shell, capsys) -> None:
    from cockpit.ledger import account, open_ledger

    ledger = open_ledger(shell)
    password = account.generated_password("station1")
    account.add(
        ledger,
        "station1",
        name="联络站",
        role="station",
        password=password,
        regions=(OWN,),
        industries=(ALL,),
        units=(ALL,),
        who="test",
    )
    assert main(["query", "complaint_summary", "--as", "station1", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["complaint_count"] == 1
    account.set_disabled(ledger, "station1", True, who="test")
    assert main(["query", "complaint_summary", "--as", "station1"]) == 2
    assert "已停用" in capsys.readouterr().err

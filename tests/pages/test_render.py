import ast
import json
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import pages
from cockpit import queries
from cockpit.ledger import audit
from cockpit.queries import Filters
from cockpit.scope import CASE_ROLES, ROLES, Scope
from cockpit.settings import ROOT
from pages import overview
from tests.installation import Installation
from tests.pages.conftest import Open, said
from tests.views import tiny

SLUGS = [entry.slug for entry in pages.ENTRIES]
EVERYTHING = ("*",)


@pytest.mark.parametrize("role", ROLES)
def test_every_page_for_every_role(open_page: Open, fresh_installation: Installation, role: str) -> None:
    scope = fresh_installation.scope(role)
    for entry in pages.ENTRIES:
        page = open_page(scope, entry.slug)
        text = said(page)
        # What fills the screen has no frame to say these.
        is_alone = entry.is_alone and role in entry.roles
        assert is_alone or "演示数据" in text
        assert is_alone != (entry.module.TITLE in [heading.value for heading in page.subheader])
        is_closed = any("无权查看" in error.value for error in page.error)
        assert is_closed == (role not in entry.roles), entry.slug
        assert len(page.error) == is_closed, [error.value for error in page.error]
        assert entry.slug in ("ecology", "disclosure") or (len(page.metric) > 0) == (
            entry.slug in ("overview", "heat", "effect") and role in entry.roles
        )
        if is_closed:
            assert len(page.dataframe) == 0
            [last] = audit.entries(fresh_installation.ledger, who=role, limit=1)
            assert last.action == "denied"


def test_roles_have_the_pages_they_should() -> None:
    listed = {role: [one.slug for one in pages.ENTRIES if one.is_listed(role)] for role in ROLES}
    cases = [
        "overview",
        "analysis",
        "tasks",
        "station",
        "complaints",
        "heat",
        "alerts",
        "effect",
        "ecology",
        "disclosure",
    ]
    above = [*cases[:4], "town", *cases[4:]]
    assert listed == dict.fromkeys(CASE_ROLES, cases) | {
        "leader": [*above, "screen"],
        "room": above,
        "auditor": ["audit"],
        "admin": ["status", "intake", "accounts"],
        "kiosk": ["screen"],
    }
    assert {role: pages.landing(role).slug for role in ROLES} == {
        **dict.fromkeys(CASE_ROLES, "overview"),
        "station": "station",
        "auditor": "audit",
        "admin": "status",
        "kiosk": "screen",
    }


def test_every_page_file_is_an_entry_and_does_nothing_when_imported() -> None:
    files = [path for path in (ROOT / "pages").glob("*.py") if path.stem != "__init__"]
    assert sorted(path.stem for path in files) == sorted(SLUGS)
    for path in files:
        for node in ast.parse(path.read_text("utf-8")).body:
            is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
            assert not is_call, (path.name, ast.unparse(node))


@pytest.mark.parametrize("slug", ["overview", "complaints", "alerts"])
def test_figures_are_those_of_the_scope(open_page: Open, fresh_installation: Installation, slug: str) -> None:
    for username in ("leader", "room", "team", "station", "neighbour"):
        scope = fresh_installation.scope(username)
        data = queries.overview(scope, Filters(), settings=fresh_installation.settings)
        complaints = int(data.complaint_now["complaint_count"].iloc[0])
        alerts = int(data.alert_now["alert_count"].iloc[0])
        page = open_page(scope, slug)
        if slug == "overview":
            shown = {metric.label.partition("（")[0]: metric.value for metric in page.metric}
            assert shown["投诉量"].split()[0] == f"{complaints:,}"
            assert shown["预警量"].split()[0] == f"{alerts:,}"
        else:
            count = complaints if slug == "complaints" else alerts
            assert f"共 **{count:,}** " in said(page)
            assert len(page.dataframe) == (1 if count else 0)


def test_lists_without_rows_say_so(open_page: Open, fresh_installation: Installation) -> None:
    scope = fresh_installation.scope("station")
    for slug, label in (("complaints", "投诉"), ("alerts", "预警")):
        page = open_page(scope, slug, from_="2001-01", to="2001-02")
        assert f"没有{label}" in said(page)
        assert not page.dataframe
        assert not page.get("download_button")


@pytest.mark.parametrize("asked", ["9" * 50, "9" * 5000, "0", "-3", "x", "²", "1e9"])
def test_a_page_that_is_none_shows_rows_all_the_same(
    open_page: Open, fresh_installation: Installation, asked: str
) -> None:
    page = open_page(fresh_installation.scope("leader"), "complaints", complaint_page=asked)
    assert "本页第" in said(page)
    assert not page.error, [error.value for error in page.error]


def test_months_at_the_end_of_the_calendar_fail_nowhere(
    open_page: Open, fresh_installation: Installation
) -> None:
    for month in ("0001-01", "9999-12"):
        page = open_page(fresh_installation.scope("leader"), "overview", from_=month, to=month)
        assert said(page)
        assert not page.error, [error.value for error in page.error]


def test_details_without_a_record(open_page: Open, fresh_installation: Installation) -> None:
    scope = fresh_installation.scope("neighbour")
    for slug in ("complaint", "alert"):
        assert "请从清单中选择一条记录" in said(open_page(scope, slug))
        for name in ("NASTY-HTML", "nothing", "' or 1=1 --"):
            page = open_page(scope, slug, id=name)
            assert "没有这条记录，或不在您的可见范围内" in said(page)
            [last] = audit.entries(fresh_installation.ledger, who="neighbour", limit=1)
            assert (last.action, last.target) == ("denied", f"{slug}/{name}")


def test_a_detail_is_recorded_once_a_session(open_page: Open, fresh_installation: Installation) -> None:
    scope = fresh_installation.scope("room")
    before = audit.count(fresh_installation.ledger, who="room", action="view")
    page = open_page(scope, "complaint", id="NASTY-HTML")
    page.run()
    page.run()
    assert audit.count(fresh_installation.ledger, who="room", action="view") == before + 1


@pytest.mark.parametrize(
    "scope",
    [
        Scope("x", "room"),
        Scope("x", "room", ("990101000000",)),
        Scope("x", "station", ("880000000000",), EVERYTHING, EVERYTHING),
        Scope("x", "team", ("990101000000",), EVERYTHING, ("no such unit",)),
    ],
    ids=["nothing", "no industries", "nowhere", "no unit"],
)
def test_a_scope_without_rows_shows_none_and_fails_nowhere(open_page: Open, scope: Scope) -> None:
    for slug in ("overview", "complaints", "alerts", "complaint", "alert"):
        page = open_page(scope, slug, id="NASTY-HTML")
        text = said(page)
        assert not page.error, [error.value for error in page.error]
        assert not page.dataframe
        if slug == "overview":
            assert page.metric[0].value.split()[0] == "0"
        else:
            assert "没有" in text


class TestNoSnapshot:
    @pytest.fixture
    def home(self, tmp_path: Path) -> Path:
        return tmp_path

    def test_says_that_there_is_none(self, open_page: Open) -> None:
        scope = Scope("x", "leader", ("990000000000",), EVERYTHING, EVERYTHING)
        for slug in ("", "overview", "complaints", "alerts"):
            page = open_page(scope, slug)
            assert not page.exception
            assert {error.value for error in page.error} == {"还没有可用的数据快照，请先运行 cockpit build。"}
        page = open_page(Scope("x", "admin"), "status")
        assert "还没有可用的数据快照" in said(page)


class TestEmptySnapshot:
    @pytest.fixture
    def home(self, tmp_path: Path) -> Path:
        tiny.write(tiny.settings_in(tmp_path), tiny.World())
        return tmp_path

    @pytest.mark.parametrize("region", ["990000000000", "990101001001"])
    def test_says_why_there_is_nothing(self, open_page: Open, region: str) -> None:
        scope = Scope("x", "leader", (region,), EVERYTHING, EVERYTHING)
        page = open_page(scope, "overview")
        text = said(page)
        assert not page.error
        assert {metric.value for metric in page.metric} <= {"0", "—", "0 件", "0 条", "0 元", "— %", "0 万元"}
        for reason in ("本期没有投诉。", "本期没有预警。", "近 36 个月没有投诉。", "近 36 个月没有预警。"):
            assert reason in text
        for slug, label in (("complaints", "投诉"), ("alerts", "预警")):
            assert f"没有{label}" in said(open_page(scope, slug))


class TestOneComplaint:
    @pytest.fixture
    def home(self, tmp_path: Path) -> Path:
        evil = tiny.Complaint(
            "c1", "990101001001", tiny.day("2026-05-05"), subject="<b>x</b>", text="![a](b)"
        )
        alert = tiny.Alert("a1", "990101001001", tiny.day("2026-05-06"), title="[a](http://b)")
        tiny.write(tiny.settings_in(tmp_path), tiny.World([evil], [alert]))
        return tmp_path

    def test_is_seen_from_above_and_not_from_beside(self, open_page: Open) -> None:
        for region, count in (
            ("990000000000", "1"),
            ("990101001000", "1"),
            ("990101001001", "1"),
            ("990101001002", "0"),
            ("990200000000", "0"),
        ):
            scope = Scope("x", "leader", (region,), EVERYTHING, EVERYTHING)
            page = open_page(scope, "overview")
            assert said(page)
            assert page.metric[0].value.split()[0] == count
            for kind, name in (("complaint", "c1"), ("alert", "a1")):
                text = said(open_page(scope, kind, id=name))
                assert ("没有这条记录" in text) == (count == "0")

    def test_several_regions(self, open_page: Open) -> None:
        scope = Scope("x", "leader", ("990101001002", "990101001001"), EVERYTHING, EVERYTHING)
        page = open_page(scope, "overview")
        assert "全部范围" in [button.label for button in page.button]
        assert page.metric[0].value.split()[0] == "1"


def test_charts_carry_no_rows_of_others(open_page: Open, fresh_installation: Installation) -> None:
    scope = fresh_installation.scope("station")
    page = open_page(scope, "overview")
    assert said(page)
    specs = [json.loads(chart.proto.spec) for chart in page.get("vega_lite_chart") if chart.proto.spec]
    assert specs
    neighbour = fresh_installation.scope("neighbour").regions[0]
    assert all(neighbour not in json.dumps(spec) for spec in specs)


def test_places_without_a_population_have_no_rate() -> None:
    parts = {
        "region_code": ["1", "2", "3"],
        "name": ["甲", "乙", "丙"],
        "population": [1000.0, float("nan"), 0.0],
    }
    data = replace(_blank(), complaint_by_region=pd.DataFrame(parts | {"complaint_count": [4, 5, 6]}))
    rates = overview._rates(data)
    assert rates["code"].tolist() == ["1"]
    assert rates["person_years"].iloc[0] == pytest.approx(1000 * 365 / 365.25)


def _blank() -> queries.Overview:
    names = (field.name for field in fields(queries.Overview))
    period = (date(2025, 1, 1), date(2025, 12, 31))
    return queries.Overview(**dict.fromkeys(names, None) | {"periods": {"now": period}})  # type: ignore[arg-type]

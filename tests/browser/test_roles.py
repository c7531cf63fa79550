"""Each role signs in, lands where it should, sees its menu and its pages, and no others."""

import re

import pytest

import pages
from cockpit import queries
from cockpit.ledger import audit
from cockpit.queries import Filters
from tests.browser.conftest import Visit
from tests.browser.served import Served
from tests.browser.visitor import faults, problems, readable, settled, sign_in, signed_in, slug

pytestmark = pytest.mark.browser

FIRST = ["总览", "投诉分析", "待办", "联络站"]
REST = ["投诉清单", "预警热力", "预警清单", "监督成效", "政治生态", "公开公示"]
CASES = FIRST + REST
ABOVE = [*FIRST, "乡镇看板", *REST]
# Fills the screen: looked at in test_screen.
WALL = "指挥大屏"
MENUS = {
    "leader": [*ABOVE, WALL],
    "room": ABOVE,
    "team": CASES,
    "station": CASES,
    "auditor": ["审计日志"],
    "admin": ["数据状态", "数据接入", "账号管理"],
}
CLOSED = {"auditor": "complaints", "admin": "audit"}
# What a source may say in a title, shown as text among alerts that are alike.
PLANTED = (
    "https://outside.example/x.png",
    "https://outside.example/",
    '<img src="x" onerror="window.hacked=1">',
    "<script>window.hacked=1</script>",
    ":red[",
)
# Names of files, codes and commands.
CODE_LIKE = re.compile(
    r"\b(csv|txt|tsv|xlsx|parquet|ndjson|jsonl|geojson|docx|pdf|MB|GeoJSON|JSON|UTC|App|cockpit (ingest|build)|\d{8}T\d+Z-[0-9a-f]{4}|[A-Z]+[0-9-][A-Z0-9-]*|[0-9A-Z]{18})\b"
)


def foreign(texts: list[str], *known: str) -> list[str]:
    """Return texts with words in Latin letters that are neither codes nor known."""
    rest = ((text, re.sub("|".join(map(re.escape, known)) or "$^", "", text)) for text in texts)
    return [text for text, left in rest if re.search("[A-Za-z]{2,}", CODE_LIKE.sub("", left))]


@pytest.mark.parametrize("role", MENUS)
def test_a_role_sees_its_menu_and_its_pages_in_chinese(visit: Visit, served: Served, role: str) -> None:
    page = visit(None)
    sign_in(page, served, role)
    assert slug(page) == pages.landing(role).slug  # type: ignore[arg-type]
    links = page.get_by_test_id("stSidebar").get_by_test_id("stPageLink")
    names = [
        re.sub(r"（.*）$", "", re.sub(r"^\w+\s+", "", text, flags=re.ASCII).strip())
        for text in links.all_inner_texts()
    ]
    assert names == MENUS[role]

    def look(title: str) -> None:
        page.get_by_role("heading", name=title, exact=True).wait_for()
        settled(page)
        assert problems(page) == []
        assert page.get_by_text("演示数据").first.is_visible()
        english = foreign(readable(page), role, *PLANTED)
        assert not english, f"{title}: {english}"
        # Rooms, teams and stations have the leader's pages.
        if role in ("leader", "auditor", "admin"):
            assert faults(page) == [], title

    for title in MENUS[role]:
        if title == WALL:
            continue
        links.filter(has_text=title).click()
        look(title)
    if role not in CLOSED:
        scope, settings = served.installation.scope(role), served.installation.settings
        for kind, title, found in (
            ("complaint", "投诉详情", queries.complaint_list(scope, Filters(), rows=1, settings=settings)),
            ("alert", "预警详情", queries.alert_list(scope, Filters(), rows=1, settings=settings)),
        ):
            page.goto(f"/{kind}?id={found.frame['id'].iloc[0]}")
            signed_in(page)
            look(title)

    before = audit.count(served.installation.ledger, who=role, action="denied")
    page.goto(f"/{CLOSED.get(role, 'status')}")
    signed_in(page)
    page.get_by_text("无权查看").wait_for()
    assert page.locator("[data-testid=stDataFrame], [data-testid=stMetric]").count() == 0
    assert audit.count(served.installation.ledger, who=role, action="denied") > before

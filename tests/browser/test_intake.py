"""An administrator uploads a file with good and bad rows, tries it, loads it, takes the rejects, builds and publishes."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cockpit import queries
from cockpit.ledger import audit
from tests.browser.conftest import Visit
from tests.browser.served import Served
from tests.browser.test_roles import foreign
from tests.browser.visitor import problems, readable, settled

pytestmark = pytest.mark.browser

JOB_MS = 60_000


def ask(page: Page, label: str, sure: str) -> None:
    page.get_by_role("button", name=label).last.click()
    page.get_by_role("button", name=sure, exact=True).click()


def test_from_upload_to_a_published_snapshot(visit: Visit, served: Served, tmp_path: Path) -> None:
    settings, ledger = served.installation.settings, served.installation.ledger
    village = served.installation.scope("station").regions[0]
    leader, admin = served.installation.scope("leader"), served.installation.scope("admin")
    before = int(
        queries.data_status(admin, settings=settings).set_index("table_name")["count_row"]["complaint"]
    )
    good = [f"INTAKE-{number},2025-11-02,{village},路灯" for number in range(7)]
    bad = [f"INTAKE-7,2025-13-45,{village},张三电话13812345678", "INTAKE-8,2025-11-02,没有此地,桥"]
    path = tmp_path / "complaint.csv"
    path.write_text("\n".join(["id,received_at,region_code,text", *good, *bad, ""]), "utf-8")

    page = visit("admin", "/intake", width=1920, height=1080)
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(path)
    page.get_by_role("button", name="试运行").click()
    told = page.get_by_text(re.compile("^试运行完成，没有写入：读取 9 行，接受 7（其中未变 0），拒绝 2"))
    expect(told).to_be_visible(timeout=JOB_MS)
    assert not settings.rejects_path.exists()
    page.reload()
    expect(told).to_be_visible()
    settled(page)
    assert problems(page) == []
    assert not foreign(
        readable(page),
        "admin",
        "complaint.csv",
        "MB",
        "csv",
        "txt",
        "tsv",
        "xlsx",
        "parquet",
        "ndjson",
        "jsonl",
        "geojson",
    )

    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(path)
    expect(page.get_by_role("button", name="试运行")).to_be_enabled()
    ask(page, "导入", "确认导入")
    expect(page.get_by_text(re.compile("^已导入：读取 9 行，接受 7（其中未变 0），拒绝 2"))).to_be_visible(
        timeout=JOB_MS
    )
    with page.expect_download() as download:
        page.get_by_role("button", name="导出 csv").click()
    lines = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    assert "导出人：admin" in lines[0]
    assert lines[1:] == [
        "文件,行号,列,值,原因",
        "complaint.csv,9,受理时间,2025-13-45,日期无法识别或不存在",
        "complaint.csv,10,区划代码,没有此地,在区划表中找不到，或同名不止一处",
    ]
    # Loaded, and not yet to be seen.
    assert len(queries.complaint_detail(leader, "INTAKE-0", settings=settings)) == 0

    ask(page, "构建并发布", "确认构建")
    expect(page.get_by_text(re.compile("^新快照 .* 已启用，用时"))).to_be_visible(timeout=JOB_MS)
    rows = queries.data_status(admin, settings=settings).set_index("table_name")
    assert int(rows["count_row"]["complaint"]) == before + 7
    page.get_by_text("来源时效", exact=True).click()
    page.get_by_text("按自然日计").wait_for()
    expect(page.get_by_text(queries.build_id(settings=settings)).first).to_be_visible()

    told_of = audit.entries(ledger, who="admin", limit=12)
    kinds = [
        one.action for one in reversed(told_of) if one.action in ("ingest_try", "ingest", "export", "build")
    ]
    assert kinds == ["ingest_try"] * 2 + ["ingest"] * 2 + ["export"] + ["build"] * 2
    jobs = [one for one in told_of if one.action in ("ingest_try", "ingest", "build")]
    assert len({one.session for one in jobs}) == 1
    assert all(one.session for one in jobs)

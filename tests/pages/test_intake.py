"""The intake page: what it shows of jobs, loads, sources and villages, and to whom."""

import json
import os
import signal
import time
from pathlib import Path

import pytest

from cockpit.ingest import job
from cockpit.ingest.job import Order
from cockpit.ledger import audit
from cockpit.scope import ROLES, Scope
from cockpit.settings import Settings
from tests.ingest.test_failure import large
from tests.installation import Installation
from tests.pages.conftest import Open, said
from tests.views import tiny

ADMIN = Scope("x", "admin")


@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
def test_it_is_closed_to_others_and_recorded(
    open_page: Open, fresh_installation: Installation, role: str
) -> None:
    page = open_page(fresh_installation.scope(role), "intake")
    said(page)
    assert [error.value for error in page.error] == ["您的角色无权查看此页。"]
    assert not page.dataframe
    assert not page.get("file_uploader")
    [last] = audit.entries(fresh_installation.ledger, who=role, limit=1)
    assert (last.action, last.target) == ("denied", "intake")


@pytest.fixture
def admin(fresh_installation: Installation) -> Scope:
    return fresh_installation.scope("admin")


def test_each_section(open_page: Open, fresh_installation: Installation, admin: Scope) -> None:
    page = open_page(admin, "intake")
    assert "还没有从本页开始过任务" in said(page)
    assert len(page.get("file_uploader")) == 1
    page = open_page(admin, "intake", intake="装载记录")
    assert "点选一行可下载" in said(page)
    assert set(page.dataframe[0].value.columns) == {
        "时间", "操作人", "文件", "表", "配置", "读取", "接受", "拒绝", "未变",
    }  # fmt: skip
    page = open_page(admin, "intake", intake="沉默村")
    counts = {metric.label: int(metric.value.split()[0].replace(",", "")) for metric in page.metric}
    assert counts["村"] >= counts["沉默村"] + counts["无数据村"] > 0
    assert len(page.dataframe[1].value) == counts["沉默村"] + counts["无数据村"]
    assert not {"标题", "内容"} & set(page.dataframe[1].value.columns)
    assert said(page)


def test_sources_against_their_promise(
    open_page: Open, admin: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COCKPIT_SOURCE_INTERVAL_DAYS", json.dumps({"complaint": 1, "nonsense": 3}))
    page = open_page(admin, "intake", intake="来源时效")
    assert "没有这些表：nonsense" in said(page)
    rows = page.dataframe[0].value.set_index("表名")
    assert rows.loc["complaint", "时效"] == "● 按时"
    assert rows.loc["alert", "时效"] == "○ 未约定"
    assert {metric.label: metric.value for metric in page.metric} == {
        "沉默来源": "0 个",
        "已约定间隔": "2 个",
    }


def test_a_second_admin_sees_that_one_runs(
    open_page: Open, fresh_installation: Installation, admin: Scope
) -> None:
    with job.alone(fresh_installation.settings, "load", "cli:somebody"):
        page = open_page(admin, "intake")
        text = said(page)
        assert "**导入** · cli\\:somebody · 自" in text
        assert "由命令行开始" in text
        buttons = {button.label: button.disabled for button in page.button}
        assert buttons["试运行"] and buttons["确认导入"] and buttons["确认构建"]  # noqa: PT018
    page = open_page(admin, "intake")
    assert {button.label: button.disabled for button in page.button}["确认构建"] is False


class TestAnInstallationOfItsOwn:
    @pytest.fixture
    def home(self, demo_installation: Installation, tmp_path: Path) -> Path:
        return demo_installation.copy(tmp_path / "home").home

    def test_a_killed_load_is_told_and_leaves_the_store(
        self, open_page: Open, home: Path, tmp_path: Path
    ) -> None:
        settings = Settings(home=home, ledger_url="")
        with large(tmp_path / "big.csv", 150_000).open("rb") as file:
            job_id = job.start(settings, Order("load", "x"), [("complaint.csv", file)])
        until = time.monotonic() + 180
        while not (found := job.running(settings)) or found.done < 1:
            assert time.monotonic() < until
            time.sleep(0.02)
        page = open_page(ADMIN, "intake")
        assert "**导入** · x · complaint\\.csv · 自" in said(page)
        assert [button.label for button in page.button if "中止" in button.label] == ["确认中止"]
        os.kill(json.loads((settings.jobs_path / ".lock").read_text())["pid"], signal.SIGKILL)
        while job.running(settings):
            time.sleep(0.02)
        page = open_page(ADMIN, "intake")
        assert "导入被中断（进程或机器停止）：没有写入任何数据，原有数据未变。" in said(page)
        assert not (settings.jobs_path / job_id / "files").exists()


class TestNoSnapshot:
    @pytest.fixture
    def home(self, tmp_path: Path) -> Path:
        return tmp_path

    @pytest.mark.parametrize("section", ["导入与发布", "装载记录", "来源时效", "沉默村"])
    def test_every_section_says_what_is_missing(self, open_page: Open, section: str) -> None:
        text = said(open_page(ADMIN, "intake", intake=section))
        assert ("还没有导入过数据" if section == "装载记录" else "还没有可用的数据快照") in text


class TestVillagesWithoutData:
    @pytest.fixture
    def home(self, tmp_path: Path) -> Path:
        complaint = tiny.Complaint("c1", "990101001001", tiny.AS_OF)
        tiny.write(tiny.settings_in(tmp_path), tiny.World([complaint]))
        return tmp_path

    def test_are_not_called_silent(self, open_page: Open) -> None:
        page = open_page(ADMIN, "intake", intake="沉默村")
        assert {metric.label: metric.value for metric in page.metric} == {
            "村": "2 个",
            "沉默村": "0 个",
            "无数据村": "1 个",
        }
        assert page.dataframe[1].value.values.tolist() == [
            ["丙县", "丁镇", "己村", "990101001002", "无数据", "—"]
        ]

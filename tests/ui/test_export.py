import csv
import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from cockpit.error import CockpitError
from cockpit.ledger import account, audit
from cockpit.ledger import session as sessions
from cockpit.ledger.session import Session
from cockpit.scope import Scope
from cockpit.ui import export, trail
from tests.installation import Installation

ROWS = pd.DataFrame(
    {
        "编号": ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝1+1", "平常", None],
        "数": [1.5, -2, 0, None, 3, 4, 5, 6, 7, 8],
    }
)


def read_csv(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def test_csv_has_the_line_a_mark_for_excel_and_no_formula() -> None:
    body = export.as_csv(ROWS, "谁，何时")
    assert body.startswith(b"\xef\xbb\xbf")
    rows = read_csv(body)
    assert rows[:2] == [["谁，何时"], ["编号", "数"]]
    assert [first for first, _ in rows[2:]] == [
        "'=1+1",
        "'+1",
        "'-1",
        "'@x",
        "'\tx",
        "'\rx",
        "'\nx",
        "'＝1+1",
        "平常",
        "",
    ]
    assert rows[3][1] == "-2.0"


def test_xlsx_has_the_line_and_text_for_formulas() -> None:
    body = export.as_xlsx(ROWS, "谁，何时")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()
    assert rows[0][0] == "谁，何时"
    assert rows[1] == ["编号", "数"]
    assert [line[0] for line in rows[2:6]] == ["=1+1", "+1", "-1", "@x"]
    assert rows[2][1] == 1.5


@pytest.mark.parametrize("write", [export.as_csv, export.as_xlsx])
def test_no_rows(write: object) -> None:
    assert callable(write)
    assert write(ROWS.head(0), "行")


def test_the_line_says_who_when_and_how_many() -> None:
    line = export.watermark(Scope("张三", "room"), 12)
    [moment] = re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", line)
    beijing = datetime.now(UTC).replace(tzinfo=None) + timedelta(hours=8)
    assert abs(datetime.fromisoformat(moment) - beijing) < timedelta(seconds=10)
    assert "张三" in line
    assert "12" in line


class TestTake:
    """An export goes through what holds at the moment it is pressed."""

    @staticmethod
    def press(user: str, installation: Installation, session: Session | None = None) -> bytes:
        held = account.find(installation.ledger, user)
        assert held is not None
        with installation.ledger.write() as connection:
            _, began = sessions.begin(connection, held, hours=8)
        return export._take(
            installation.scope(user),
            session or began,
            {"who": user, "session": began.id, "address": "10.0.0.9"},
            "complaints",
            {"region": "x"},
            lambda: ROWS,
            "csv",
        )

    @pytest.fixture(autouse=True)
    def _installed(self, fresh_installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
        for module in (export, trail):
            monkeypatch.setattr(module, "settings", lambda: fresh_installation.settings)

    def test_is_recorded_with_its_rows(self, fresh_installation: Installation) -> None:
        assert "导出人：room".encode() in self.press("room", fresh_installation)
        [last] = audit.entries(fresh_installation.ledger, who="room", limit=1)
        assert (last.action, last.target, last.count_row) == ("export", "complaints", len(ROWS))

    def test_is_refused_when_the_session_has_ended(self, fresh_installation: Installation) -> None:
        held = account.find(fresh_installation.ledger, "room")
        assert held is not None
        with fresh_installation.ledger.write() as connection:
            _, over = sessions.begin(connection, held, hours=8)
            sessions.end(connection, over.key)
        for session in (over, replace(over, key="0" * 64)):
            with pytest.raises(CockpitError):
                self.press("room", fresh_installation, session)
            [last] = audit.entries(fresh_installation.ledger, who="room", limit=1)
            assert last.action == "denied"

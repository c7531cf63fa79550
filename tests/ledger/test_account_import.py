import io
import re
from pathlib import Path

import bcrypt
import pandas as pd
import pytest
import xlsxwriter

from cockpit.error import CockpitError
from cockpit.ledger import Ledger, account, account_import, audit
from cockpit.ledger.account_import import Places

REGIONS = pd.DataFrame(
    [
        ("990000000000", "清源省", "province"),
        ("990102000000", "清源省甲市乙县", "county"),
        ("990102001000", "清源省甲市乙县丙镇", "town"),
        ("990102001001", "清源省甲市乙县丙镇一村", "village"),
        ("990102001002", "清源省甲市乙县丙镇二村", "village"),
        ("990102001003", "清源省甲市乙县丙镇同名村", "village"),
        ("990102001004", "清源省甲市乙县丙镇同名村", "village"),
        ("990102001005", "清源省甲市乙县丙镇五村", "village"),
    ],
    columns=["code", "full_name", "level"],
)
PLACES = Places(REGIONS, {"edu": "教育", "env": "生态环保"}, {"u1": "水利站", "u2": "学校", "u3": "学校"})
HEADERS = ("用户名", "姓名", "区划代码", "地区路径", "行业", "单位")


def workbook(*rows: tuple[object, ...], headers: tuple[str, ...] = HEADERS, top: int = 0) -> bytes:
    buffer = io.BytesIO()
    table = pd.DataFrame(list(rows), columns=list(headers))
    with pd.ExcelWriter(buffer, engine="xlsxwriter") as writer:
        table.to_excel(writer, index=False, startrow=top)
        if top:
            writer.sheets["Sheet1"].write_string(0, 0, "某某导出")
    return buffer.getvalue()


def check(ledger: Ledger, data: bytes, *, blank_is_all: bool = True) -> account_import.Checked:
    return account_import.check(
        ledger,
        account_import.read(data),
        PLACES,
        file="站.xlsx",
        digest=account_import.digest_of(data),
        blank_is_all=blank_is_all,
    )


def make(ledger: Ledger, checked: account_import.Checked) -> pd.DataFrame:
    return account_import.make(ledger, checked, lambda share: None, who="admin", session="s", address="a")


GOOD = workbook(
    ("", "甲", "990102001001", "", "", ""),
    ("li.si", "乙", 990102001002.0, "清源省/甲市/乙县/丙镇/二村", "教育、env", "水利站"),
    ("", "丙", "", "清源省 甲市 乙县 丙镇", "全部", "*"),
)


def test_good_rows_become_accounts_that_must_change_their_passwords(ledger: Ledger) -> None:
    checked = check(ledger, GOOD)
    assert checked.faults.empty
    assert checked.rejected.empty
    shares: list[float] = []
    made = account_import.make(ledger, checked, shares.append, who="admin")
    assert made.columns.tolist() == ["username", "name", "region", "password"]
    assert made["username"].tolist() == ["z990102001001", "li.si", "z990102001000"]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    for row in made.itertuples():
        held = account.find(ledger, row.username)
        assert held
        assert (held.role, held.must_change_password, held.is_disabled) == ("station", True, False)
        assert held.regions == (row.region,)
        assert held.password_hash.startswith("$2b$04$")
        assert bcrypt.checkpw(row.password.encode(), held.password_hash.encode())
    second = account.find(ledger, "li.si")
    assert second
    assert (second.industries, second.units) == (("edu", "env"), ("u1",))
    first = account.find(ledger, "z990102001001")
    assert first
    assert (first.industries, first.units) == (("*",), ("*",))
    assert made["password"].nunique() == 3


def test_one_row_in_the_audit_without_a_password(ledger: Ledger) -> None:
    made = make(ledger, check(ledger, GOOD))
    [entry] = audit.entries(ledger)
    assert (entry.who, entry.action, entry.target, entry.count_row) == (
        "admin",
        "account_import",
        "站.xlsx",
        3,
    )
    assert (entry.session, entry.address) == ("s", "a")
    assert entry.detail["first"] == ["z990102001001", "li.si", "z990102001000"]
    assert (entry.detail["read"], entry.detail["rejected"]) == (3, 0)
    assert not any(password in str(entry) for password in made["password"])


@pytest.mark.parametrize(
    ("row", "column", "rule"),
    [
        (("", "", "990102001001", "", "", ""), "姓名", "不能为空"),
        (("", "x" * 41, "990102001001", "", "", ""), "姓名", "1 至 40"),
        (("", "a\u202eb", "990102001001", "", "", ""), "姓名", "可见字符"),
        (("Zhang", "甲", "990102001001", "", "", ""), "用户名", "小写字母"),
        (("taken", "甲", "990102001001", "", "", ""), "用户名", "账号已存在"),
        (("", "甲", "990102001005", "", "", ""), "用户名", "该地区的账号已存在"),
        (("", "甲", "", "", "", ""), "区划代码", "至少填一项"),
        (("", "甲", "9901", "", "", ""), "区划代码", "12 位"),
        (("", "甲", "990102001999", "", "", ""), "区划代码", "没有这个区划代码"),
        (("", "甲", "990102000000", "", "", ""), "区划代码", "村或乡镇"),
        (("", "甲", "", "清源省", "", ""), "区划代码", "村或乡镇"),
        (("", "甲", "", "丙镇一村", "", ""), "地区路径", "没有这个地区"),
        (("", "甲", "", "清源省甲市乙县丙镇同名村", "", ""), "地区路径", "同名"),
        (("", "甲", "990102001001", "清源省甲市乙县丙镇二村", "", ""), "地区路径", "不是同一地区"),
        (("", "甲", "990102001001", "", "教育、农业", ""), "行业", "没有这个行业"),
        (("", "甲", "990102001001", "", "", "学校"), "单位", "名称不唯一"),
        (("", "甲", "990102001001", "", "全部、教育", ""), "行业", "没有这个行业"),
    ],
)
def test_every_fault_is_named(ledger: Ledger, row: tuple[str, ...], column: str, rule: str) -> None:
    for username in ("taken", "z990102001005"):
        account.add(ledger, username, name="有", role="auditor", password="correct horse battery", who="test")
    checked = check(ledger, workbook(("ok", "甲", "990102001002", "", "", ""), row))
    [fault] = checked.faults.to_dict("records")
    assert (fault["row"], fault["column"]) == (3, column)
    assert rule in fault["rule"]
    assert checked.accepted["username"].tolist() == ["ok"]
    [rejected] = checked.rejected.to_dict("records")
    assert rejected["原行号"] == 3
    assert f"{column}：" in rejected["原因"]
    assert rule in rejected["原因"]


def test_an_empty_scope_is_a_fault_unless_it_was_said_to_mean_all(ledger: Ledger) -> None:
    checked = check(ledger, GOOD, blank_is_all=False)
    assert checked.accepted["username"].tolist() == ["li.si", "z990102001000"]
    assert checked.faults["column"].tolist() == ["行业", "单位"]


def test_of_two_alike_the_first_is_taken(ledger: Ledger) -> None:
    checked = check(
        ledger,
        workbook(
            ("", "甲", "990102001001", "", "", ""),
            ("", "乙", "990102001001", "", "", ""),
            ("wang", "丙", "990102001001", "", "", ""),
            ("wang", "丁", "990102001002", "", "", ""),
        ),
    )
    assert checked.accepted["row"].tolist() == [2, 4]
    assert checked.faults["rule"].str.contains("重复").tolist() == [True, True]
    assert checked.count_read == len(checked.accepted) + len(checked.rejected)


def test_the_same_file_twice_makes_no_account_twice(ledger: Ledger) -> None:
    checked = check(ledger, GOOD)
    make(ledger, checked)
    again = check(ledger, GOOD)
    assert again.accepted.empty
    assert len(again.rejected) == 3
    with pytest.raises(CockpitError, match="没有可导入的行"):
        make(ledger, again)
    # Two administrators with one file: who comes second makes none.
    with pytest.raises(CockpitError, match=r"已有同名账号（li\.si 等 3 个）"):
        make(ledger, checked)
    assert len(account.accounts(ledger)) == 3
    assert audit.count(ledger) == 1


def test_rejects_come_back_in_the_columns_they_came_in(ledger: Ledger) -> None:
    data = workbook(("甲", "123", "x"), ("乙", "990102001001", "y"), headers=("姓名", "区划代码", "电话"))
    checked = check(ledger, data)
    assert checked.unknown_columns == ("电话",)
    assert checked.rejected.columns.tolist() == ["姓名", "区划代码", "电话", "原行号", "原因"]
    mended = checked.rejected.assign(区划代码="990102001002")
    rows = [tuple(row) for row in mended.itertuples(index=False)]
    back = check(ledger, workbook(*rows, headers=tuple(mended.columns), top=1))
    assert back.accepted[["row", "region"]].values.tolist() == [[3, "990102001002"]]


def test_empty_rows_are_no_rows_and_numbers_stay(ledger: Ledger) -> None:
    checked = check(
        ledger,
        workbook(("", "", "", "", "", ""), ("", "甲", "990102001001", "", "", ""), ("", "", "x", "", "", "")),
    )
    assert checked.count_read == 2
    assert checked.accepted["row"].tolist() == [3]
    assert set(checked.faults["row"]) == {4}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "无法读取"),
        (b"not a workbook", "无法读取"),
        (workbook(headers=HEADERS), "没有数据行"),
        (workbook(("甲",), headers=("名字",)), "表头"),
        (workbook(("甲",), headers=("姓名",)), "地区路径"),
        (workbook(("甲", "1", "2"), headers=("姓名", "区划代码", "区划代码")), "重复"),
    ],
)
def test_what_cannot_be_read_is_said(data: bytes, sentence: str) -> None:
    with pytest.raises(CockpitError, match=sentence):
        account_import.read(data)


def test_a_workbook_that_unpacks_to_too_much_is_left_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account_import, "UNPACKED_MAX", 100)
    with pytest.raises(CockpitError, match="过大"):
        account_import.read(GOOD)
    monkeypatch.undo()
    monkeypatch.setattr(account_import, "ROWS_MAX", 2)
    with pytest.raises(CockpitError, match="至多导入 2 行"):
        account_import.read(GOOD)


def test_nothing_is_made_when_it_cannot_be_recorded(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_values: object, **_more: object) -> None:
        raise CockpitError("审计写不进去")

    monkeypatch.setattr(account_import.audit, "add", fail)
    with pytest.raises(CockpitError, match="审计"):
        make(ledger, check(ledger, GOOD))
    assert account.accounts(ledger) == []


def test_no_password_reaches_the_disk(ledger: Ledger, tmp_path: Path) -> None:
    made = make(ledger, check(ledger, GOOD))
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    for password in made["password"]:
        assert re.fullmatch(r"[a-z0-9-]{19}", password)
        assert not any(password.encode() in body for body in files)


def test_a_cell_in_the_farthest_corner_is_refused_and_ends_nothing() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "区划代码"])
        sheet.write(1_048_575, 16_383, "x")
    with pytest.raises(CockpitError, match=r"无法读取.*远处"):
        account_import.read(buffer.getvalue())

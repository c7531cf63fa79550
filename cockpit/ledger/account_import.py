"""Many station accounts at once from a workbook: read, checked whole, and made in one transaction.

Accepted + rejected = read: of 24,000 villages some are always misspelt, and the others should not wait for
them. The rejects come back as a workbook that can be mended and loaded again, the same file twice makes no
account twice, since a village's account is named after its code.
"""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Unpack

import pandas as pd
from sqlalchemy import insert, select

from cockpit.error import CockpitError
from cockpit.ledger import audit
from cockpit.ledger.account import (
    CODE_PATTERN,
    ONE_TIME_ROUNDS,
    USERNAME_PATTERN,
    generated_password,
    hashed,
)
from cockpit.ledger.audit import By
from cockpit.ledger.store import Ledger
from cockpit.ledger.tables import account, account_scope
from cockpit.scope import ALL, Role

ROLE: Role = "station"
# The columns of the workbook by what they are here; other headers are left aside and named.
COLUMNS = {
    "username": "用户名",
    "name": "姓名",
    "region": "区划代码",
    "path": "地区路径",
    "industries": "行业",
    "units": "单位",
}
LEVELS = ("town", "village")
ROWS_MAX = 100_000
UNPACKED_MAX = 200_000_000
HEADER_ROWS = 5
READ_SECONDS = 120
READER = """
import io, json, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
import python_calamine
book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
json.dump(book.get_sheet_by_index(0).to_python(skip_empty_area=False), sys.stdout, default=str)
"""
UNREADABLE = "文件无法读取，请用 Excel 另存为 .xlsx 后再试；右下远处有内容的，请先删去。"
NAMED_IN_AUDIT = 20
WORKERS = 2
BATCH = 500
SEPARATORS = r"[\s/\\>＞、,，·-]+"
EVERY = ("全部", ALL)


@dataclass(frozen=True)
class Places:
    """The names that a workbook may use: regions (code, full_name, level), industries and units by code."""

    regions: pd.DataFrame
    industries: Mapping[str, str]
    units: Mapping[str, str]


@dataclass(frozen=True)
class Checked:
    """A workbook once checked.

    `accepted` has row, username, name, region, industries, units (tuples); `faults` one line a broken rule:
    row, column, value, rule; `rejected` the rows as they were with their reasons. `rows` count from 1 as the
    workbook's own.
    """

    file: str
    digest: str
    count_read: int
    accepted: pd.DataFrame
    rejected: pd.DataFrame
    faults: pd.DataFrame
    unknown_columns: tuple[str, ...]


def read(data: bytes) -> pd.DataFrame:
    """Return the rows of a workbook's first sheet as text, indexed by their row number in it.

    The columns are those of `COLUMNS` that it has, and unknown ones under their own headers. CockpitError when
    it is no workbook, too large, lacks a column, or has no row.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            is_large = sum(part.file_size for part in archive.infolist()) > UNPACKED_MAX
    except (zipfile.BadZipFile, OSError) as error:
        raise CockpitError(UNREADABLE) from error
    if is_large:
        raise CockpitError("文件过大，请分成几个文件导入。")
    cells = _cells(data)
    at = next((row for row, line in enumerate(cells[:HEADER_ROWS]) if COLUMNS["name"] in line), None)
    if at is None:
        raise CockpitError(f"前 {HEADER_ROWS} 行中没有表头“{COLUMNS['name']}”，请使用模板。")
    headers = [_text(cell) or f"第 {index + 1} 列" for index, cell in enumerate(cells[at])]
    if len(set(headers)) < len(headers):
        raise CockpitError("表头有重复的列名，请使用模板。")
    if not {COLUMNS["region"], COLUMNS["path"]} & set(headers):
        raise CockpitError(f"表头须有“{COLUMNS['region']}”或“{COLUMNS['path']}”。")
    rows = pd.DataFrame(cells[at + 1 :], columns=headers, index=range(at + 2, len(cells) + 1), dtype=object)
    rows = rows.map(_text)
    rows = rows[(rows != "").any(axis=1)]
    if rows.empty:
        raise CockpitError("文件中没有数据行。")
    if len(rows) > ROWS_MAX:
        raise CockpitError(f"一次至多导入 {ROWS_MAX:,} 行，请分成几个文件。")
    return rows.rename(columns={label: name for name, label in COLUMNS.items()})


def check(
    ledger: Ledger, rows: pd.DataFrame, places: Places, *, file: str, digest: str, blank_is_all: bool
) -> Checked:
    """Judge every row by every rule; nothing is written.

    `blank_is_all`: whether an empty industry or unit stands for all of the place's; otherwise it is a fault,
    for an empty scope would see nothing.
    """
    known = rows.reindex(columns=list(COLUMNS), fill_value="")
    faults: list[pd.DataFrame] = []

    def fault(is_so: "pd.Series[bool]", column: str, rule: str) -> None:
        bad = known.loc[is_so, column]
        label = COLUMNS[column]
        faults.append(
            pd.DataFrame({"row": bad.index, "column": label, "value": bad.to_numpy(), "rule": rule})
        )

    region = _regions(known, places.regions, fault)
    name = known["name"]
    fault(name == "", "name", "姓名不能为空")
    fault((name.str.len() > 40) | ~name.map(str.isprintable), "name", "姓名须为 1 至 40 个可见字符")
    username = known["username"].mask(known["username"] == "", "z" + region)
    is_named = known["username"] != ""
    fault(
        is_named & ~username.map(lambda text: bool(USERNAME_PATTERN.fullmatch(text))),
        "username",
        "用户名须为 2 至 32 位小写字母、数字、点、下划线或连字符",
    )
    with ledger.read() as connection:
        taken = set(connection.execute(select(account.c.username)).scalars())
    is_found = region != ""
    is_taken = username.isin(taken)
    is_second = username.duplicated() & (is_named | is_found)
    fault(is_taken & is_named, "username", "账号已存在")
    fault(is_taken & ~is_named, "username", "该地区的账号已存在；如需第二个账号，请填写用户名")
    fault(is_second & is_named, "username", "用户名在文件中重复")
    fault(is_second & ~is_named, "username", "同一地区在文件中重复；如需第二个账号，请填写用户名")
    scope = {}
    for column, names in (("industries", places.industries), ("units", places.units)):
        scope[column], unknown = _codes(known[column], names)
        label = COLUMNS[column]
        fault(unknown, column, f"没有这个{label}，或名称不唯一；多个用顿号分隔，全部请写“全部”")
        if not blank_is_all:
            fault(known[column] == "", column, f"{label}为空：请写“全部”，或在页面上确认留空即全部")
    found = pd.concat(faults).sort_values(["row"], kind="stable", ignore_index=True)
    reasons = (found["column"] + "：" + found["rule"]).groupby(found["row"]).agg("；".join)
    good = ~rows.index.isin(reasons.index)
    accepted = pd.DataFrame(
        {"row": rows.index, "username": username, "name": name, "region": region, **scope}
    )[good].reset_index(drop=True)
    rejected = rows[~good].rename(columns=COLUMNS)
    rejected = rejected.drop(columns=["原行号", "原因"], errors="ignore").assign(
        原行号=rejected.index, 原因=reasons.reindex(rejected.index)
    )
    unknown_columns = tuple(str(name) for name in rows.columns if name not in {*COLUMNS, "原行号", "原因"})
    return Checked(file, digest, len(rows), accepted, rejected, found, unknown_columns)


def digest_of(data: bytes) -> str:
    """Return the SHA-256 of a file, by which the audit knows it again."""
    return hashlib.sha256(data).hexdigest()


def make(
    ledger: Ledger, checked: Checked, progress: Callable[[float], None], **by: Unpack[By]
) -> pd.DataFrame:
    """Make the accepted accounts, all or none, and return username, name, region and one-time password of each.

    The passwords are kept nowhere. `progress` hears of the share done, from 0 to 1. CockpitError when nothing
    was accepted, or an account of one of the names has come into being since the check.
    """
    new = checked.accepted
    if new.empty:
        raise CockpitError("没有可导入的行。")
    usernames = new["username"].tolist()
    passwords = [generated_password(username) for username in usernames]
    # Before the transaction: hashing is slow on purpose, and nobody should wait for it.
    hashes: list[str] = []
    with ThreadPoolExecutor(WORKERS) as pool:
        for start in range(0, len(passwords), BATCH):
            hashes += pool.map(lambda text: hashed(text, ONE_TIME_ROUNDS), passwords[start : start + BATCH])
            progress(0.9 * len(hashes) / len(passwords))
    now = datetime.now(UTC)
    common = {
        "role": ROLE,
        "is_disabled": False,
        "created_at": now,
        "password_changed_at": now,
        "session_epoch": 0,
        "must_change_password": True,
    }
    accounts = [
        {"username": username, "name": name, "password_hash": kept, **common}
        for username, name, kept in zip(usernames, new["name"], hashes, strict=True)
    ]
    scopes = [
        {"username": username, "kind": kind, "value": value}
        for kind, column in (
            ("region", new["region"].map(lambda code: (code,))),
            ("industry", new["industries"]),
            ("unit", new["units"]),
        )
        for username, values in zip(usernames, column, strict=True)
        for value in values
    ]
    with ledger.write() as connection:
        taken = set(connection.execute(select(account.c.username)).scalars()) & set(usernames)
        if taken:
            raise CockpitError(
                f"检查之后已有同名账号（{min(taken)} 等 {len(taken)} 个），未导入，请重新检查。"
            )
        connection.execute(insert(account), accounts)
        connection.execute(insert(account_scope), scopes)
        detail = {
            "read": checked.count_read,
            "rejected": len(checked.rejected),
            "sha256": checked.digest,
            "role": ROLE,
            "first": usernames[:NAMED_IN_AUDIT],
        }
        audit.add(
            connection,
            action="account_import",
            target=checked.file,
            detail=detail,
            count_row=len(usernames),
            **by,
        )
    progress(1.0)
    return new[["username", "name", "region"]].assign(password=passwords)


def _cells(data: bytes) -> list[list[object]]:
    """Return the rows of a workbook's first sheet, read in a process of its own and with bounded memory.

    One cell in the farthest corner makes the library ask for 500 GB, and takes its process with it.
    """
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-I", "-c", READER],
            input=data,
            capture_output=True,
            timeout=READ_SECONDS,
            check=True,
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise CockpitError(UNREADABLE) from error
    found: list[list[object]] = json.loads(done.stdout)
    return found


def _text(cell: object) -> str:
    """Return a cell as a person reads it: a code kept as a number loses its decimal point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _regions(
    known: pd.DataFrame, regions: pd.DataFrame, fault: Callable[["pd.Series[bool]", str, str], None]
) -> "pd.Series[str]":
    """Return the region code of each row, by code or by path, "" where there is none."""
    level = dict(zip(regions["code"], regions["level"], strict=True))
    paths = regions["full_name"].str.replace(SEPARATORS, "", regex=True)
    unique = ~paths.duplicated(keep=False)
    code_of = dict(zip(paths[unique], regions.loc[unique, "code"], strict=True))
    path = known["path"].str.replace(SEPARATORS, "", regex=True)
    code, by_path = known["region"], path.map(code_of).fillna("")
    has_code, has_path = code != "", path != ""
    is_known = code.isin(level)
    fault(~has_code & ~has_path, "region", "区划代码和地区路径至少填一项")
    fault(has_code & ~code.str.fullmatch(r"[0-9]{12}"), "region", "区划代码须为 12 位数字")
    fault(has_code & code.str.fullmatch(r"[0-9]{12}") & ~is_known, "region", "没有这个区划代码")
    fault(has_path & path.isin(paths[~unique]), "path", "有同名地区，请填写区划代码")
    fault(
        has_path & (by_path == "") & ~path.isin(paths[~unique]),
        "path",
        "没有这个地区，请写全路径（省、市、县、乡镇、村）",
    )
    fault(is_known & (by_path != "") & (code != by_path), "path", "与区划代码不是同一地区")
    found = code.where(is_known, by_path.where(~has_code, ""))
    fault((found != "") & ~found.map(level).isin(LEVELS), "region", "联络站账号的范围须为村或乡镇")
    return found


def _codes(texts: "pd.Series[str]", names: Mapping[str, str]) -> "tuple[pd.Series[Any], pd.Series[bool]]":
    """Return the codes that texts of codes or names stand for, "" and 全部 for all, and where one is unknown."""
    counts = pd.Series(list(names.values())).value_counts()
    by_name = {name: code for code, name in names.items() if counts[name] == 1}
    choices: dict[str, tuple[str, ...] | None] = {}
    for text in texts.unique():
        parts = [
            part.strip()
            for part in text.replace("，", "、").replace(",", "、").replace("；", "、").split("、")
        ]
        parts = [part for part in parts if part]
        if not parts or (len(parts) == 1 and parts[0] in EVERY):
            choices[text] = (ALL,)
            continue
        codes = [part if part in names else by_name.get(part) for part in parts]
        usable = [code for code in codes if code is not None and CODE_PATTERN.fullmatch(code)]
        choices[text] = tuple(sorted(set(usable))) if len(usable) == len(parts) else None
    found = texts.map(lambda text: choices[text])
    return found, found.map(lambda codes: codes is None)

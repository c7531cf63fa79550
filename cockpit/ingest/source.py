"""Source files, each as one SQL relation of text columns c0, c1, … in the order of its rows."""

import codecs
import csv
import glob
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import python_calamine

from cockpit.error import CockpitError

DELIMITERS = (",", "\t", ";", "|")
EXTENSIONS = (".csv", ".txt", ".tsv", ".xlsx", ".parquet", ".ndjson", ".jsonl", ".geojson")
CHUNK_BYTES = 1 << 20


@dataclass
class Source:
    """A file that can be read: SQL over text columns, and its headers.

    The relation has the columns c0, c1, …, and, once `number` has been called, `row`, the row number a person sees
    in the file; `records` is the relation without it, cheaper to read. `broken` says of the rows left out why.
    `readable` is the file as UTF-8.
    """

    path: Path
    relation: str
    headers: tuple[str, ...]
    parameters: dict[str, object] = field(default_factory=dict)
    first_row: int = 2
    broken: dict[int, str] = field(default_factory=dict)
    is_numbered: bool = False
    notes: tuple[str, ...] = ()
    readable: Path | None = None
    records: str = field(init=False)

    def __post_init__(self) -> None:
        """Keep the relation as it is before rows are numbered."""
        self.records = self.relation

    def number(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Give each row its number.

        Numbering while reading would bind the whole load to one thread, and joins do not keep the order of
        rows. So a first reading keeps a hash of each row in order, and later readings look it up; rows with
        equal hashes are equal, and share the last one's number.
        """
        if self.is_numbered:
            return
        columns = ", ".join(f"c{index}" for index in range(len(self.headers)))
        blanks: tuple[int, ...] = ()
        connection.execute("drop table if exists broken_row")
        connection.execute("drop table if exists broken_scan")
        stored = self.relation.replace("ignore_errors = true", _STORE_REJECTS)
        connection.execute(
            f"create or replace temp table line as select hash({columns}) as content from {stored}",
            self.parameters,
        )
        if stored != self.relation:
            rows = connection.execute("select line, min(error_type::varchar) from broken_row group by line")
            self.broken = {line: _BROKEN.get(kind, "格式有误") for line, kind in rows.fetchall()}
            if len(self.headers) > 1:
                [(read,)] = connection.execute("select count(*) from line").fetchall()
                filled = self.first_row - 1 + read + len(self.broken)
                blanks = _blank_rows(self.readable or self.path, filled)
        shift, join = self._gaps(connection, sorted({*self.broken, *blanks}))
        connection.execute(
            f"create or replace temp table line_row as select content, max(ordinal + $first{shift}) as row from ("
            "select content, rowid - (select min(rowid) from line) as ordinal from line) as numbered"
            f"{join} group by content",
            {"first": self.first_row},
        )
        connection.execute("drop table line")
        self.relation = (
            f"(select line_row.row, {columns} from {self.relation} as record "
            f"inner join line_row on line_row.content = hash({columns}))"
        )
        self.is_numbered = True

    def _gaps(self, connection: duckdb.DuckDBPyConnection, left_out: list[int]) -> tuple[str, str]:
        """Return SQL for how many of the rows left out stand before a row, and the join it needs."""
        if not left_out:
            return "", ""
        before = [row - self.first_row - skipped for skipped, row in enumerate(left_out)]
        connection.execute(
            "create or replace temp table gap as with start as (select unnest($before) as low, "
            "unnest($skipped) as shift), one as (select low, max(shift) as shift from start group by low) "
            "select low, coalesce(lead(low) over (order by low), 9000000000000000000) as high, shift from one",
            {"before": before, "skipped": list(range(1, len(before) + 1))},
        )
        return " + coalesce(gap.shift, 0)", " left join gap on ordinal >= gap.low and ordinal < gap.high"


_STORE_REJECTS = (
    "ignore_errors = true, store_rejects = true, rejects_table = 'broken_row', rejects_scan = 'broken_scan'"
)
_BROKEN = {
    "TOO MANY COLUMNS": "列数多于表头",
    "MISSING COLUMNS": "列数少于表头",
    "UNQUOTED VALUE": "引号没有成对",
    "INVALID ENCODING": "有不能识别的字符",
    "LINE SIZE OVER MAXIMUM": "一行过长",
}


def _blank_rows(path: Path, filled: int) -> tuple[int, ...]:
    """Return the numbers of the empty rows between others of a csv, which the reader skips without a word.

    A line break within quotes ends no row. A file of as many lines as rows that are `filled`, the head among them,
    has none.
    """
    feeds = returns = 0
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        end = len(content)
        while end and content[end - 1 : end] in b"\r\n":
            end -= 1
        for start in range(0, end, CHUNK_BYTES):
            block = content[start : min(start + CHUNK_BYTES, end)]
            feeds, returns = feeds + block.count(b"\n"), returns + block.count(b"\r")
    if feeds + 1 == filled and returns in (0, feeds):
        return ()
    found, row, is_quoted = [], 0, False
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            row += not is_quoted
            if not is_quoted and line == "\n":
                found.append(row)
            is_quoted ^= line.count('"') % 2 == 1
    return tuple(found)


def _encoding(path: Path) -> str:
    """Return the encoding of a text file, judged by its mark or its first characters outside ASCII."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        head = file.read(CHUNK_BYTES)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        while head.isascii() and head:
            head = file.read(CHUNK_BYTES)
        try:
            decoder.decode(head)
        except UnicodeDecodeError:
            return "gb18030"
    return "utf-8"


def _transcode(path: Path, encoding: str, scratch: Path) -> Path:
    target = scratch / f"{abs(hash(path))}.utf8"
    try:
        with (
            path.open(encoding=encoding, newline="") as source,
            target.open("w", encoding="utf-8", newline="") as out,
        ):
            while text := source.read(CHUNK_BYTES):
                out.write(text)
    except (UnicodeDecodeError, LookupError):
        raise CockpitError(f"文件“{path}”的编码无法识别，请存为 UTF-8 或 GB18030。") from None
    return target


def _unique(headers: list[str]) -> tuple[str, ...]:
    return tuple(header.strip().lstrip("\ufeff") for header in headers)


def _delimited(path: Path, encoding: str | None, delimiter: str | None, scratch: Path) -> Source:
    encoding = encoding or _encoding(path)
    readable = (
        path
        if encoding.lower().replace("_", "-") in ("utf-8", "utf8", "utf-8-sig")
        else _transcode(path, encoding, scratch)
    )
    try:
        with readable.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
        if delimiter is None:
            delimiter = max(DELIMITERS, key=lambda mark: len(next(csv.reader([head], delimiter=mark))))
        headers = next(csv.reader([head], delimiter=delimiter), [])
    except (UnicodeDecodeError, csv.Error):
        raise CockpitError(f"文件“{path}”不是文本表格，读不出表头。") from None
    if not any(header.strip() for header in headers):
        raise CockpitError(f"文件“{path}”是空的，没有表头。")
    columns = ", ".join(f"'c{index}': 'varchar'" for index in range(len(headers)))
    mark = {",": "','", "\t": "chr(9)", ";": "';'", "|": "'|'"}[delimiter]
    relation = (
        f"read_csv($source_path, auto_detect = false, columns = {{{columns}}}, header = true, delim = {mark}, "
        "quote = '\"', escape = '\"', ignore_errors = true)"
    )
    return Source(
        path, relation, _unique(headers), {"source_path": glob.escape(str(readable))}, readable=readable
    )


def _cell(value: Any) -> str | None:
    match value:
        case None | "":
            return None
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case datetime() | date() | time():
            return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
        case timedelta():
            return str(value)
    return str(value)


def _workbook(path: Path, sheet: str | None, connection: duckdb.DuckDBPyConnection, name: str) -> Source:
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        if sheet is not None and sheet not in book.sheet_names:
            raise CockpitError(f"文件“{path}”没有名为“{sheet}”的工作表。")
        rows: list[list[Any]] = []
        others: list[str] = []
        for each in [sheet] if sheet is not None else book.sheet_names:
            found = book.get_sheet_by_name(each).to_python(skip_empty_area=False)
            if any(cell not in (None, "") for row in found for cell in row):
                if rows:
                    others.append(each)
                rows = rows or found
    except (python_calamine.CalamineError, OSError):
        raise CockpitError(f"文件“{path}”不是有效的 xlsx 工作簿，或已损坏。") from None
    filled = [index for index, row in enumerate(rows) if any(cell not in (None, "") for cell in row)]
    if not filled:
        raise CockpitError(f"文件“{path}”是空的，没有表头。")
    header = filled[0]
    headers = _unique([_cell(cell) or "" for cell in rows[header]])
    frame = pd.DataFrame(
        [[index + 1, *(_cell(cell) for cell in rows[index])] for index in filled[1:]],
        columns=["row", *(f"c{index}" for index in range(len(headers)))],
        dtype=object,
    )
    columns = ", ".join(("row bigint", *(f"c{index} varchar" for index in range(len(headers)))))
    connection.execute(f"create or replace temp table {name} ({columns})")
    if len(frame):
        connection.register("workbook_frame", frame)
        connection.execute(f"insert into {name} select * from workbook_frame")
        connection.unregister("workbook_frame")
    left = f"其他工作表未载入（可在配置中用 sheet 指明）：{'、'.join(others)}"
    return Source(path, name, headers, is_numbered=True, notes=(left,) if others else ())


def _parquet(path: Path, connection: duckdb.DuckDBPyConnection) -> Source:
    place = glob.escape(str(path))
    try:
        headers = [
            row[0]
            for row in connection.execute("describe from read_parquet($path)", {"path": place}).fetchall()
        ]
    except duckdb.Error:
        raise CockpitError(f"文件“{path}”不是有效的 parquet 文件，或已损坏。") from None
    names = ", ".join(f"c{index}" for index in range(len(headers)))
    relation = f"(select columns(*)::varchar from read_parquet($source_path) as file({names}))"
    return Source(path, relation, _unique(headers), {"source_path": place}, first_row=1)


# Only a case keeps json_type from being asked about what is no JSON.
_IS_OBJECT = "case when json_valid(line) then json_type(line) = 'OBJECT' else false end"
_LINES = (
    "read_csv($source_path, auto_detect = false, columns = {'line': 'varchar'}, header = false, "
    "delim = chr(1), quote = '', escape = '', max_line_size = 16777216, strict_mode = false)"
)


def _lines(path: Path, encoding: str | None, connection: duckdb.DuckDBPyConnection, scratch: Path) -> Source:
    encoding = encoding or _encoding(path)
    readable = path if encoding == "utf-8" else _transcode(path, encoding, scratch)
    parameters: dict[str, object] = {"source_path": glob.escape(str(readable))}
    try:
        keys = connection.execute(
            f"select distinct unnest(case when {_IS_OBJECT} then json_keys(line) end) as key from {_LINES} order by key",
            parameters,
        ).fetchall()
        bad = connection.execute(
            f"select row from (select row_number() over () as row, line from {_LINES}) "
            f"where not ({_IS_OBJECT})",
            parameters,
        ).fetchall()
    except duckdb.Error:
        raise CockpitError(f"文件“{path}”不是每行一个 JSON 对象的文本。") from None
    headers = tuple(key for (key,) in keys)
    if not headers:
        raise CockpitError(f"文件“{path}”是空的，或没有一行是 JSON 对象。")
    # A list of paths is read in one pass over each line.
    parameters["source_keys"] = [
        '$."' + key.replace("\\", "\\\\").replace('"', '\\"') + '"' for key in headers
    ]
    names = ", ".join(f"cell[{index + 1}] as c{index}" for index in range(len(headers)))
    relation = (
        f"(select {names} from (select json_extract_string(line, $source_keys) as cell from {_LINES} "
        f"where {_IS_OBJECT}))"
    )
    numbers = [row for (row,) in bad]
    return Source(
        path,
        relation,
        headers,
        parameters,
        first_row=1,
        broken=dict.fromkeys(numbers, "不是 JSON 对象"),
    )


def open_source(
    path: Path,
    connection: duckdb.DuckDBPyConnection,
    *,
    number: int,
    scratch: Path,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
) -> Source:
    """Return a file as a relation; `number` keeps the tables of several workbooks apart.

    Raises CockpitError with one sentence when the file is missing, empty, damaged or of another kind.
    """
    try:
        if path.stat().st_size == 0:
            raise CockpitError(f"文件“{path}”是空的。")
        match path.suffix.lower():
            case ".csv" | ".txt" | ".tsv":
                return _delimited(path, encoding, delimiter, scratch)
            case ".xlsx":
                return _workbook(path, sheet, connection, f"workbook_{number}")
            case ".parquet":
                return _parquet(path, connection)
            case ".ndjson" | ".jsonl":
                return _lines(path, encoding, connection, scratch)
    except FileNotFoundError:
        raise CockpitError(f"找不到文件“{path}”。") from None
    except PermissionError:
        raise CockpitError(f"没有权限读取文件“{path}”。") from None
    raise CockpitError(f"文件“{path}”的类型不支持，可用：{'、'.join(EXTENSIONS)}。")

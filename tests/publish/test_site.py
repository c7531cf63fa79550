"""The published site: whole, of itself, offline, and without anything that tells of a person."""

import csv
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from cockpit import region_code
from cockpit.error import CockpitError
from cockpit.publish.address import address, up, url
from cockpit.publish.site import MARKER, Written, publish
from cockpit.queries.extract import extract
from cockpit.scope import ALL, Scope
from tests.publish.place import Place

PROVINCE = "990000000000"
# What source columns of the demonstration hold the names, numbers or keys of persons.
PERSONAL = {
    "complaint": ("writer",),
    "alert": ("subject", "subject_name"),
    "labour": ("person",),
    "relief": ("recipient",),
    "asset": ("lessee",),
    "seal": ("approver",),
    "village_project": ("contractor_code", "id"),
    "procurement": ("supplier_code",),
}


def scope(*regions: str) -> Scope:
    return Scope("cli:test", "leader", regions, (ALL,), (ALL,))


def written(demo_place: Place, out: Path, *regions: str, **more: object) -> Written:
    with extract(scope(*(regions or (PROVINCE,))), settings=demo_place.settings) as found:
        return publish(found, out, "清源驾驶舱", lambda _line: None, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def site(demo_place: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "site"
    done = written(demo_place, out)
    pages = list(out.rglob("*.html"))
    assert (done.count_page, done.count_byte) == (len(pages), sum(page.stat().st_size for page in pages))
    return out


class Reader(HTMLParser):
    """The links, tags and tables of a page; each row a list of the words in its cells."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.rows: list[list[str]] = []
        self.title = ""
        self.in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action", "style")]
        assert not any(name.startswith("on") for name, _ in attrs)
        self.in_cell = tag in ("th", "td", "a", "b") and (self.in_cell or tag in ("th", "td"))
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td") and self.rows:
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.in_cell and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip()


def read(path: Path) -> Reader:
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader


def pages(site: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(site.rglob("*")):
        if path.is_file():
            yield path, path.read_text(encoding="utf-8")


def test_every_place_of_today_has_its_page(site: Path, demo_place: Place) -> None:
    with (demo_place.source / "region.csv").open(encoding="utf-8") as file:
        codes = [row["code"] for row in csv.DictReader(file)]
    assert {str(path.relative_to(site)) for path in site.rglob("*.html")} == {
        "index.html",
        *(address(code) for code in codes),
    }


def test_links_lead_to_pages_of_the_site_and_nowhere_else(site: Path) -> None:
    seen = set()
    for path in site.rglob("*.html"):
        reader = read(path)
        assert not reader.tags & {"script", "img", "iframe", "form", "object", "embed", "style", "base"}
        for link in reader.links:
            assert not re.match(r"[a-z]+:|/", link), link
            target = (path.parent / link).resolve()
            assert target.is_file(), (path, link)
            seen.add(target)
    # Each page can be come to.
    assert {path.resolve() for path in site.rglob("*.html")} <= seen
    assert "url(" not in (site / "style.css").read_text(encoding="utf-8")


def test_no_word_of_the_sources_that_stands_for_a_person(site: Path, demo_place: Place) -> None:
    text = "\n".join(content for _, content in pages(site))
    words: set[str] = set()
    for table, columns in PERSONAL.items():
        with (demo_place.source / f"{table}.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                words |= {row[column] for column in columns if row.get(column)}
    # A name stands before its number; both count, also apart.
    names = {word[:-18] for word in words if re.fullmatch(r"\D+\d{17}[\dX]", word)}
    assert len(names) > 20
    assert len(words) > 200
    words |= names | {word[-18:] for word in words if len(word) > 18}
    assert {word for word in words if len(word) > 1 and word in text} == set()
    assert "欧阳" not in text
    assert "91990101MA99999999" not in text


def test_no_pseudonym_of_the_store(site: Path, demo_place: Place) -> None:
    text = "\n".join(content for _, content in pages(site))
    found: set[str] = set()
    with duckdb.connect(str(demo_place.settings.warehouse_path), read_only=True) as connection:
        for table, columns in PERSONAL.items():
            known = {name for name, *_ in connection.execute(f"describe raw.{table}").fetchall()}
            for column in known & {*columns}:
                found |= {
                    str(value)
                    for (value,) in connection.execute(
                        f"select distinct {column} from raw.{table} where {column} is not null"
                    ).fetchall()
                }
    assert len(found) > 200
    # Masked names keep their first letter and a star.
    assert {word for word in found if len(word) > 1 and word in text} == set()
    # Nor the beginning of one, where it is not all digits, as amounts are.
    short = {word[:8] for word in found if re.fullmatch(r"[0-9a-f]{16,}", word)}
    assert len(short) > 100
    assert {word for word in short if not word.isdigit() and word in text} == set()
    assert "*" not in text


def fund_rows(page: Path) -> list[list[str]]:
    rows = read(page).rows
    heads = [at for at, row in enumerate(rows) if row[:2] == ["资金", "年度"]]
    if not heads:
        return []
    [at] = heads
    return [row for row in rows[at + 1 :] if len(row) == 6]


def test_no_sum_over_fewer_than_five_persons(site: Path, demo_place: Place) -> None:
    """Each sum shown, and each rest that sums shown leave of one another, is of five persons at least."""
    with duckdb.connect(str(demo_place.settings.warehouse_path), read_only=True) as connection:
        payments = connection.execute(
            "select region_code, scheme, year(coalesce(completed_on, occurred_on)), recipient, amount"
            " from raw.relief where completed_on is not null or stage = '已发放'"
        ).fetchall()
    shown: dict[tuple[str, int], dict[str, float]] = {}
    for path in site.rglob("*.html"):
        for fund, year, paid, *_ in fund_rows(path):
            shown.setdefault((fund, int(year)), {})[path.stem] = float(paid.replace(",", ""))
    assert ("高龄津贴", 2025) in shown
    for (fund, year), places in shown.items():
        rests: dict[str, set[str]] = {}
        for code, sum_shown in places.items():
            inside = [
                row
                for row in payments
                if (row[1], row[2]) == (fund, year) and region_code.contains(code, row[0])
            ]
            assert sum_shown == sum(row[4] for row in inside)
        for region, scheme, when, person, _ in payments:
            if (scheme, when) == (fund, year):
                around = next(
                    (one for one in (region, *region_code.ancestors(region)[::-1]) if one in places), None
                )
                if around:
                    rests.setdefault(around, set()).add(person)
        assert all(len(persons) >= 5 for persons in rests.values()), (fund, year, rests)


def test_a_village_tells_its_funds_unless_few(site: Path, demo_place: Place) -> None:
    many, few = demo_place.villages
    rows = {row[0]: row for row in fund_rows(site / address(many))}
    # Twelve payments of 100 to 111 yuan, nothing published.
    assert rows["高龄津贴"][1:] == ["2025", "1,266", "12", "未公开", "—"]
    assert "高龄津贴" not in {row[0] for row in fund_rows(site / address(few))}
    assert "不列示" in (site / address(few)).read_text(encoding="utf-8")


def test_a_page_says_since_when_from_where_and_that_it_is_invented(site: Path, demo_place: Place) -> None:
    text = (site / address(demo_place.villages[0])).read_text(encoding="utf-8")
    with extract(scope(PROVINCE), settings=demo_place.settings) as found:
        assert f"数据截至 {found.build[1]:%Y-%m-%d}" in text
    assert "清源驾驶舱快照" in text
    assert "演示数据" in text
    assert '<html lang="zh-CN">' in text
    reader = read(site / address(demo_place.villages[0]))
    states = [row for row in reader.rows if len(row) == 5 and row[1][:1] in "●▲○" and row[1]]
    assert len(states) == 116
    # What comes from outside stands as text.
    assert "&lt;script&gt;" in text
    assert "1,234,567" in text


def test_a_town_counts_what_its_villages_say(site: Path, demo_place: Place) -> None:
    town = region_code.ancestors(demo_place.villages[0])[-1]
    rows = read(site / address(town)).rows
    [at] = [number for number, row in enumerate(rows) if row[:1] == ["地区"]]
    counted = {
        row[0]: [int(cell.replace(",", "")) for cell in row[1:]] for row in rows[at + 1 :] if len(row) == 5
    }
    assert len(counted) == 12
    for name, (villages, *states) in counted.items():
        assert villages == 1, name
        assert sum(states) == 116
    above = region_code.ancestors(town)[-1]
    county = next(row for row in read(site / address(above)).rows if len(row) == 5 and row[1] == "12")
    assert [int(cell.replace(",", "")) for cell in county[2:]] == [
        sum(states[at] for states in counted.values()) for at in (1, 2, 3)
    ]


def test_a_part_alone(demo_place: Place, tmp_path: Path) -> None:
    many, few = demo_place.villages
    done = written(demo_place, tmp_path / "one", many)
    assert done.count_page == 2
    assert (tmp_path / "one" / address(many)).is_file()
    assert not (tmp_path / "one" / address(few)).exists()
    two = written(demo_place, tmp_path / "two", many, few)
    assert two.count_page == 3
    with pytest.raises(CockpitError, match="没有地区"):
        written(demo_place, tmp_path / "none", "110000000000")
    assert not list(tmp_path.glob(".none*"))


def test_a_site_takes_the_place_of_an_earlier_one_alone(demo_place: Place, tmp_path: Path) -> None:
    out = tmp_path / "site"
    out.mkdir()
    written(demo_place, out, demo_place.villages[0])
    (out / "left.html").write_text("old")
    written(demo_place, out, demo_place.villages[0])
    assert not (out / "left.html").exists()
    foreign = tmp_path / "mine"
    foreign.mkdir()
    (foreign / "thesis.txt").write_text("mine")
    with pytest.raises(CockpitError, match="不会覆盖"):
        written(demo_place, foreign)
    with pytest.raises(CockpitError, match="不存在"):
        written(demo_place, tmp_path / "nowhere" / "site")
    assert [path.name for path in foreign.iterdir()] == ["thesis.txt"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "site"]


def test_what_may_not_be_recorded_is_not_put_out(demo_place: Place, tmp_path: Path) -> None:
    out = tmp_path / "site"
    written(demo_place, out, demo_place.villages[0])
    before = (out / MARKER).stat().st_mtime_ns

    def refuse(_written: Written) -> None:
        raise CockpitError("记录不下")

    with pytest.raises(CockpitError, match="记录不下"):
        written(demo_place, out, allow=refuse)
    assert (out / MARKER).stat().st_mtime_ns == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_full_disk_leaves_the_old_site(
    demo_place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "site"
    written(demo_place, out, demo_place.villages[0])

    def full(*_args: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copy", full)
    with pytest.raises(CockpitError, match="原有站点未变"):
        written(demo_place, out)
    assert (out / address(demo_place.villages[0])).is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_place_keeps_its_address() -> None:
    assert address(PROVINCE) == "990000000000.html"
    assert address("990100000000") == "990100000000.html"
    assert address("990101000000") == "990101/990101000000.html"
    assert address("990101001001") == "990101/990101001001.html"
    assert (up("index.html"), up("990101/x.html")) == ("", "../")
    assert url("https://a.example/gk/", "990101001001") == "https://a.example/gk/990101/990101001001.html"

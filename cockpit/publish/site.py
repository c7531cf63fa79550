"""The static site: a page a place, written beside the old one and put into its stead when all is there."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from cockpit import region_code
from cockpit.error import CockpitError
from cockpit.publish.address import INDEX, address, up
from cockpit.queries.disclosure import MARKS, interval
from cockpit.queries.extract import PERSONS_MIN, Extract

FOLDER = Path(__file__).parent
MARKER, MARKED = "build.txt", "清源公开站点"
NOTHING = "—"
NO_FUND = "未标明资金"
NO_TITLE = "（未命名）"
_LEVELS_BELOW = {"province": "各市", "city": "各县", "county": "各乡镇", "town": "各村"}


@dataclass(frozen=True)
class Written:
    """A site that was written: how many pages and bytes."""

    count_page: int
    count_byte: int


def publish(
    extract: Extract,
    out: Path,
    title: str,
    progress: Callable[[str], None],
    allow: Callable[[Written], None] = lambda _written: None,
) -> Written:
    """Write the site of an extract's places to a folder, in the stead of an earlier one.

    `allow` is asked when all is written and before it takes its place; what it raises leaves the old site. CockpitError
    when there is no place, or when the folder holds what is no published site.
    """
    out = out.absolute()
    if not out.parent.is_dir():
        raise CockpitError(f"文件夹 {out.parent} 不存在。")
    if out.exists() and not _is_site(out):
        raise CockpitError(f"{out} 里有别的文件，不是公开站点，不会覆盖；请另选一个文件夹。")
    part = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}-"))
    try:
        written = Site(extract, part, title).write(progress)
        allow(written)
        part.chmod(0o755)
        _swap(part, out)
    except OSError as error:
        raise CockpitError(f"写入 {out} 时出错：{error.strerror or error}。原有站点未变。") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return written


def _is_site(folder: Path) -> bool:
    marker = folder / MARKER
    if not folder.is_dir():
        return False
    is_marked = marker.is_file() and marker.read_text(encoding="utf-8").startswith(MARKED)
    return is_marked or not any(folder.iterdir())


def _swap(part: Path, out: Path) -> None:
    """Put a finished folder into the stead of another, which comes back when that fails."""
    if not out.exists():
        part.rename(out)
        return
    old = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}-"))
    out.rename(old / out.name)
    try:
        part.rename(out)
    except OSError:
        (old / out.name).rename(out)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


@dataclass(frozen=True)
class Site:
    """The pages of one extract, written to a folder."""

    extract: Extract
    folder: Path
    title: str

    def write(self, progress: Callable[[str], None]) -> Written:
        """Write all pages; CockpitError when there is no place to write of."""
        if not len(self.places):
            raise CockpitError("范围内没有地区，不能发布。")
        build_id, as_of, _ = self.extract.build
        text = f"{MARKED}\n快照 {build_id}\n数据截至 {as_of:%Y-%m-%d %H:%M}\n"
        (self.folder / MARKER).write_text(text, encoding="utf-8")
        shutil.copy(FOLDER / "style.css", self.folder / "style.css")
        sizes = [self._page(INDEX, "place", self._index())]
        above = [code for code in self.places if region_code.level(code) != "village"]
        sizes += [self._page(address(code), "place", self._place(code)) for code in above]
        progress(f"已写出 {len(sizes):,} 个汇总页")
        villages = [code for code in self.places if region_code.level(code) == "village"]
        counties = dict.fromkeys(code[:6] for code in villages)
        done = 0
        for prefix in counties:
            for code, values in self._villages(prefix):
                sizes.append(self._page(address(code), "village", values))
                done += 1
            progress(f"已写出 {done:,} / {len(villages):,} 个村页")
        return Written(len(sizes), sum(sizes))

    @cached_property
    def places(self) -> dict[str, Mapping[Any, Any]]:
        """The places to write of, by code in their order."""
        return {str(row["code"]): row for row in self.extract.places.to_dict("records")}

    @cached_property
    def roots(self) -> list[str]:
        """The places that lie in no other place of the site."""
        return [code for code, row in self.places.items() if row["parent"] not in self.places]

    @cached_property
    def parts(self) -> dict[str, list[str]]:
        """The places inside each, by code."""
        found: dict[str, list[str]] = {}
        for code, row in self.places.items():
            found.setdefault(str(row["parent"]), []).append(code)
        return found

    @cached_property
    def funds(self) -> dict[str, list[Mapping[Any, Any]]]:
        """The sums of each place that are told, by code, the newest year first."""
        rows = self.extract.funds
        rows = rows[rows["is_shown"]].sort_values(["code", "year", "fund"], ascending=[True, False, True])
        found: dict[str, list[Mapping[Any, Any]]] = {}
        for row in rows.to_dict("records"):
            found.setdefault(str(row["code"]), []).append(row)
        return found

    @cached_property
    def hidden(self) -> dict[str, int]:
        """How many sums of a place are not told, by code."""
        rows = self.extract.funds
        counts = rows.loc[~rows["is_shown"], "code"].value_counts()
        return {str(code): int(count) for code, count in counts.items()}

    @cached_property
    def _templates(self) -> Environment:
        return Environment(
            loader=FileSystemLoader(FOLDER / "template"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )

    @cached_property
    def _items(self) -> dict[str, tuple[str, Markup, str]]:
        """Category, escaped name and interval of each item, by code."""
        return {
            code: (category or "其他", escape(name), interval(int(days)))
            for code, name, category, days in self.extract.items.itertuples(index=False)
        }

    def _page(self, path: str, template: str, values: Mapping[str, Any]) -> int:
        build_id, as_of, is_demo = self.extract.build
        text = self._templates.get_template(f"{template}.html").render(
            up=up(path),
            title=self.title,
            build_id=build_id,
            as_of=f"{as_of:%Y-%m-%d}",
            is_demo=is_demo,
            since=self.extract.since.year,
            item_count=len(self._items),
            persons_min=PERSONS_MIN,
            **values,
        )
        file = self.folder / path
        file.parent.mkdir(exist_ok=True)
        return file.write_bytes(text.encode())

    def _index(self) -> dict[str, Any]:
        [root, *more] = self.roots
        is_one = not more and region_code.level(root) != "village"
        counts = {name: sum(self._counts(one)[name] for one in self.roots) for name in self._counts(root)}
        return {
            "name": f"{self.places[root]['name']}公开公示" if not more else "公开公示",
            "path": [("本级汇总", address(root))] if is_one else [],
            "counts": counts,
            "parts_title": _LEVELS_BELOW[region_code.level(root)] if is_one else "各地",
            "parts": self._rows(self.parts.get(root, []) if is_one else self.roots, INDEX),
            "funds": [],
            "hidden": 0,
        }

    def _place(self, code: str) -> dict[str, Any]:
        return {
            **self._head(code),
            "parts_title": _LEVELS_BELOW[region_code.level(code)],
            "parts": self._rows(self.parts.get(code, []), address(code)),
        }

    def _head(self, code: str) -> dict[str, Any]:
        """Return what pages of places and of villages both have."""
        back = up(address(code))
        above = [one for one in region_code.ancestors(code) if one in self.places]
        return {
            "name": self.places[code]["name"],
            "path": [
                ("首页", back + INDEX),
                *((self.places[one]["name"], back + address(one)) for one in above),
            ],
            "counts": self._counts(code),
            "funds": [_fund(row) for row in self.funds.get(code, [])],
            "hidden": self.hidden.get(code, 0),
        }

    def _counts(self, code: str) -> dict[str, int]:
        row = self.places[code]
        return {
            name: int(row[f"{column}_count"])
            for name, column in (
                ("villages", "village"),
                ("public", "public"),
                ("late", "late"),
                ("missing", "missing"),
            )
        }

    def _rows(self, codes: Sequence[str], path: str) -> list[dict[str, Any]]:
        back = up(path)
        return [
            {"name": self.places[code]["name"], "link": back + address(code), **self._counts(code)}
            for code in codes
        ]

    def _villages(self, prefix: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the villages of a county with what their pages tell, read together."""
        low, high = prefix.ljust(12, "0"), prefix.ljust(12, "9")
        told = _by_village(self.extract.states(low, high))
        built = _by_village(self.extract.projects(low, high))
        for code in self.places:
            if code.startswith(prefix) and region_code.level(code) == "village":
                yield (
                    code,
                    {
                        **self._head(code),
                        "categories": self._categories(told.get(code, [])),
                        "projects": [_project(*row) for row in built.get(code, [])],
                    },
                )

    def _categories(self, rows: Sequence[tuple[Any, ...]]) -> list[tuple[str, list[tuple[Any, ...]]]]:
        found: dict[str, list[tuple[Any, ...]]] = {}
        for item, published, due, state in rows:
            category, name, often = self._items[item]
            found.setdefault(category, []).append((name, MARKS[state], _day(published), _day(due), often))
        return list(found.items())


def _by_village(rows: pd.DataFrame) -> dict[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = {}
    for code, *values in rows.astype(object).itertuples(index=False):
        found.setdefault(str(code), []).append(tuple(values))
    return found


def _fund(row: Mapping[Any, Any]) -> dict[str, str]:
    paid, published = float(row["paid_sum"]), float(row["published_sum"])
    difference = published - paid
    return {
        "fund": row["fund"] or NO_FUND,
        "year": str(row["year"]),
        "paid": _yuan(paid) if row["payment_count"] else NOTHING,
        "payments": f"{row['payment_count']:,.0f}",
        "published": _yuan(published) if row["publication_count"] else "未公开",
        "difference": NOTHING
        if not row["publication_count"]
        else f"{difference:+,.0f}"
        if difference
        else "一致",
    }


def _project(
    title: Any, day: Any, stage: Any, estimate: Any, contract: Any, paid: Any, progress: Any
) -> dict[str, str]:
    return {
        "title": NO_TITLE if pd.isna(title) else str(title),
        "day": _day(day),
        "stage": NOTHING if pd.isna(stage) else str(stage),
        "estimate": _yuan(estimate),
        "contract": _yuan(contract),
        "paid": _yuan(paid),
        "progress": NOTHING if pd.isna(progress) else f"{progress:.0f}%",
    }


def _yuan(amount: Any) -> str:
    return NOTHING if pd.isna(amount) else f"{amount:,.0f}"


def _day(day: Any) -> str:
    return NOTHING if pd.isna(day) else date.isoformat(day.date())

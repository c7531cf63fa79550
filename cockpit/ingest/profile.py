"""Profiles: how someone's export is mapped onto the contract, written in TOML."""

import re
import tomllib
from functools import reduce
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from cockpit import region_code
from cockpit.contract import TABLES
from cockpit.contract.codes import CODES
from cockpit.error import CockpitError
from cockpit.settings import ROOT, Settings

PROFILES = ROOT / "data" / "profiles"
_WHY = {
    "extra_forbidden": "没有这一项",
    "missing": "必须填写",
    "literal_error": "取值不在允许范围内",
    "string_type": "应为文字",
    "list_type": "应为列表",
    "tuple_type": "应为列表",
    "dict_type": "应为表",
    "model_type": "应为表",
    "string_too_short": "不能为空",
    "too_short": "不能为空",
}


class Strict(BaseModel):
    """A part of a profile: unknown entries are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Region(Strict):
    """How the region of a row is found, and where an ambiguous or unknown place goes."""

    method: Literal["code", "path", "text"] = "path"
    columns: tuple[str, ...] = Field(min_length=1)
    root: str | None = None
    fallback: Literal["ancestor", "reject"] = "reject"

    @model_validator(mode="after")
    def check(self) -> Self:
        """Refuse a root that is no region code."""
        if self.root is not None and not region_code.is_code(self.root):
            raise ValueError("region.root 应为 12 位区划代码")
        return self


class Mapping(Strict):
    """One table out of one source: our column = theirs, or several of theirs joined."""

    table: str
    columns: dict[str, str | tuple[str, ...]] = {}
    constants: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    region: Region | None = None

    @model_validator(mode="after")
    def check(self) -> Self:
        """Refuse tables and columns that are not in the contract."""
        if self.table not in TABLES:
            raise ValueError(f"没有名为“{self.table}”的表，可用：{'、'.join(TABLES)}")
        table = TABLES[self.table]
        names = {column.name for column in table.columns}
        for part, keys in (("columns", self.columns), ("constants", self.constants), ("values", self.values)):
            for name in keys:
                if name not in names:
                    raise ValueError(f"{part} 中的“{name}”不是表“{self.table}”的列")
        for name, words in [
            *self.values.items(),
            *((name, {"": word}) for name, word in self.constants.items()),
        ]:
            known = CODES.get(table.column(name).codes or "", {})
            for word in words.values() if known else ():
                if word and word.casefold() not in {
                    each.casefold() for pair in known.items() for each in pair
                }:
                    raise ValueError(f"“{word}”不在“{name}”的取值范围内，可用：{'、'.join(known)}")
        if both := sorted(set(self.columns) & set(self.constants)):
            raise ValueError(f"“{'、'.join(both)}”既在 columns 又在 constants 中")
        if self.region is not None and "region_code" not in names:
            raise ValueError(f"表“{self.table}”没有区划列，不能写 region")
        return self


class Profile(Mapping):
    """A whole profile: the main table, how the file is read, and tables derived from the same rows."""

    name: str = ""
    encoding: str | None = None
    delimiter: Literal[",", "\t", ";", "|"] | None = None
    sheet: str | None = None
    date_formats: tuple[str, ...] = ()
    derive: tuple[Mapping, ...] = ()

    @property
    def mappings(self) -> tuple[Mapping, ...]:
        """The tables this profile fills, in the order in which they are loaded."""
        order = list(TABLES)
        return tuple(sorted((self, *self.derive), key=lambda mapping: order.index(mapping.table)))


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    place = reduce(lambda path, part: f"{path}.{part}" if path else str(part), first["loc"], "")
    if first["type"] == "value_error":
        return str(first["ctx"]["error"])
    return f"“{place}”{_WHY.get(first['type'], '填写有误')}"


def available(settings: Settings) -> dict[str, Path]:
    """Return the files of the profiles by name: those of this installation, and those built in."""
    return {
        path.stem: path
        for folder in (PROFILES, settings.profiles_path)
        for path in sorted(folder.glob("*.toml"))
        if path.is_file()
    }


def read(profile: Path | str, settings: Settings) -> Profile:
    """Return the profile of a file, or of a bare name among those available.

    Raises CockpitError with one sentence when there is none or it does not fit the contract.
    """
    path = Path(profile)
    if not path.exists() and path.parent == Path():
        path = available(settings).get(path.name.removesuffix(".toml"), path)
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        have = "、".join(sorted(available(settings)))
        raise CockpitError(f"找不到配置文件“{profile}”（可用的有：{have}）。") from None
    except (OSError, UnicodeDecodeError):
        raise CockpitError(f"配置文件“{path}”读不出来，应为 UTF-8 编码的 TOML。") from None
    try:
        found = Profile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        where = f"，第 {place[1]} 行有误" if place else ""
        raise CockpitError(f"配置文件“{path}”不是有效的 TOML{where}。") from None
    except ValidationError as error:
        raise CockpitError(f"配置文件“{path}”有误：{_sentence(error)}。") from None
    return found.model_copy(update={"name": found.name or path.stem})

"""The rules of the rating: versions in a TOML file, checked before anything is rated by them."""

import hashlib
import tomllib
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cockpit.analysis.rating import MEASURES, Indicator, Scheme
from cockpit.error import CockpitError
from cockpit.region_code import LEVEL_LABELS
from cockpit.settings import Settings
from cockpit.settings import settings as process_settings

Better = Literal["low", "high"]
Text = Annotated[str, Field(min_length=1)]
Share = Annotated[float, Field(ge=0, le=1)]
LEVEL_NAMES = {**LEVEL_LABELS, "unit": "单位"}
GREY_REASONS = {
    "months": "有数据的月份不足",
    "expected": "预期件数过少，难以判断",
    "weight": "有数据的指标权重不足",
    "silent": "一年无投诉且公开不足（沉默），不按零投诉评优",
}
# Why a shown grade is worse than the score's; the kinds of decided ones are those of rating_note.
LIMIT_REASONS = {"veto": "一票否决", "cap": "限制等级", "red_overdue": "红色预警逾期未处置"}


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FamilyRule(_Model):
    """A family of indicators and its weight of 100."""

    name: Text
    label: Text
    weight: float = Field(gt=0, le=100)
    reason: Text


class IndicatorRule(_Model):
    """One indicator: the measure it is told by, its weight of 100, the values of 100 and of 0 points."""

    measure: Text
    label: str = ""
    family: Text
    weight: float = Field(gt=0, le=100)
    better: Better
    best: float
    worst: float
    minimum: float = Field(1, ge=0)
    reason: Text

    @property
    def name(self) -> str:
        """The label shown: its own, or the measure's."""
        return self.label or MEASURES[self.measure].label


class CutRule(_Model):
    """The lowest scores of A (green), B (blue) and C (yellow)."""

    a: float = Field(gt=0, lt=100)
    b: float = Field(gt=0, lt=100)
    c: float = Field(gt=0, lt=100)
    reason: Text


class GreyRule(_Model):
    """When data do not suffice for a grade."""

    months: int = Field(ge=1, le=12)
    expected: float = Field(ge=0)
    weight_share: Share
    silent_disclosure: Share
    reason: Text


class LimitRule(_Model):
    """What stands beside the score: the best grade that is left by a veto, a cap, an overdue red alert."""

    veto: Literal["B", "C", "D"]
    cap: Literal["B", "C", "D"]
    red_overdue: Literal["B", "C", "D", ""]
    reason: Text


class SelfFoundRule(_Model):
    """How much of what was found by oneself and is mild is deducted: 0 nothing, 1 like all else."""

    factor: Share
    reason: Text


class SeverityRule(_Model):
    """What a person dealt with counts, by the four forms."""

    form_1: float = Field(ge=0)
    form_2: float = Field(ge=0)
    form_3: float = Field(ge=0)
    form_4: float = Field(ge=0)
    reason: Text


class RobustRule(_Model):
    """How the weights are varied to see how sure a grade is."""

    draws: int = Field(ge=1000, le=10_000)
    spread: float = Field(gt=0, lt=1)
    seed: int = Field(ge=0)
    borderline: Share
    reason: Text


class PeerRule(_Model):
    """Bounds between groups of like size, in residents, by level; and the fewest places a group may show."""

    village: tuple[int, ...] = ()
    town: tuple[int, ...] = ()
    county: tuple[int, ...] = ()
    city: tuple[int, ...] = ()
    smallest: int = Field(ge=5)
    reason: Text


class Version(_Model):
    """One version of the rules, in force from a day until the next one."""

    name: Text
    effective_from: date
    reason: Text
    families: tuple[FamilyRule, ...] = Field(min_length=1)
    indicators: tuple[IndicatorRule, ...] = Field(min_length=1)
    cuts: CutRule
    grey: GreyRule
    limits: LimitRule
    self_found: SelfFoundRule
    severity: SeverityRule
    robust: RobustRule
    peers: PeerRule

    @property
    def scheme(self) -> Scheme:
        """The rules as the scoring takes them."""
        kept = self.self_found.factor - 1
        return Scheme(
            tuple(
                Indicator(one.measure, one.weight, one.worst, one.best, one.minimum)
                for one in self.indicators
            ),
            (self.cuts.a, self.cuts.b, self.cuts.c),
            {
                "self_found_count": kept,
                "self_found_persons": kept * self.severity.form_1,
                **{f"persons_{form}": getattr(self.severity, f"form_{form}") for form in range(1, 5)},
            },
            self.grey.months,
            self.grey.expected,
            self.grey.weight_share,
            self.grey.silent_disclosure,
            self.robust.draws,
            self.robust.spread,
            self.robust.seed,
            self.robust.borderline,
        )

    @property
    def content(self) -> str:
        """The rules as JSON, for keeping beside what was rated by them."""
        return self.model_dump_json()

    @property
    def hash(self) -> str:
        """What tells this version from one of the same name that rates otherwise; reasons and labels do not."""
        ruled = ("cuts", "grey", "limits", "self_found", "severity", "robust", "peers")
        rated = self.model_dump_json(
            exclude={
                "reason": True,
                "families": {"__all__": {"reason", "label"}},
                "indicators": {"__all__": {"reason", "label"}},
                **{name: {"reason"} for name in ruled},
            }
        )
        return hashlib.sha256(rated.encode()).hexdigest()

    def family(self, name: str) -> FamilyRule:
        """Return a family by its name."""
        return next(one for one in self.families if one.name == name)

    def peer_group(self, level: str, population: float | None, unit_kind: str) -> str:
        """Return the name of the group of like places: level and size, or the kind of unit."""
        if level == "unit":
            return unit_kind or LEVEL_NAMES["unit"]
        bounds = getattr(self.peers, level, ())
        label = LEVEL_NAMES[level]
        if not bounds or population is None or not population > 0:
            return label
        at = sum(population >= bound for bound in bounds)
        if at == 0:
            return f"{label}·{bounds[0]} 人以下"
        if at == len(bounds):
            return f"{label}·{bounds[-1]} 人以上"
        return f"{label}·{bounds[at - 1]}—{bounds[at]} 人"

    def limit_grade(self, limit: str) -> str:
        """Return the best grade that a limit (veto, cap, red_overdue) leaves, '' for none."""
        return str(getattr(self.limits, limit)) if limit else ""


def read_rules(path: Path) -> tuple[Version, ...]:
    """Return the versions of a file by the day they come into force; CockpitError says in Chinese what is wrong."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CockpitError(f"评级规则文件 {path.name} 读不到，请检查设置 rating_path") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CockpitError(f"评级规则文件 {path.name} 不是合法的 TOML：{error}") from error
    listed = found.get("version")
    if not isinstance(listed, list) or not listed or set(found) != {"version"}:
        raise CockpitError(f"评级规则文件 {path.name} 须由一个或多个 [[version]] 组成，没有别的内容")
    versions = sorted((check(one) for one in listed), key=lambda one: one.effective_from)
    names, days = [one.name for one in versions], [str(one.effective_from) for one in versions]
    for what, values in (("名称", names), ("生效日期", days)):
        twice = next((one for one in values if values.count(one) > 1), None)
        if twice is not None:
            raise CockpitError(f"评级规则有两个版本的{what}都是“{twice}”，同一时间只能有一个版本生效")
    return tuple(versions)


def check(given: object) -> Version:
    """Return one version made of parsed TOML; CockpitError names version, place and rule that is broken."""
    name = str(given.get("name", "未命名")) if isinstance(given, dict) else "未命名"
    try:
        version = Version.model_validate(given)
    except ValidationError as error:
        raise CockpitError(f"评级规则“{name}”：{_told(given, error)}") from error
    for problem in _problems(version):
        raise CockpitError(f"评级规则“{name}”：{problem}")
    return version


def _told(given: object, error: ValidationError) -> str:
    """Say in Chinese where the first error of pydantic lies and what it is."""
    first = error.errors()[0]
    where: list[str] = []
    value: Any = given
    for part in first["loc"]:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            value = None
        if isinstance(part, int):
            named = value if isinstance(value, dict) else {}
            where.append(str(named.get("measure") or named.get("name") or f"第 {part + 1} 项"))
        else:
            where.append(part)
    said = {
        "missing": "缺少这一项",
        "extra_forbidden": "没有这一项规则",
        "greater_than": "须大于 {gt}",
        "greater_than_equal": "不能小于 {ge}",
        "less_than": "须小于 {lt}",
        "less_than_equal": "不能大于 {le}",
        "literal_error": "取值不对，只能是 {expected}",
        "too_short": "至少要有一项",
        "string_too_short": "不能为空",
    }.get(first["type"], "取值的类型或格式不对")
    context = {key: str(one).replace("or", "或") for key, one in first.get("ctx", {}).items()}
    return f"{'.'.join(where) or '版本'} {said.format_map(context)}"


def _problems(version: Version) -> list[str]:
    found = []
    total = sum(one.weight for one in version.families)
    if abs(total - 100) > 1e-9:
        found.append(f"各类权重之和为 {total:g}，须为 100")
    names = [one.name for one in version.families]
    found += [f"类别 {name} 出现了两次" for name in sorted({one for one in names if names.count(one) > 1})]
    measures = [one.measure for one in version.indicators]
    found += [
        f"指标 {name} 出现了两次" for name in sorted({one for one in measures if measures.count(one) > 1})
    ]
    for one in version.indicators:
        if one.measure not in MEASURES:
            found.append(f"指标 {one.measure} 不在可用指标之列（{'、'.join(MEASURES)}）")
        elif one.family not in names:
            found.append(f"指标 {one.measure} 的类别 {one.family} 没有定义")
        elif one.best == one.worst or (one.best < one.worst) != (one.better == "low"):
            found.append(f"指标 {one.measure} 的 best、worst 与 better=“{one.better}”的方向不一致")
    for family in version.families:
        inside = sum(one.weight for one in version.indicators if one.family == family.name)
        if abs(inside - family.weight) > 1e-9:
            found.append(f"类别 {family.name} 的权重为 {family.weight:g}，其指标权重之和却为 {inside:g}")
    if not version.cuts.a > version.cuts.b > version.cuts.c:
        found.append("等级分数线须 a > b > c")
    for level in ("village", "town", "county", "city"):
        bounds = getattr(version.peers, level)
        if list(bounds) != sorted(set(bounds)) or any(one <= 0 for one in bounds):
            found.append(f"同类分组 {level} 的人口界限须为正数且从小到大")
    return found


def rules(settings: Settings | None = None) -> tuple[Version, ...]:
    """Return the versions of an installation by the day they come into force; CockpitError when the file is broken."""
    path = (settings or process_settings()).rating_path
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        changed = 0
    return _rules(path, changed)


@lru_cache(maxsize=8)
def _rules(path: Path, _changed: int) -> tuple[Version, ...]:
    return read_rules(path)


def in_force(versions: tuple[Version, ...], month: date) -> Version | None:
    """Return the version by which a month (its first day) is rated: the latest in force on that day; None before all."""
    return next((one for one in reversed(versions) if one.effective_from <= month), None)


def as_toml(version: Version) -> str:
    """Return a version as the text of a rules file that reads back to the same."""
    given = version.model_dump(mode="python")
    lines = ["[[version]]"]
    tables = {name: value for name, value in given.items() if isinstance(value, dict)}
    lists = {name: value for name, value in given.items() if isinstance(value, tuple)}
    for name, value in given.items():
        if name not in tables and name not in lists:
            lines.append(f"{name} = {_literal(value)}")
    for name, value in tables.items():
        lines += ["", f"[version.{name}]", *(f"{key} = {_literal(one)}" for key, one in value.items())]
    for name, rows in lists.items():
        for row in rows:
            lines += ["", f"[[version.{name}]]", *(f"{key} = {_literal(one)}" for key, one in row.items())]
    return "\n".join(lines) + "\n"


def _literal(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return (
            '"'
            + "".join(f"\\u{ord(one):04x}" if ord(one) < 32 or ord(one) == 127 else one for one in escaped)
            + '"'
        )
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_literal(one) for one in value) + "]"
    return repr(value)

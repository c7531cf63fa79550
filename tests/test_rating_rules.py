"""A broken rules file is refused with one clear sentence; a good one reads back to itself."""

from datetime import date
from pathlib import Path

import pytest

from cockpit.error import CockpitError
from cockpit.rating_rules import Version, as_toml, in_force, read_rules, rules
from cockpit.settings import ROOT, Settings

GOOD = (ROOT / "data" / "rating.toml").read_text(encoding="utf-8")


def read(folder: Path, text: str) -> tuple[Version, ...]:
    path = folder / "rating.toml"
    path.write_text(text, encoding="utf-8")
    return read_rules(path)


def test_the_rules_in_service_are_whole_and_give_a_reason_for_everything() -> None:
    [version] = rules(Settings(home=Path("unused")))
    assert sum(one.weight for one in version.indicators) == 100
    assert {one.name: one.weight for one in version.families} == {
        "complaint": 20,
        "alert": 20,
        "disposition": 20,
        "disclosure": 15,
        "discipline": 15,
        "rectification": 10,
    }
    assert (version.cuts.a, version.cuts.b, version.cuts.c) == (85, 70, 60)
    assert all(one.reason.endswith("。") for one in (*version.families, *version.indicators))
    assert version.scheme.factors == {
        "self_found_count": -1,
        "self_found_persons": -1,
        "persons_1": 1,
        "persons_2": 3,
        "persons_3": 6,
        "persons_4": 10,
    }


def test_a_version_written_as_a_file_reads_back(tmp_path: Path) -> None:
    [version] = read(tmp_path, GOOD)
    odd = version.model_copy(update={"name": 'a"\\\n甲'})
    for one in (version, odd):
        assert read(tmp_path, as_toml(one)) == (one,)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("weight = 4\n", "weight = 5\n", "评级规则“2024”：类别 complaint 的权重为 20，其指标权重之和却为 21"),
        (
            'label = "整改落实"\nweight = 10',
            'label = "整改落实"\nweight = 11',
            "各类权重之和为 101，须为 100",
        ),
        ('measure = "discipline"', 'measure = "disciplin"', "指标 disciplin 不在可用指标之列"),
        ('measure = "alert_serious"', 'measure = "alert_rate"', "指标 alert_rate 出现了两次"),
        (
            'measure = "disclosure"\nfamily = "disclosure"',
            'measure = "disclosure"\nfamily = "open"',
            "指标 disclosure 的类别 open 没有定义",
        ),
        (
            "best = 80\nworst = 20",
            "best = 20\nworst = 80",
            "指标 disclosure 的 best、worst 与 better=“high”的方向不一致",
        ),
        ("best = 80\nworst = 20", "best = 50\nworst = 50", "指标 disclosure 的 best、worst"),
        ("b = 70", "b = 90", "等级分数线须 a > b > c"),
        ("weight = 4\n", "weight = -4\n", "indicators.complaint_rate.weight 须大于 0"),
        ("weight = 4\n", "", "indicators.complaint_rate.weight 缺少这一项"),
        ("weight = 4\n", 'weight = "four"\n', "indicators.complaint_rate.weight 取值的类型或格式不对"),
        ("seed = 20240101", "seed = 1\nluck = 2", "robust.luck 没有这一项规则"),
        ("draws = 1000", "draws = 100", "robust.draws 不能小于 1000"),
        ("smallest = 5", "smallest = 4", "peers.smallest 不能小于 5"),
        ("village = [1000, 2000]", "village = [2000, 1000]", "同类分组 village 的人口界限须为正数且从小到大"),
        ('veto = "D"', 'veto = "A"', "limits.veto 取值不对"),
        ("effective_from = 2024-01-01", "", "effective_from 缺少这一项"),
        ("[[version]]", "[[versions]]", "须由一个或多个 [[version]] 组成"),
        ("[[version]]", "[[version", "不是合法的 TOML"),
    ],
)
def test_a_broken_file_is_refused_in_one_sentence(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(CockpitError) as error:
        read(tmp_path, GOOD.replace(old, new, 1))
    assert said in str(error.value)
    assert "\n" not in str(error.value).replace("不是合法的 TOML", "")[:60]


def test_versions_that_overlap_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CockpitError, match="两个版本的名称都是“2024”"):
        read(tmp_path, GOOD + GOOD.replace("2024-01-01", "2025-01-01"))
    with pytest.raises(CockpitError, match="两个版本的生效日期都是“2024-01-01”"):
        read(tmp_path, GOOD + GOOD.replace('name = "2024"', 'name = "2025"'))


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(CockpitError, match="读不到"):
        read_rules(tmp_path / "none.toml")


def test_the_version_of_a_month(tmp_path: Path) -> None:
    later = GOOD.replace('name = "2024"', 'name = "2026"').replace("2024-01-01", "2026-03-01")
    versions = read(tmp_path, later + GOOD)
    assert [one.name for one in versions] == ["2024", "2026"]
    found = [
        in_force(versions, day)
        for day in (date(2023, 12, 1), date(2024, 1, 1), date(2026, 2, 1), date(2026, 3, 1))
    ]
    assert [one and one.name for one in found] == [None, "2024", "2024", "2026"]


def test_words_change_no_hash_but_numbers_do(tmp_path: Path) -> None:
    [version] = read(tmp_path, GOOD)
    [reworded] = read(
        tmp_path,
        GOOD.replace("公开是监督的前提", "公开为监督的前提").replace('label = "预警查实"', 'label = "查实"'),
    )
    [other] = read(tmp_path, GOOD.replace("draws = 1000", "draws = 2000"))
    assert version.hash == reworded.hash != other.hash


@pytest.mark.parametrize(
    ("level", "population", "kind", "group"),
    [
        ("village", 999, "", "村·1000 人以下"),
        ("village", 1000, "", "村·1000—2000 人"),
        ("village", 2000, "", "村·2000 人以上"),
        ("village", None, "", "村"),
        ("village", float("nan"), "", "村"),
        ("city", 1e6, "", "市"),
        ("unit", None, "教育局", "教育局"),
        ("unit", None, "", "单位"),
    ],
)
def test_peer_groups(level: str, population: float | None, kind: str, group: str) -> None:
    [version] = rules(Settings(home=Path("unused")))
    assert version.peer_group(level, population, kind) == group

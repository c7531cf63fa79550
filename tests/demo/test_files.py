"""The source files keep the data contract and hold what truth.json says was planted."""

import hashlib
import json
from datetime import date
from pathlib import Path

import duckdb
import pytest

from cockpit import region_code
from cockpit.contract import TABLES
from cockpit.contract.codes import CODES
from cockpit.demo import SCALES, generate
from cockpit.error import CockpitError
from tests.demo.conftest import END, Demo

START = date(2023, 7, 1)
MODULES = list(CODES["module"])


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def quoted(name: str) -> str:
    return f'"{name}"'


def make(folder: Path, seed: int, **options: object) -> dict[str, str]:
    generate("village", seed, folder, lambda line: None, END, **options)  # type: ignore[arg-type]
    return digests(folder)


def test_same_seed_gives_same_bytes_whatever_the_threads(tmp_path: Path) -> None:
    first = make(tmp_path / "a", 3, threads=1)
    assert make(tmp_path / "b", 3, threads=4) == first
    other = make(tmp_path / "c", 4)
    same = {name for name, digest in other.items() if digest == first[name]}
    assert same == {"industry.csv", "disclosure_item.csv"}


def test_files_are_those_of_the_contract(tmp_path: Path) -> None:
    (tmp_path / "complaint.csv").write_text("left from an earlier run")
    files = make(tmp_path, 3, file_format="parquet")
    assert set(files) == {f"{name}.parquet" for name in TABLES} | {
        *(f"{level}.geojson" for level in region_code.LEVELS),
        "truth.json",
    }
    with duckdb.connect() as connection:
        for name, table in TABLES.items():
            found = connection.read_parquet(str(tmp_path / f"{name}.parquet"))
            assert found.columns == [column.name for column in table.columns]
            assert [str(of).lower() for of in found.types] == [column.sql_type for column in table.columns]


def test_unknown_scale_and_end_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CockpitError, match="演示规模"):
        generate("planet", 1, tmp_path, lambda line: None, END)
    with pytest.raises(CockpitError, match="无法生成"):
        generate("village", 1, tmp_path, lambda line: None, date(2031, 1, 1))


@pytest.mark.parametrize("name", list(TABLES))
def test_rows_keep_the_contract(county: Demo, name: str) -> None:
    table = TABLES[name]
    count = county.value(f"select count(*) from {name}")
    assert count > 0
    assert county.value(f"select count(distinct ({', '.join(map(quoted, table.key))})) from {name}") == count
    for check in table.checks:
        assert county.value(f"select count(*) from {name} where not ({check.condition})") == 0, check.name
    for column in table.columns:
        at = f"from {name} where {quoted(column.name)} is not null and {quoted(column.name)}"
        if column.required:
            assert county.value(f"select count({quoted(column.name)}) from {name}") == count, column.name
        if column.codes:
            codes = list(CODES[column.codes])
            assert county.value(f"select count(*) {at} not in $codes", codes=codes) == 0
        if column.refers_to or (column.type == "region" and name != "region"):
            other = TABLES[column.refers_to or "region"]
            key = other.key[0]
            assert county.value(f"select count(*) {at} not in (select {key} from {other.name})") == 0
        if column.type == "timestamp" and column.name not in ("due_at",):
            assert county.value(f"select count(*) {at} >= date '2026-07-01'") == 0, column.name
        if column.name in ("occurred_on", "reported_on", "completed_on", "published_on", "started_on", "day"):
            assert county.value(f"select count(*) {at} > $end", end=END) == 0, column.name


def test_sizes_are_met(county: Demo) -> None:
    size = SCALES["county"]
    assert county.value("select count(*) from complaint") == pytest.approx(size.complaints, rel=0.05)
    assert county.value("select count(*) from alert") == pytest.approx(size.alerts, rel=0.15)
    records = sum(county.value(f"select count(*) from {module}") for module in MODULES)
    assert records == pytest.approx(size.records, rel=0.08)
    assert county.value("select count(*) from disclosure_item") == 116
    assert county.value("select count(*) from region where level = 'village'") == size.villages
    assert {row[0] for row in county.rows("select distinct module from alert")} == set(MODULES)
    assert county.rows("select min(received_at)::date >= $start from complaint", start=START) == [(True,)]


def test_stage_of_a_complaint_is_that_of_its_last_event(county: Demo) -> None:
    wrong = county.value(
        "select count(*) from complaint left join ("
        '  select complaint_id, max_by(stage, "at") as stage, max("at") as last_at'
        "  from complaint_event group by all"
        ") as last on id = complaint_id"
        " where last.stage is distinct from complaint.stage or last.last_at is distinct from updated_at"
    )
    assert wrong == 0
    assert (
        county.value(
            "select count(*) from complaint where (stage in ('replied', 'rated')) != (closed_at is not null)"
        )
        == 0
    )
    assert (
        county.value("select count(*) from complaint where (stage = 'rated') != (satisfaction is not null)")
        == 0
    )


def test_events_follow_their_alert_in_order(county: Demo) -> None:
    assert (
        county.value('select count(*) from alert_event join alert on alert_id = id where "at" < raised_at')
        == 0
    )
    order = list(CODES["alert_stage"])
    assert (
        county.value(
            "select count(*) from (select list_position($order, stage) as no,"
            '  lag(no) over (partition by alert_id order by "at") as before from alert_event)'
            " where before > no",
            order=order,
        )
        == 0
    )
    assert county.value("select count(*) from alert_event where note like '%退回%'") > 0
    assert county.value("select count(*) from alert where id not in (select alert_id from alert_event)") > 0


def test_evidence_names_the_record_behind_an_alert(county: Demo) -> None:
    for module in MODULES:
        evidence = county.rows("select evidence, title from alert where module = $module", module=module)
        linked = {json.loads(text)["links"][0]["id"] for text, _ in evidence}
        assert county.value(f"select count(*) from {module} where id in $ids", ids=list(linked)) == len(
            linked
        )
        assert all(json.loads(text)["rule"] and json.loads(text)["rows"] for text, _ in evidence)


def test_no_real_place(county: Demo) -> None:
    assert county.value("select count(*) from region where code not like '99%'") == 0


def test_parents_sum_their_children(county: Demo) -> None:
    assert (
        county.value(
            "select count(*) from region join ("
            "  select parent, sum(population) as population, sum(households) as households"
            "  from region group by parent) as child on code = child.parent"
            " where child.population != region.population or child.households != region.households"
        )
        == 0
    )
    for code, parent in county.rows("select code, parent from region where level != 'province'"):
        assert parent == region_code.ancestors(code)[-1]
    assert county.value("select count(*) - count(distinct (parent, name)) from region") == 0


def rate(county: Demo, condition: str, **values: object) -> float:
    """Return complaints per head of the villages under a condition."""
    return float(
        county.value(
            "select sum(complaints) / sum(population) from (select population,"
            "  (select count(*) from complaint where region_code = code) as complaints"
            f" from region where level = 'village' and {condition})",
            **values,
        )
    )


def test_hot_spots_are_hot(county: Demo) -> None:
    assert county.truth["hot_spots"]
    for spot in county.truth["hot_spots"]:
        prefix = region_code.prefix(spot["region_code"])
        ratio = rate(county, "starts_with(code, $prefix)", prefix=prefix) / rate(
            county, "not starts_with(code, $prefix)", prefix=prefix
        )
        # Chance differences of places come on top of what is planted.
        assert spot["factor"] / 1.7 < ratio < spot["factor"] * 1.7


def test_silent_villages_are_silent(county: Demo) -> None:
    silent = county.truth["silent_villages"]
    assert silent
    assert county.value("select count(*) from complaint where region_code in $silent", silent=silent) == 0
    weak = county.value(
        "select count(distinct region_code || item_code) / $villages / 116 from disclosure where region_code in $silent",
        silent=silent,
        villages=len(silent),
    )
    all_of_them = county.value("select count(distinct region_code || item_code) / 130 / 116 from disclosure")
    assert weak < 0.4 < 0.6 < all_of_them


def test_planted_problems_come_back_within_180_days(county: Demo) -> None:
    again = (
        "select count(*) from complaint as first where exists (from complaint as next"
        "  where next.region_code = first.region_code and next.category = first.category"
        "  and next.place = first.place and next.received_at > first.closed_at"
        "  and next.received_at <= first.closed_at + interval 180 days)"
    )
    for planted in county.truth["recurring"]:
        at = {"code": planted["region_code"], "category": planted["category"]}
        count = county.value(
            "select count(*) from complaint where region_code = $code and category = $category", **at
        )
        assert (
            county.value(f"{again} and first.region_code = $code and first.category = $category", **at)
            >= 0.25 * count
            > 0
        )
    assert 0.02 < county.value(again) / county.value("select count(*) from complaint") < 0.2


def test_spike_stands_out(county: Demo) -> None:
    for spike in county.truth["spikes"]:
        months = dict(
            county.rows(
                "select date_trunc('month', received_at)::date::varchar, count(*) from complaint"
                " where industry_code = $industry and starts_with(region_code, $prefix) group by all",
                industry=spike["industry_code"],
                prefix=region_code.prefix(spike["region_code"]),
            )
        )
        usual = sorted(months.values())[len(months) // 2]
        assert months[spike["from_month"]] > 2.5 * usual


def test_campaign_lowers_its_industry(county: Demo) -> None:
    for campaign in county.truth["campaigns"]:
        share = (
            "select count(*) filter (industry_code = $industry) / count(*) from complaint"
            " where starts_with(region_code, $prefix) and received_at {} $start::timestamp"
        )
        values = {
            "industry": campaign["industry_code"],
            "prefix": region_code.prefix(campaign["region_code"]),
            "start": campaign["from_month"],
        }
        assert county.value(share.format(">="), **values) < 0.75 * county.value(share.format("<"), **values)


def test_slow_units_are_slow(county: Demo) -> None:
    median = "select median(epoch(closed_at - received_at)) from complaint where unit_id {} $units"
    units = [unit["unit_id"] for unit in county.truth["slow_units"]]
    ratio = county.value(median.format("in"), units=units) / county.value(
        median.format("not in"), units=units
    )
    assert ratio == pytest.approx(2.5, rel=0.3)


def test_late_towns_enter_late(county: Demo) -> None:
    records = " union all ".join(
        f"select region_code, reported_on - occurred_on as days from {name}" for name in MODULES
    )
    share = f"select avg((days >= 15)::integer) from ({records}) where {{}} starts_with(region_code, $prefix)"
    for late in county.truth["late_towns"]:
        prefix = region_code.prefix(late["region_code"])
        assert county.value(share.format(""), prefix=prefix) == pytest.approx(late["share"], abs=0.1)
        assert county.value(share.format("not"), prefix=prefix) < 0.1


def test_models_are_as_precise_as_said(county: Demo) -> None:
    found = dict(
        county.rows(
            "select model, avg((finding != 'unsubstantiated')::integer) from alert_event"
            " join alert on alert_id = id where finding is not null group by model having count(*) >= 20"
        )
    )
    planted = county.truth["model_precision"]
    assert set(found) & set(planted)
    for model in set(found) & set(planted):
        assert found[model] == pytest.approx(planted[model], abs=0.25)


def test_spring_festival_is_quiet(county: Demo) -> None:
    day = "select count(*) / $days from complaint where received_at::date between $first and $last"
    festival = county.value(day, days=11, first=date(2026, 2, 14), last=date(2026, 2, 24))
    after = county.value(day, days=18, first=date(2026, 2, 25), last=date(2026, 3, 14))
    assert festival < 0.4 * after


def test_the_case_of_three_cadres(county: Demo) -> None:
    case = county.truth["case"]
    assert county.rows(
        "select module, level, raised_at::date::varchar, region_code, amount from alert where id = $id",
        id=case["alert_id"],
    ) == [("labour", "red", case["raised_on"], case["region_code"], 600.0)]
    assert county.rows(
        "select disposition, four_form, persons, recovered from alert_event"
        " where alert_id = $id and stage = 'disposed'",
        id=case["alert_id"],
    ) == [("talk", "1", 3, 600.0)]
    assert county.rows("select count(*), sum(pay), bool_and(is_cadre) from labour where id like 'YG-%'") == [
        (3, 600.0, True)
    ]


def test_some_texts_hold_numbers_to_redact(county: Demo) -> None:
    assert (
        county.value(r"select count(*) from complaint where regexp_matches(text, '1400\d{7}|99\d{16}')") > 50
    )
    assert county.value("select count(*) from complaint where text like '%{%' or subject like '%{%'") == 0
    assert (
        county.value(
            "select max(n) from ("
            "  select count(*) as n from complaint where writer is not null group by writer)"
        )
        > 2
    )

"""The region of a row: by code, by path, by the words of a text."""

import pytest


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("990101001001", "990101001001"),
        ("990101", "990101000000"),
        ("9902", "990200000000"),
        ("青江市/东湖区", "990101000000"),
        ("示范省青江市东湖区", "990101000000"),
        ("青江东湖", "990101000000"),
        ("青江市 东湖区 柳河镇 和平村", "990101001001"),
        ("示范省西山县和平村", "990102001001"),
        ("柳河和平", "990101001001"),
        ("东风村", "990101001002"),
        ("云台镇", "990201001000"),
        ("云台村", "990201001001"),
        ("和平村", None),
        ("东湖区", None),
        ("990103", None),
        ("99010", None),
        ("没有的地方", None),
    ],
)
def test_codes_and_paths(regions, write, ingest, query, text: str, code: str | None) -> None:
    (report,) = ingest(write("complaint.csv", f"id,received_at,region_code\n1,2024-01-02,{text}\n"))
    assert query("select region_code from raw.complaint") == ([(code,)] if code else [])
    assert report.count_rejected == (code is None)


PROFILE = """
table = "complaint"
[columns]
id = "no"
received_at = "when"
subject = "subject"
text = "text"
[region]
method = "{method}"
columns = {columns}
root = "{root}"
fallback = "{fallback}"
"""


def placed(write, ingest, query, text: str, **options: str) -> tuple[str | None, tuple[str, ...]]:
    options = {
        "method": "text",
        "columns": '["subject", "text"]',
        "root": "990000000000",
        "fallback": "ancestor",
    } | options
    profile = write("p.toml", PROFILE.format(**options))
    (report,) = ingest(write("in.csv", f"no,when,subject,text\n1,2024-01-02,{text}\n"), profile=profile)
    rows = query("select region_code from raw.complaint")
    return (rows[0][0] if rows else None), report.notes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("路灯,青江市西山县的路灯坏了", "990102000000"),
        ("青江市,东湖区的路灯坏了", "990101000000"),
        ("东湖区,白沙市的路灯", "990201000000"),
        ("路灯,我家在西山县和平村", "990102001001"),
        ("路灯,我家在东风村", "990101001002"),
        ("路灯,我家在和平村", "990100000000"),
        ("路灯,东湖区有人占道", "990000000000"),
        ("路灯,没有说在哪里", "990000000000"),
    ],
)
def test_the_place_in_a_text(regions, write, ingest, query, text: str, code: str) -> None:
    assert placed(write, ingest, query, text)[0] == code


def test_unknown_and_ambiguous_places_are_counted(regions, write, ingest, query) -> None:
    assert placed(write, ingest, query, "路灯,东湖区有人占道")[1] == ("地名不明或不止一处、归入上级的行：1",)
    assert placed(write, ingest, query, "路灯,西山县")[1] == ()


def test_a_profile_may_reject_instead(regions, write, ingest, query) -> None:
    assert placed(write, ingest, query, "路灯,东湖区有人占道", fallback="reject")[0] is None
    assert placed(write, ingest, query, "路灯,西山县", fallback="reject")[0] == "990102000000"


def test_a_path_falls_back_to_what_is_certain(regions, write, ingest, query) -> None:
    options = {"method": "path"}
    assert placed(write, ingest, query, "青江市,没有的县", **options) == (
        "990100000000",
        ("地名不明或不止一处、归入上级的行：1",),
    )
    assert placed(write, ingest, query, "青江市,西山县", **options)[0] == "990102000000"
    assert placed(write, ingest, query, ",", **options)[0] == "990000000000"


def test_an_unknown_code_falls_back_to_what_is_certain(regions, write, ingest, query) -> None:
    options = {"method": "code", "columns": '["text"]'}
    assert placed(write, ingest, query, "x,990101999999", **options)[0] == "990101000000"


def test_a_root_bounds_the_search(regions, write, ingest, query) -> None:
    assert placed(write, ingest, query, "路灯,东湖区有人占道", root="990200000000")[0] == "990201000000"


def test_a_name_that_looks_like_a_code_doubles_no_row(write, ingest, query) -> None:
    ingest(
        write(
            "region.csv", "code,name\n990000000000,990000000000\n990100000000,青江市\n990200000000,青江市\n"
        )
    )
    (report,) = ingest(
        write("complaint.csv", "id,received_at,region_code\n1,2024-01-02,99\n2,2024-01-02,青江市\n")
    )
    assert (report.count_read, report.count_accepted) == (2, 1)
    assert query("select id, region_code from raw.complaint") == [("1", "990000000000")]

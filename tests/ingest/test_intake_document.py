"""The worked example of docs/intake.md does what the document says."""

import re
import textwrap

from cockpit.settings import ROOT

DOCUMENT = (ROOT / "docs" / "intake.md").read_text("utf-8")


def block(first: str) -> str:
    """Return the indented block that starts with a line."""
    found = re.search(rf"^    {re.escape(first)}\n(?:    .*\n)+", DOCUMENT, re.MULTILINE)
    assert found is not None
    return textwrap.dedent(found.group())


def test_the_worked_example(write, ingest, query) -> None:
    profile = re.search(r"```toml\n(.*?)```", DOCUMENT, re.DOTALL)
    assert profile is not None
    ingest(write("region.csv", block("code,name,level,parent")))
    unit, complaint = ingest(
        write("requests.csv", block("SR Number,Created,Closed,Department,Status,Type,Street,Ward,District")),
        profile=write("example_city.toml", profile.group(1)),
    )
    assert (unit.count_read, unit.count_accepted) == (2, 2)
    assert (complaint.count_read, complaint.count_accepted, complaint.count_rejected) == (3, 2, 1)
    assert "地名不明或不止一处、归入上级的行：1" in complaint.notes
    assert query("select id, region_code, stage from raw.complaint order by id") == [
        ("1001", "970101001000", "replied"),
        ("1003", "970102000000", "accepted"),
    ]
    (reject,) = complaint.rejects_path.read_text("utf-8-sig").splitlines()[1:]
    assert reject.startswith("requests.csv,3,受理时间、办结时间,")
    assert "办结时间早于受理时间" in reject

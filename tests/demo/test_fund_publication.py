"""Public money as villages publish it: most do, some late, some with another sum than was paid."""

import pytest

from tests.demo.conftest import Demo

PAID = (
    "(select region_code, scheme as fund, year(completed_on) as year, sum(amount) as paid from relief"
    " where completed_on is not null group by all)"
)
TOLD = "(select region_code, fund, for_year as year, sum(amount) as told, count(*) as n from fund_publication group by all)"


def test_most_is_published_and_nothing_that_was_not_paid(county: Demo) -> None:
    both = f"from {PAID} as p full join {TOLD} as t using (region_code, fund, year)"
    assert county.value(f"select count(*) {both} where p.paid is null") == 0
    assert county.value(f"select count(*) {both} where told > paid") == 0
    share = county.value(f"select count(t.told) / count(*) {both} where year < 2026")
    assert 0.7 < share < 0.95
    silent = county.truth["silent_villages"]
    of_silent = county.value(
        f"select count(t.told) {both} where list_contains($silent, region_code)", silent=silent
    )
    assert of_silent == 0


def test_some_sums_differ_and_some_come_late(county: Demo) -> None:
    # Published alone of its year: the sum must then be what was paid in one quarter.
    differs = county.value(
        "select avg((amount % 50 <> 0)::integer) from fund_publication where fund not in ('危房改造', '创业担保贷款')"
    )
    assert 0.01 < differs < 0.12
    after = "published_on - last_day(make_date(for_year, 12, 31))"
    late = county.value(
        f"select count(*) / (select count(*) from fund_publication) from fund_publication where {after} > 40"
    )
    assert 0 < late < 0.2
    assert county.value("select min(recipients) from fund_publication") == pytest.approx(1)

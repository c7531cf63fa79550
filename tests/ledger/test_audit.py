from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import delete, text, update

from cockpit.error import CockpitError
from cockpit.ledger import Ledger, audit, tables


def test_a_row_comes_back_as_it_went(ledger: Ledger) -> None:
    before = datetime.now(UTC)
    audit.record(
        ledger,
        "zhang",
        "export",
        "complaints",
        detail={"文件": "csv", "ids": (1, 2)},
        count_row=7,
        session="s1",
        address="10.0.0.1",
    )
    [entry] = audit.entries(ledger)
    assert before <= entry.at <= datetime.now(UTC)
    assert entry.at.utcoffset() == timedelta(0)
    assert entry == audit.Entry(
        1,
        entry.at,
        "zhang",
        "export",
        "complaints",
        {"文件": "csv", "ids": [1, 2]},
        7,
        "s1",
        "10.0.0.1",
        entry.hash,
    )


def test_rows_are_found_by_who_action_and_time(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    for day, (who, action) in enumerate(
        [("a", "sign_in"), ("b", "sign_in"), ("a", "export"), ("a", "sign_out")], start=1
    ):
        with ledger.write() as connection:
            connection.execute(
                tables.audit.insert().values(at=datetime(2026, 1, day, tzinfo=UTC), who=who, action=action)
            )

    def found(**chosen: object) -> list[int]:
        ids = [entry.id for entry in audit.entries(ledger, **chosen)]  # type: ignore[arg-type]
        assert audit.count(ledger, **chosen) == len(ids)  # type: ignore[arg-type]
        return ids

    assert found() == [4, 3, 2, 1]
    assert found(who="a") == [4, 3, 1]
    assert found(action="sign_in") == [2, 1]
    assert found(who="b", action="export") == []
    # From the start, to before the end, in any zone.
    china = timezone(timedelta(hours=8))
    assert found(start=datetime(2026, 1, 2, 8, tzinfo=china), end=datetime(2026, 1, 4, tzinfo=UTC)) == [3, 2]
    assert audit.count(ledger, who="a", most=2) == 2


def test_a_time_without_zone_is_refused(ledger: Ledger) -> None:
    with pytest.raises(Exception, match="zone"):
        audit.entries(ledger, start=datetime(2026, 1, 1))


@pytest.mark.parametrize("change", [update(tables.audit).values(who="x"), delete(tables.audit)])
def test_rows_cannot_be_changed_or_removed(ledger: Ledger, change: object) -> None:
    audit.record(ledger, "zhang", "export")
    with pytest.raises(CockpitError), ledger.write() as connection:
        connection.execute(change)  # type: ignore[call-overload]
    assert [entry.who for entry in audit.entries(ledger)] == ["zhang"]


def test_what_cannot_be_recorded_is_an_error(ledger: Ledger) -> None:
    with ledger.write() as connection:
        connection.execute(text("drop table audit"))
    with pytest.raises(CockpitError):
        audit.record(ledger, "zhang", "export")


def test_every_action_has_a_label() -> None:
    assert set(audit.ACTION_LABELS) == set(audit.Action.__args__)

"""Rows of the audit read in Chinese, whatever was done."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from cockpit.ledger.audit import Entry
from cockpit.ui import entry
from pages import ENTRIES


def row(action: str, target: str, detail: Any = None) -> Entry:
    return Entry(1, datetime(2026, 1, 1, tzinfo=UTC), "x", action, target, detail, None, None, None, "")


@pytest.mark.parametrize("page", ENTRIES, ids=lambda one: one.slug)
def test_a_page_that_was_refused_is_named(page: Any) -> None:
    told = entry.target(row("denied", page.slug))
    # Details are recorded with what they are of.
    assert page.slug in ("alert", "complaint") or not re.search("[a-z]", told)


def test_what_is_done_beside_a_rating_reads_in_words() -> None:
    made = row("rating_note", "990101001001", {"action": "veto", "note": 7, "follows": None})
    assert entry.detail(made) == "动作：一票否决；备注编号：7"
    refused = row("denied", "rating_note/990101001001", {"action": "lift"})
    assert (entry.target(refused), entry.detail(refused)) == ("评级备注 990101001001", "动作：撤销")


def test_what_was_taken_of_disclosure_reads_in_words() -> None:
    taken = row("export", "disclosure-late", {"state": "late", "category": "财务", "item": "F01"})
    assert entry.target(taken) == "未公开与逾期清单"
    assert entry.detail(taken) == "状态：逾期；类别：财务；公开事项：F01"


@pytest.mark.parametrize("action", ["account_add", "account_reset", "lock_out"])
def test_an_account_that_bears_the_name_of_a_page_stays_one(action: str) -> None:
    assert entry.target(row(action, "station")) == "station"
    assert entry.target(row("export", "station")) == "联络站"

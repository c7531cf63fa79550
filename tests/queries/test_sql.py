"""Named queries read views and the two macros over them, and nothing else."""

import re

import pytest
import sqlglot
from sqlglot import exp

from cockpit.queries.named import FOLDER, PARAMETERS, QUERIES
from cockpit.views.store import FOLDER as VIEW_FOLDER
from cockpit.views.store import MACROS_ABOVE, VIEWS

OVER_ANOTHER = {
    "alert": {("snapshot", "alert"), ("overlay", "alert_now")},
    "alert_now": {("overlay", "alert_now")},
    "alert_count": {("overlay", "alert_now")},
    "alert_text": {("snapshot", "alert")},
    "alert_stay": {("snapshot", "alert_stay"), ("overlay", "decided_stay")},
    "complaint_count": {("snapshot", "complaint")},
    "complaint_cluster": {("snapshot", "complaint_cluster_member")},
    "complaint_month_unit": {("snapshot", "complaint_month")},
}
FILES = sorted(FOLDER.glob("*.sql"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_query_reads_views_only(path) -> None:
    [tree] = sqlglot.parse(path.read_text(encoding="utf-8"), dialect="duckdb")
    assert isinstance(tree, exp.Query)
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        assert not table.db
        assert not table.catalog
        called = table.this
        if isinstance(called, exp.Func):
            assert called.name in {*MACROS_ABOVE, "alert_at"}
        else:
            assert table.name in {*VIEWS, *own}
    for call in tree.find_all(exp.Anonymous):
        assert call.name.lower() in {*MACROS_ABOVE, "alert_at", "list_position", "quantile_cont"}, call.name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_query_says_its_grain_first(path) -> None:
    assert path.read_text(encoding="utf-8").startswith("-- One row")


@pytest.mark.parametrize("path", sorted(VIEW_FOLDER.glob("*.sql")), ids=lambda path: path.stem)
def test_a_view_reads_its_own_relation_under_scope(path) -> None:
    text = path.read_text(encoding="utf-8")
    [tree] = sqlglot.parse(text, dialect="duckdb")
    # What a subquery in the from clause yields stands under the scope of the select around it; parts of a union each
    # have their own.
    outermost = [one for one in tree.find_all(exp.Select) if one.find_ancestor(exp.Subquery) is None]
    for select in outermost:
        assert select.args["where"] is not None
        assert re.search(r"in_scope|getvariable", str(select.args["where"]), re.IGNORECASE)
    tables = {(table.db, table.name) for table in tree.find_all(exp.Table)}
    assert tables - {("overlay", "decided_month")} == OVER_ANOTHER.get(path.stem, {("snapshot", path.stem)})
    assert outermost


def test_every_named_query_has_its_file_and_known_parameters() -> None:
    analysis = {path.stem for path in FOLDER.glob("analysis_*.sql")}
    heat = {path.stem for path in FOLDER.glob("heat_*.sql")}
    effect = {path.stem for path in FOLDER.glob("effect_*.sql")}
    rating = {path.stem for path in FOLDER.glob("rating_*.sql")}
    disclosure = {path.stem for path in FOLDER.glob("disclosure_*.sql")}
    module = {path.stem for path in FOLDER.glob("module_*.sql")}
    screen = {path.stem for path in FOLDER.glob("screen_*.sql")}
    assert set(QUERIES) | analysis | heat | effect | rating | disclosure | module | screen | {
        "alert_count_rolled",
        "alert_picked",
        "alert_rows",
        "complaint_count_rolled",
        "names",
        "overview_alert",
        "overview_alert_month",
        "overview_complaint",
        "overview_complaint_month",
        "overview_region",
    } == {path.stem for path in FILES}
    for query in QUERIES.values():
        assert query.description
        assert set(query.parameters) <= set(PARAMETERS)

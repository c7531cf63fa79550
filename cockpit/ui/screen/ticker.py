"""The line at the foot: new red alerts and early signals, in words that name no person and no village."""

from datetime import timedelta

import pandas as pd
from markupsafe import Markup

from cockpit import region_code
from cockpit.analysis.season import COUNT_MIN
from cockpit.contract.codes import ALERT_STAGE, MODULE
from cockpit.scope import Scope
from cockpit.settings import settings
from cockpit.ui import cached
from cockpit.ui.analysis import period
from cockpit.ui.screen import alerts, markup
from cockpit.ui.screen.view import View

NEW_MAX, SIGNALS_MAX = 20, 8
SIGNAL_DAYS = 28


@cached.by_scope
def ticker(scope: Scope, view: View) -> Markup:
    """Return what is new, one item each; one that says that nothing is."""
    items = [*_red(scope, view), *_signals(scope, view)]
    if not items:
        items = [
            Markup('<p class="item">近 {} 天没有新增红色预警，没有早期信号。</p>').format(
                settings().screen.new_days
            )
        ]
    return markup.joined(items)


def _red(scope: Scope, view: View) -> list[Markup]:
    place = view.region or (scope.regions[0] if len(scope.regions) == 1 else "")
    if _is_village(place):
        # The head of the screen names it: told one by one, they would be that village's.
        return [Markup('<p class="item">只看一个村时，新增红色预警不逐条列出。</p>')]
    rows = alerts.new_red(scope, view).head(NEW_MAX)
    names = cached.region_names(scope)
    full = pd.Series([names.get(code, "") for code in rows["region_code"]], dtype=object)
    places = cached.below_root(scope, full).tolist()
    return [
        Markup('<p class="item red" data-id="{}"><b>▲▲▲ 新增红色预警</b> {}　{}　{}{}</p>').format(
            row["mark"],
            f"{row['raised_at']:%m-%d %H:%M}",
            place or "本级",
            f"{MODULE[row['module']]}模块" if row["module"] in MODULE else "其他来源",
            "" if view.is_past else f"，现处{ALERT_STAGE[row['stage']]}",
        )
        for row, place in zip(rows.to_dict("records"), places, strict=True)
    ]


@cached.by_build
def _signals(scope: Scope, view: View) -> tuple[Markup, ...]:
    last = view.day
    found = period.early(scope, view.chosen, last)
    if not len(found):
        return ()
    recent = found[found["end"].dt.date >= last - timedelta(days=SIGNAL_DAYS)]
    # Said of places down to the town, and of fewer than five complaints never.
    kept = recent[(recent["kind"] != "地区") | ~recent["code"].map(_is_village).astype(bool)]
    kept = kept[kept["count"] >= COUNT_MIN]
    return tuple(
        Markup(
            '<p class="item signal" data-id="{}"><b>◆ 早期信号</b> {}（{}）连续两周高于预期：{} 起一周 {} 件，预期 {}，上限 {}</p>'
        ).format(
            f"{row['kind']}{row['code']}{row['start']:%Y-%m-%d}",
            row["series_name"],
            row["kind"],
            f"{row['start']:%m-%d}",
            f"{row['count']:,.0f}",
            f"{row['expected']:,.1f}",
            f"{row['upper']:,.0f}",
        )
        for row in kept.head(SIGNALS_MAX).to_dict("records")
    )


def _is_village(code: str) -> bool:
    return region_code.is_code(code) and region_code.level(code) == "village"

"""The head of the screen: title, as-of time, source, what is not as promised, and at most seven figures."""

from datetime import datetime

from markupsafe import Markup

from cockpit import queries
from cockpit.queries.measures import MEASURES
from cockpit.scope import Scope
from cockpit.settings import settings
from cockpit.ui import cached, cards, wording
from cockpit.ui.screen import markup
from cockpit.ui.screen.complaints import totals
from cockpit.ui.screen.view import View

# By what each tells of: only counts of what was received or raised have a past.
COMPLAINTS = ("complaint_count", "closure_rate", "complaint_overdue_count")
ALERTS = ("alert_count", "red_open_count", "substantiation_rate", "recovered")
HAVE_A_PAST = ("complaint_count", "alert_count")


@cached.by_scope
def figures(scope: Scope, view: View) -> Markup:
    """Return the figures of the period with their changes, each as the overview has it."""
    data = totals(scope, view.chosen)
    is_same = data.periods["previous"] == data.periods["last_year"]
    found = []
    for names, frames in (
        (COMPLAINTS, (data.complaint_now, data.complaint_previous, data.complaint_last_year)),
        (ALERTS, (data.alert_now, data.alert_previous, data.alert_last_year)),
    ):
        now, before, year = (dict(rows.iloc[0]) for rows in frames)
        for name in names:
            card = cards.card(MEASURES[name], now, before, None if is_same else year)
            is_told = not view.is_past or name in HAVE_A_PAST
            value, period = (card.value, card.period) if is_told else (wording.NOTHING, None)
            found.append(
                Markup('<p title="{}"><span>{}</span><small>{}</small><b>{}</b></p>').format(
                    card.definition,
                    card.label,
                    f"{'同比' if is_same else '环比'} {period or wording.NOTHING}"
                    if is_told
                    else "过去不可还原",
                    value,
                )
            )
    return markup.joined(found)


def head(scope: Scope, view: View, *, is_linked: bool) -> Markup:
    """Return title, place, period and where the numbers come from."""
    build = cached.build(scope)
    names = cached.path(scope, view.region) if view.region else {}
    root = next(iter(cached.roots(scope).values()), "") if len(scope.regions) == 1 else "全部范围"
    steps = [("", root), *((code, names.get(code, code)) for code in cached.steps(scope, view.region))]
    crumbs = markup.joined(
        Markup('<button data-go="{}"{}>{}</button>').format(
            code, Markup(" disabled") if at == len(steps) - 1 else "", f"{'› ' if at else ''}{name}"
        )
        for at, (code, name) in enumerate(steps)
    )
    start, end = view.chosen.start, view.chosen.end
    back = (
        Markup('<a href="{}" target="_self">返回总览</a>').format(markup.address("overview", view.chosen, {}))
        if is_linked
        else ""
    )
    return Markup(
        '<h1>{}</h1><nav>{}</nav><p class="source">{}<span>期间 {} 至 {}</span><span>{} {}</span>'
        "<span>来源：本地快照 {}</span>{}</p>"
    ).format(
        settings().screen.title or settings().title,
        crumbs,
        Markup('<b class="demo">演示数据</b>') if build.is_demo else "",
        f"{start:%Y-%m}",
        f"{end:%Y-%m}",
        "回看截至" if view.is_past else "数据截至",
        wording.day(view.day) if view.is_past else wording.moment(build.as_of),
        build.build_id,
        back,
    )


def problem(scope: Scope) -> str:
    """Say why what is shown may not be what was promised; nothing when it is."""
    if told := queries.problem():
        return told
    promised = min(settings().source_interval_days.values(), default=None)
    now = datetime.now(wording.LOCAL).replace(tzinfo=None)
    days = (now - cached.build(scope).as_of).days
    if promised is not None and days > promised:
        return f"数据已 {days} 天没有更新，超过约定的 {promised} 天：所示截至 {wording.moment(cached.build(scope).as_of)}。"
    return ""

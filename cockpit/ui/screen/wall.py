"""The wall: one component that lays the panels out, scales them, turns from place to place and keeps itself alive."""

import logging
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st
from markupsafe import Markup

from cockpit.error import CockpitError
from cockpit.scope import Role, Scope
from cockpit.settings import settings
from cockpit.ui import cached
from cockpit.ui.screen import alerts, complaints, markup, top
from cockpit.ui.screen.centre import Drawn, centre
from cockpit.ui.screen.markup import Part
from cockpit.ui.screen.ticker import ticker
from cockpit.ui.screen.view import View

FOLDER = Path(__file__).parent
KEY, BEAT = "screen-wall", "screen-beat"
LEFT: dict[str, Callable[[Scope, View], Part]] = {
    "volume": complaints.volume,
    "regions": complaints.regions,
    "industries": complaints.industries,
    "topics": complaints.topics,
    "satisfaction": complaints.satisfaction,
}
RIGHT: dict[str, Callable[[Scope, View], Part]] = {
    "alerts": alerts.alerts,
    "red": alerts.red,
    "cohorts": alerts.cohorts,
    "stuck": alerts.stuck,
    "money": alerts.money,
    "grades": alerts.grades,
}
# Who may open nothing but the screen is offered nothing else.
UNLINKED: frozenset[Role] = frozenset({"kiosk"})
BROKEN = "此面板暂不可用，详情已写入服务日志。"
LOGGER = logging.getLogger(__name__)
T = TypeVar("T")


@cache
def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def parts(scope: Scope, view: View) -> dict[str, str]:
    """Return the markup of every panel by its key; one that fails says so, the rest stands."""
    is_linked = scope.role not in UNLINKED
    drawn = _made("map", lambda: centre(scope, view), Drawn(markup.nothing(BROKEN), ()))
    found = {
        "head": str(_made("head", lambda: top.head(scope, view, is_linked=is_linked), Markup(""))),
        "figures": str(_made("figures", lambda: top.figures(scope, view), markup.nothing(BROKEN))),
        "map": str(drawn.body),
        "ticker": str(_made("ticker", lambda: ticker(scope, view), markup.nothing(BROKEN))),
        "problem": top.problem(scope),
    }
    panels = LEFT | RIGHT
    for key in settings().screen.panels:
        part = _made(key, partial(panels[key], scope, view), None)
        found[key] = markup.section(part, view.chosen, is_linked=is_linked) if part else BROKEN
    return found


def _made(key: str, make: Callable[[], T], otherwise: T) -> T:
    try:
        return make()
    except CockpitError:
        raise
    except Exception:
        LOGGER.exception("panel %s of the screen failed", key)
        return otherwise


def draw(scope: Scope, view: View, *, is_pinned: bool, callbacks: Mapping[str, Callable[[], None]]) -> None:
    """Draw the wall; `callbacks` by trigger: go (a place), pin, day."""
    screen = settings().screen
    drawn = centre(scope, view)
    steps = ["", *cached.steps(scope, view.region)]
    data: dict[str, Any] = {
        "parts": parts(scope, view),
        "columns": {
            "left": [key for key in screen.panels if key in LEFT],
            "right": [key for key in screen.panels if key in RIGHT],
        },
        "turns": list(drawn.turns),
        "region": view.region or "",
        "above": steps[-2] if len(steps) > 1 else None,
        "pinned": is_pinned,
        "looks_back": scope.sees_cases,
        "colour": screen.colour,
        "day": f"{view.day:%Y-%m-%d}" if view.is_past else "",
        "seconds": {
            "rotate": screen.rotate_seconds,
            "resume": screen.resume_seconds,
            "refresh": screen.refresh_seconds,
        },
        "reload_hour": screen.reload_hour,
    }
    _component("screen_wall", _read("wall.html"), _read("wall.css"), _read("wall.js"))(
        key=KEY,
        data=data,
        width="stretch",
        height="content",
        **{f"on_{name}_change": callback for name, callback in callbacks.items()},
    )


def beat(moment: str) -> None:
    """Tell the wall that the server is there."""
    _component("screen_beat", "<span></span>", "", _read("beat.js"))(key=BEAT, data={"at": moment})


def _component(name: str, html: str, css: str, js: str) -> Any:
    return st.components.v2.component(name, html=html, css=css, js=js, isolate_styles=False)

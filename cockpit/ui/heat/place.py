"""Section 地图: where alerts lie, as a map or as tiles of text; a click leads down."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from cockpit import queries
from cockpit.charts.heat_map import HEIGHT, LAYERS, colours, heat_map
from cockpit.queries import Filters, heat
from cockpit.queries.heat import NO_DATA, QUIET, SILENT
from cockpit.queries.measures import years
from cockpit.queries.overview import REMAINDER_NAME
from cockpit.region_code import LEVEL_LABELS
from cockpit.scope import Scope
from cockpit.settings import settings
from cockpit.ui import cached, filters, frame, wording
from cockpit.ui.analysis.choice import choice
from cockpit.ui.analysis.panel import ROWS_IN_SIGHT, period
from cockpit.ui.heat.colour import COLOURS, Colour, Coloured, coloured, mark, written

VIEWS = {"map": "地图", "tiles": "方格"}
# At what level places are drawn, by that of the focus; from the county down each village.
DRAWN = {None: None, "province": "county", "city": "town"}
STATES = {
    QUIET: "平静：有数据，没有预警",
    SILENT: "沉默：久无任何数据",
    NO_DATA: "从无数据",
    "unknown": "权限内无法判断是否沉默",
}
TILES_MAX, RANKED_MAX = 150, 100
POLYGONS = ("Polygon", "MultiPolygon")


@dataclass(frozen=True)
class Drawing:
    """All that the section draws: a deck or tiles, the legend, and what is not in either."""

    places: pd.DataFrame
    shown: Coloured
    deck: Any
    notes: tuple[str, ...]
    level: str


@cached.by_build
def shapes(
    scope: Scope, region: str | None, level: str | None
) -> tuple[Mapping[str, Mapping[str, Any]], int]:
    """Return the polygons of the places that a focus is drawn in, and how many boundaries cannot be read."""
    drawn = set(heat.regions(queries.build_id(), scope, region, level, None)["code"])
    rows = heat.boundaries(scope, sorted(drawn))
    found: dict[str, Mapping[str, Any]] = {}
    broken = 0
    for code, text in zip(rows["region_code"], rows["geometry"], strict=True):
        try:
            geometry = json.loads(text)
            if geometry["type"] in POLYGONS and geometry["coordinates"][0][0]:
                found[code] = geometry
                continue
        except (ValueError, TypeError, KeyError, IndexError):
            pass
        broken += 1
    return found, broken


@cached.by_scope
def places(scope: Scope, chosen: Filters, level: str | None) -> pd.DataFrame:
    """Return the counts of the places of a level; see `heat.places`."""
    return heat.places(scope, chosen, level)


def totals(scope: Scope, chosen: Filters) -> dict[str, int]:
    """Return the counts of the focus as a whole: those of its parts and of what lies in none."""
    rows = places(scope, chosen, drawn_level(scope, chosen.region))
    return {name: int(rows[name].sum()) for name in heat.COUNTS}


def drawn_level(scope: Scope, region: str | None) -> str | None:
    """Return the level of the places on the map; None for the parts of several regions."""
    return DRAWN.get(heat.focus_level(scope, region), "village")


@cached.by_scope
def drawing(scope: Scope, chosen: Filters, by: str, view: str) -> Drawing:
    """Return what the section draws for a scope under filters."""
    level = drawn_level(scope, chosen.region) if view == "map" else None
    rows = places(scope, chosen, level)
    colour = COLOURS[by]
    named = rows[rows["name"] != REMAINDER_NAME].reset_index(drop=True)
    rest = rows[rows["name"] == REMAINDER_NAME]
    shown = coloured(named, colour, years(*period(chosen)))
    told = named.assign(
        value=shown.values,
        class_=shown.of,
        is_silent=named["state"].isin([SILENT, NO_DATA]),
        name=named["name"].where(~named["is_former"], named["name"] + "（已撤并）"),
    )
    told["card"] = [_card(row, colour) for row in told.to_dict("records")]
    notes = (
        [
            f"本级（未细分）{int(rest['alert_count'].sum()):,} 条预警记在本级或中间层级，不在所示地区内，已计入总数。"
        ]
        if len(rest)
        else []
    )
    if colour.kind != "count" and len(named) > 1 and shown.values.nunique() == 1:
        notes.append(
            f"各地区{colour.label}的差异没有超出偶然，平滑后均为全体的 {written(shown.values.max(), colour)}；原始件数见悬停说明。"
        )
    deck = None
    if view == "map":
        found, broken = shapes(scope, chosen.region, level)
        lost = told[~told["code"].isin(list(found)) & (told["longitude"].isna() | told["latitude"].isna())]
        if not found:
            notes.append("没有可用的边界数据，以点表示；可装载 GeoJSON 边界。")
        if broken:
            notes.append(f"{broken} 个地区的边界无法读取，以点表示；请检查 GeoJSON 后重新装载。")
        if len(lost):
            notes.append(
                f"未定位：{len(lost)} 个地区既无边界又无坐标，未画在图上，共 {int(lost['alert_count'].sum()):,} 条预警；见“方格”。"
            )
        has_columns = level in ("county", "town")
        deck = heat_map(
            told,
            found,
            count_classes=len([1 for sign, _, _ in shown.legend if sign not in "○—"]),
            has_columns=has_columns,
            spots=_spots(scope, chosen, level, colour) if has_columns else None,
        )
    return Drawing(told, shown, deck, tuple(notes), LEVEL_LABELS.get(str(level), "下级"))


def _spots(scope: Scope, chosen: Filters, level: str | None, colour: Colour) -> pd.DataFrame:
    """Return the heat beneath the columns: what the figure counts, one level finer than these."""
    finer = places(scope, chosen, "town" if level == "county" else "village")
    finer = finer[(finer[colour.numerator] > 0) & finer["longitude"].notna() & finer["latitude"].notna()]
    return finer.assign(weight=finer[colour.numerator])[["longitude", "latitude", "weight"]]


def _card(row: Mapping[Any, Any], colour: Colour) -> list[str]:
    """Return the lines of the card of one place."""
    lines = [
        str(row["name"]),
        f"{colour.label}：{written(row['value'], colour)}",
        f"预警 {row['alert_count']:,} 条，未处置 {row['open_count']:,}，超期 {row['overdue_count']:,}",
        f"红色 {row['red_count']:,} 条；查实 {row['substantiated_count']:,}/{row['verified_count']:,}",
    ]
    return [*lines, STATES.get(row["state"], "")]


def draw(scope: Scope, chosen: Filters) -> None:
    """Draw the section."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        view = choice("view", "呈现方式", VIEWS)
        by = choice("colour", "着色指标", {code: one.label for code, one in COLOURS.items()})
    drawn = drawing(scope, chosen, by, view)
    colour = COLOURS[by]
    with st.container(border=True, key="heat-place"):
        _legend(drawn, colour)
        if not len(drawn.places):
            st.info("权限内没有可显示的地区。", icon=":material/inbox:")
        elif view == "map":
            left, right = st.columns([3, 1])
            with left:
                _map(scope, chosen, drawn, by)
            with right:
                _ranked(scope, chosen, drawn, colour)
        else:
            _tiles(scope, chosen, drawn, colour)
        for note in drawn.notes:
            st.caption(f":material/info: {wording.plain(note)}")
        frame.link("alerts", "查看所列预警")


def _legend(drawn: Drawing, colour: Colour) -> None:
    """Write the classes with their numbers, beside their colours where there is a map."""
    title = f"{colour.label}（{colour.unit}）"
    palette = iter(colours(len([1 for sign, _, _ in drawn.shown.legend if sign not in "○—"])))
    parts = []
    for sign, words, count in drawn.shown.legend:
        swatch = {"○": "#ffffff", "—": "#cfd6df"}.get(sign) or next(palette)
        parts.append(
            f'<span style="display:inline-flex;align-items:center;gap:4px;margin-right:14px">'
            f'<span style="width:14px;height:14px;border:1px solid #7887a0;background:{swatch}"></span>'
            f"<span>{sign} {words}（{count:,} 个）</span></span>"
        )
    st.markdown(f"**{wording.plain(title)}**", help=wording.plain(colour.definition))
    st.html(f'<div style="font-size:14px;line-height:1.9">{"".join(parts)}</div>')


def _map(scope: Scope, chosen: Filters, drawn: Drawing, by: str) -> None:
    key = f"heat-map-{chosen.region or 'root'}-{by}"
    st.pydeck_chart(
        drawn.deck,
        height=HEIGHT,
        key=key,
        on_select=lambda: _picked(scope, key),
        selection_mode="single-object",
        alt=f"预警地图，按{COLOURS[by].label}着色；不便看图时请选“方格”。",
    )
    has_columns = drawn.level in ("县", "乡镇")
    st.caption(
        f"{'六角柱的高与色为各' + drawn.level + '的指标，底色热力为其分子的密度' if has_columns else '各村按指标着色，红褐边线为沉默或无数据的村'}。"
        "点击进入该地区，上方路径返回；悬停看数。图不显示或不便看图时请选“方格”。"
    )


def _ranked(scope: Scope, chosen: Filters, drawn: Drawing, colour: Colour) -> None:
    """Draw the places in the order of the figure; a row leads down, also by the keyboard."""
    rows = drawn.places.sort_values(["value", "alert_count"], ascending=False, na_position="last").head(
        RANKED_MAX
    )
    key = f"heat-ranked-{chosen.region or 'root'}-{colour.label}"
    left = len(drawn.places) - len(rows)
    st.dataframe(
        pd.DataFrame(
            {
                "地区": rows["name"],
                f"{colour.label}（{colour.unit}）": rows["value"].map(
                    lambda value: wording.NOTHING if pd.isna(value) else f"{value:,.{colour.decimals}f}"
                ),
                "预警（条）": rows["alert_count"].map("{:,}".format),
            }
        ),
        hide_index=True,
        height=HEIGHT if len(rows) > ROWS_IN_SIGHT else "content",
        on_select=lambda: _chosen(scope, key, rows["code"].tolist()),
        selection_mode="single-row",
        key=key,
        alt=f"各地区{colour.label}",
    )
    if left > 0:
        st.caption(f"列出前 {RANKED_MAX} 个，另有 {left:,} 个。数量与比率不是排名结论。")


def _chosen(scope: Scope, key: str, codes: list[str]) -> None:
    """Go down to the row that was chosen."""
    rows = st.session_state[key].selection.rows
    if rows and rows[0] < len(codes):
        filters.change(scope, region=codes[rows[0]])


def _picked(scope: Scope, key: str) -> None:
    """Go down to what was clicked."""
    state = st.session_state.get(key)
    objects = state.selection.objects if state else {}
    for layer in LAYERS:
        for one in objects.get(layer, []):
            code = one.get("code") or one.get("properties", {}).get("code")
            if isinstance(code, str):
                filters.change(scope, region=code)
                return


def _tiles(scope: Scope, chosen: Filters, drawn: Drawing, colour: Colour) -> None:
    """Draw a button a place: its name, its number, the mark of its class; the darkest first in no order but that of codes."""
    count = len([1 for sign, _, _ in drawn.shown.legend if sign not in "○—"])
    rows = drawn.places.head(TILES_MAX)
    with st.grid("auto", min_column_width=150, gap="xsmall", key="heat-tiles"):
        for row in rows.to_dict("records"):
            sign = mark(int(row["class_"]), count)
            silent = " ◇ 沉默" if row["is_silent"] else ""
            label = f"{sign} **{wording.plain(row['name'])}**{silent}  \n{written(row['value'], colour)}"
            st.button(
                label,
                key=f"tile-{row['code']}",
                help="  \n".join(wording.plain(line) for line in row["card"] if line),
                on_click=filters.change,
                args=(scope,),
                kwargs={"region": row["code"]},
                disabled=row["code"] == chosen.region,
                width="stretch",
            )
    if len(drawn.places) > TILES_MAX:
        st.caption(f"另有 {len(drawn.places) - TILES_MAX:,} 个地区未列出，请先选择上级地区。")
    st.caption("方格的前缀表示等级（▁ 低 … █ 高，○ 为零，— 无基数），◇ 为沉默或无数据的村。点击进入该地区。")


def activity(rows: pd.DataFrame) -> dict[str, int]:
    """Return how many villages are in each state."""
    villages = rows[rows["level"] == "village"]
    return {state: int((villages["state"] == state).sum()) for state in ("alerted", *STATES)}


def silence_days() -> int:
    """Return after how many days without any record a village is silent."""
    return settings().silence_days

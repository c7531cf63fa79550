"""Who may see what, as administrators give it: role, places by the region tree, industries and units."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from cockpit.error import CockpitError
from cockpit.ledger.account import KIOSK, Account
from cockpit.region_code import LEVEL_LABELS, LEVELS, is_code, level
from cockpit.scope import ALL, COUNT_ROLES, ROLE_LABELS, ROLES, Role, Scope
from cockpit.ui import cached, wording

UNITS_OFFERED = 200
EVERY = {"industries": "全部行业", "units": "全部单位"}


@dataclass(frozen=True)
class Asked:
    """What a form asks for; `is_ready` once whoever fills it in has confirmed what an account will see."""

    name: str
    role: Role
    regions: tuple[str, ...]
    industries: tuple[str, ...]
    units: tuple[str, ...]
    is_ready: bool
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Names:
    """Names by code; empty while there is no snapshot to read them from, then the codes stand for themselves."""

    regions: dict[str, str]
    industries: dict[str, str]
    units: dict[str, str]


def names(scope: Scope) -> Names:
    """Return the names of places, industries and units."""
    try:
        return Names(cached.region_names(scope), cached.industry_names(scope), cached.units(scope))
    except CockpitError:
        return Names({}, {}, {})


def reach(known: Names, held: Account | Scope | Asked) -> str:
    """Say in words what an account sees; “全部” wherever it is all."""
    if held.role not in COUNT_ROLES:
        return "不看案件数据"
    parts = [_many(known.regions, held.regions, ""), _many(known.industries, held.industries, "全部行业")]
    parts.append(_many(known.units, held.units, "全部单位"))
    if held.role == KIOSK:
        homes = "" if isinstance(held, Scope) else f"（限 {'、'.join(held.addresses)} 登录）"
        parts.append(f"只看汇总{homes}")
    return "；".join(parts)


def is_wide(held: Account | Scope | Asked) -> bool:
    """Tell whether an account sees all of something, which must be said and confirmed."""
    return held.role in COUNT_ROLES and (
        ALL in (*held.industries, *held.units) or any(level(code) == "province" for code in held.regions)
    )


def pick_region(scope: Scope, key: str) -> str:
    """Draw one select box a level down the tree, and return the last region chosen, "" for none."""
    branches = cached.region_branches(scope)
    chosen = ""
    for _ in LEVELS:
        below = branches.get(chosen)
        if not below:
            break
        label = LEVEL_LABELS[level(next(iter(below)))]
        options: list[str] = ["", *below]
        found = st.selectbox(
            label,
            options,
            format_func=partial(_named, below, f"选择{label}"),
            # A key of its own a parent: what was chosen under another is not taken along.
            key=f"{key}-{chosen}",
        )
        if not found:
            break
        chosen = found
    return chosen


def draw(scope: Scope, key: str, held: Account | None) -> Asked:
    """Draw the fields, filled in with an account's own for a change; forms with one key keep what was entered."""
    name = st.text_input("姓名", held.name if held else "", key=f"{key}-name", max_chars=40)
    role: Role = st.selectbox(
        "角色",
        ROLES,
        index=ROLES.index(held.role if held else "station"),
        format_func=lambda role: ROLE_LABELS[role],
        key=f"{key}-role",
    )
    if role not in COUNT_ROLES:
        st.caption(f"{ROLE_LABELS[role]}不看案件数据，没有可见范围。")
        return Asked(name, role, (), (), (), is_ready=True)
    known = names(scope)
    regions = _regions(scope, key, known, held.regions if held else ())
    industries = _codes("可见行业", "industries", key, known.industries, held.industries if held else ())
    units = _units(key, known, held.units if held else ())
    addresses = _addresses(key, held) if role == KIOSK else ()
    asked = Asked(name, role, regions, industries, units, is_ready=True, addresses=addresses)
    if not (regions and industries and units):
        st.info("地区、行业、单位缺一不可：空范围什么都看不到。", icon=":material/visibility_off:")
    elif is_wide(asked):
        words = reach(known, asked)
        st.warning(f"可见全部：{wording.plain(words)}", icon=":material/visibility:")
        # A key of its own a reach: another reach is confirmed anew.
        is_ready = st.checkbox("我已核对并确认上述可见范围", key=f"{key}-sure-{words}")
        asked = replace(asked, is_ready=is_ready)
    return asked


def _addresses(key: str, held: Account | None) -> tuple[str, ...]:
    text = st.text_input(
        "允许登录的地址",
        "，".join(held.addresses) if held else "",
        key=f"{key}-addresses",
        placeholder="如 10.1.2.3 或 10.1.2.0/24，多个用逗号分隔",
    )
    parts = text.replace("，", ",").replace("、", ",").split(",")
    return tuple(part.strip() for part in parts if part.strip())


def _regions(scope: Scope, key: str, known: Names, held: tuple[str, ...]) -> tuple[str, ...]:
    chosen, offered = f"{key}-regions", f"{key}-regions-offered"
    st.session_state.setdefault(offered, list(held))
    # Written back in every run: a select whose options change would forget what was chosen.
    st.session_state[chosen] = st.session_state.get(chosen, list(held))

    def take(codes: Iterable[str]) -> None:
        new = [code for code in codes if is_code(code) and code not in st.session_state[offered]]
        st.session_state[offered] = [*st.session_state[offered], *new]
        st.session_state[chosen] = list(dict.fromkeys([*st.session_state[chosen], *new]))

    def take_typed() -> None:
        typed = st.session_state[f"{key}-typed"].replace("，", ",").replace("、", ",").split(",")
        take(code.strip() for code in typed)
        st.session_state[f"{key}-typed"] = ""

    with st.container(horizontal=True, vertical_alignment="bottom"):
        if known.regions:
            picked = pick_region(scope, f"{key}-pick")
            st.button(
                "加入此地区",
                key=f"{key}-take",
                icon=":material/add:",
                disabled=not picked,
                on_click=take,
                args=([picked],),
            )
        else:
            st.text_input(
                "区划代码",
                key=f"{key}-typed",
                on_change=take_typed,
                placeholder="12 位，多个用逗号分隔；生成数据快照后可按名称选择",
            )
    return tuple(
        st.multiselect(
            "可见地区（含其下各级）",
            st.session_state[offered],
            key=chosen,
            format_func=lambda code: known.regions.get(code, code),
            placeholder="先在上方选择地区并加入",
        )
    )


def _codes(label: str, kind: str, key: str, names: dict[str, str], held: tuple[str, ...]) -> tuple[str, ...]:
    options = list(dict.fromkeys([ALL, *names, *held]))
    field = f"{key}-{kind}"
    st.session_state[field] = [code for code in st.session_state.get(field, held) if code in options]
    chosen: list[str] = st.multiselect(
        label,
        options,
        key=field,
        format_func=lambda code: EVERY[kind] if code == ALL else names.get(code, code),
        placeholder="可选多项",
    )
    return (ALL,) if ALL in chosen else tuple(chosen)


def _units(key: str, known: Names, held: tuple[str, ...]) -> tuple[str, ...]:
    """Draw the units: of thousands only those that a part of the name finds are offered."""
    search = st.text_input("查找单位", key=f"{key}-unit-search", placeholder="名称的一部分")
    found = [code for code, name in known.units.items() if search in name] if search else list(known.units)
    picked = st.session_state.get(f"{key}-units", [])
    offered = dict.fromkeys([*held, *picked, *found[:UNITS_OFFERED]])
    offered.pop(ALL, None)
    names = {code: known.units.get(code, code) for code in offered}
    if len(found) > UNITS_OFFERED:
        st.caption(f"单位共 {len(found):,} 个，只列前 {UNITS_OFFERED} 个，请输入名称查找。")
    return _codes("可见单位", "units", key, names, held)


def _named(names: dict[str, str], otherwise: str, code: str) -> str:
    return names.get(code, otherwise)


def _many(names: dict[str, str], codes: tuple[str, ...], every: str) -> str:
    return every if ALL in codes else "、".join(names.get(code, code) for code in codes)

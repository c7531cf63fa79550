"""Section 二维码: a code per village that leads to its page of the published site, on screen and to print."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from cockpit import region_code
from cockpit.publish.address import address as path
from cockpit.publish.address import url
from cockpit.queries.filters import Filters
from cockpit.report.qr import Card, drawn, sheet
from cockpit.scope import Scope
from cockpit.settings import settings
from cockpit.ui import cached, export, wording

SHOWN_MAX, PRINTED_MAX = 12, 200
HINT = "微信或浏览器扫码，查看本村公开事项、惠民资金和村级工程"
SIZE = 190


@cached.by_build
def villages(scope: Scope, region: str | None) -> pd.DataFrame:
    """Return code, name, full_name of the villages inside a region, or in the scope for None."""
    tree = cached.region_tree(scope)
    found = tree[tree["level"] == "village"].sort_values("code")
    is_inside = [
        scope.holds_region(code) and (region is None or region_code.contains(region, code))
        for code in found["code"]
    ]
    found = found[np.array(is_inside, dtype=bool)]
    return found[["code", "name", "full_name"]].reset_index(drop=True)


def draw(scope: Scope, chosen: Filters) -> None:
    """Draw the section."""
    base = settings().public_url.strip()
    if not base.startswith(("https://", "http://")):
        st.info(
            "尚未设置公开网站的网址，二维码无处可指。请系统管理员先用 cockpit publish 写出公开站点、交网站发布，"
            '再在 cockpit.toml 里写 public_url = "https://…"（站点首页所在的网址）。',
            icon=":material/qr_code_2:",
        )
        return
    rows = villages(scope, chosen.region)
    if rows.empty:
        st.info("此范围内没有村。", icon=":material/inbox:")
        return
    st.caption(f"二维码指向 `{base}` 下各村的页面；站点由 cockpit publish 写出，内容以其发布时的数据为准。")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{len(rows):,}** 个村的二维码", width="stretch")
        if len(rows) <= PRINTED_MAX:
            export.file_button(
                scope,
                "disclosure-code",
                f"公开二维码-{len(rows)}村.pdf",
                {"region": chosen.region or "", "format": "pdf"},
                len(rows),
                partial(_sheet, scope, rows, base),
                label="下载可打印的二维码（PDF）",
            )
        else:
            st.caption(f"一次最多打印 {PRINTED_MAX} 个村，请先选择上级地区。", width="content")
    with st.container(horizontal=True):
        for row in rows.head(SHOWN_MAX).to_dict("records"):
            with st.container(border=True, width=SIZE + 40):
                address = url(base, str(row["code"]))
                st.markdown(f"**{wording.plain(str(row['name']))}**")
                st.image(drawn(address), width=SIZE, alt=f"{row['name']}的二维码，指向 {address}")
                st.markdown(f"`{path(str(row['code']))}`")
    if len(rows) > SHOWN_MAX:
        st.caption(f"只显示前 {SHOWN_MAX} 个；全部见 PDF。")


def _sheet(scope: Scope, rows: pd.DataFrame, base: str) -> bytes:
    inside = cached.below_root(scope, rows["full_name"])
    cards = [
        Card(str(name), str(full).removesuffix(str(name)), url(base, str(place)))
        for place, name, full in zip(rows["code"], rows["name"], inside, strict=True)
    ]
    return sheet("村务公开二维码", HINT, cards)

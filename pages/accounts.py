"""Accounts (账号管理): who may sign in and see what; no case rows; for administrators."""

from functools import partial
from math import ceil

import pandas as pd
import streamlit as st

from cockpit.error import CockpitError
from cockpit.ledger import account, account_list, lockout, open_ledger, release
from cockpit.ledger.account import Account
from cockpit.ledger.account_list import STATES, Listed
from cockpit.scope import CASE_ROLES, ROLE_LABELS, ROLES, Scope
from cockpit.settings import settings
from cockpit.ui import account_form, account_import, export, frame, once, signin, trail, wording

TITLE = "账号管理"
ICON = ":material/manage_accounts:"
VIEWS = ("账号清单", "新建账号", "批量导入", "在线会话")
ROWS_IN_SIGHT, TALL = 12, 470
# Keys of the session state: which account is open, as it was when it was last shown, and what went well.
CHOSEN = "account-chosen"
SEEN = "account-seen"
DONE = "account-done"


def render(scope: Scope) -> None:
    """Draw what is to be noted once, then one of the views."""
    once.draw()
    if done := st.session_state.pop(DONE, None):
        st.success(wording.plain(done), icon=":material/check:")
    view = st.segmented_control("视图", VIEWS, default=VIEWS[0], required=True, key="account-view")
    draw = {VIEWS[0]: _list, VIEWS[1]: _new, VIEWS[2]: account_import.draw, VIEWS[3]: _online}
    draw[view or VIEWS[0]](scope)


def _list(scope: Scope) -> None:
    panel = st.container()
    asked = _narrowing(scope)
    ledger, size = open_ledger(settings()), settings().list_page_rows
    summary = st.container(horizontal=True, vertical_alignment="center")
    body = st.container()
    number = int(st.session_state.get("account-page") or 1)
    found, total = account_list.page(ledger, settings(), **asked, number=number)
    pages = max(1, ceil(total / size))
    if pages > 1:
        shown = st.pagination(pages, key="account-page")
        if shown != number:
            found, total = account_list.page(ledger, settings(), **asked, number=shown)
    if narrowed := {name: value for name, value in asked.items() if value}:
        trail.record_search(scope, "accounts", narrowed, total)
    with summary:
        st.markdown(f"共 **{total:,}** 个账号", width="stretch")
        st.caption("导出全部账号的权限：", width="content")
        export.buttons(scope, "accounts", "账号与权限清单", {}, partial(_rights, scope))
    with body:
        if not found:
            st.info("没有符合条件的账号。", icon=":material/inbox:")
        else:
            _table(scope, found)
    if chosen := st.session_state.get(CHOSEN):
        with panel.container(border=True):
            _account(scope, chosen)


def _narrowing(scope: Scope) -> dict[str, str]:
    def back_to_first() -> None:
        st.session_state["account-page"] = 1

    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = st.text_input(
            "搜索",
            key="account-q",
            on_change=back_to_first,
            placeholder="用户名或姓名",
            icon=":material/search:",
            width=260,
        )
        role = st.selectbox(
            "角色",
            ["", *ROLES],
            key="account-role",
            on_change=back_to_first,
            format_func=lambda role: ROLE_LABELS.get(role, "全部角色"),
            width=220,
        )
        state = st.selectbox(
            "状态",
            ["", *STATES],
            key="account-state",
            on_change=back_to_first,
            format_func=lambda state: STATES.get(state, "全部状态"),
            width=180,
        )
        region = ""
        with st.popover("地区", icon=":material/location_on:"):
            try:
                region = account_form.pick_region(scope, "account-where")
            except CockpitError as error:
                st.caption(str(error))
    if region:
        place = wording.plain(account_form.names(scope).regions.get(region, region))
        st.caption(f"范围涉及 {place} 的账号（含可见其上级的账号）")
    return {"search": search, "role": role, "state": state, "region": region}


def _table(scope: Scope, found: list[Listed]) -> None:
    names = account_form.names(scope)
    # A key of its own a set of rows: a row chosen in another would now be somebody else.
    key = f"account-rows-{hash(tuple(one.account.username for one in found))}"

    def choose() -> None:
        rows = st.session_state[key].selection.rows
        st.session_state[CHOSEN] = found[rows[0]].account.username if rows else None
        st.session_state.pop(SEEN, None)

    st.dataframe(
        pd.DataFrame(
            {
                "用户名": [one.account.username for one in found],
                "姓名": [one.account.name for one in found],
                "角色": [ROLE_LABELS[one.account.role] for one in found],
                "状态": [_state(one) for one in found],
                "可见范围": [account_form.reach(names, one.account) for one in found],
                "最近登录": [_moment(one.last_at) for one in found],
            }
        ),
        hide_index=True,
        height="content" if len(found) <= ROWS_IN_SIGHT else TALL,
        column_config={"可见范围": st.column_config.Column(width="large")},
        on_select=choose,
        selection_mode="single-row",
        key=key,
        alt="账号清单",
    )


def _account(scope: Scope, username: str) -> None:
    """Draw one account and what may be done with it, each asked once."""
    ledger = open_ledger(settings())
    now = account_list.one(ledger, settings(), username)
    if now is None:
        st.session_state.pop(CHOSEN)
        return
    held = now.account
    # What is done rests on what was seen: when another administrator was faster, it is refused and shown.
    seen: Account = st.session_state.get(SEEN) or held
    seen = seen if seen.username == username else held
    st.session_state[SEEN] = held
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{wording.plain(held.name)}**（{wording.plain(username)}）· {ROLE_LABELS[held.role]} · {_state(now)}",
            width="stretch",
        )
        st.button("关闭", key="account-close", icon=":material/close:", on_click=_close)
    names = account_form.names(scope)
    wide = "可见全部：" if account_form.is_wide(held) else "可见范围："
    st.markdown(f"{wide}{wording.plain(account_form.reach(names, held))}")
    st.caption(
        f"新建于 {_moment(held.created_at)}；密码设于 {_moment(held.password_changed_at)}；"
        f"最近登录 {_moment(now.last_at)}；在线会话 {now.count_sessions} 个"
    )
    if seen != held:
        st.warning("该账号刚被变更，已显示最新内容，请核对。", icon=":material/sync_problem:")
    try:
        _switches(scope, now, seen)
        with st.expander("变更姓名、角色或范围"):
            _change(scope, held, seen)
    except CockpitError as error:
        st.error(str(error), icon=":material/error:")


def _switches(scope: Scope, now: Listed, seen: Account) -> None:
    username, ledger, by = now.account.username, open_ledger(settings()), signin.by(scope.who)
    with st.container(horizontal=True):
        if now.account.is_disabled:
            if _asked("启用", f"启用账号 {username}：恢复登录和原有范围。", ":material/lock_open:"):
                account.set_disabled(ledger, username, False, expected=seen, **by)
                _done(f"已启用 {username}。")
        elif _asked(
            "停用",
            f"停用账号 {username}：立即结束其全部会话，不能再登录。{_in_hand(username)}",
            ":material/block:",
        ):
            count = account.set_disabled(ledger, username, True, expected=seen, **by)
            _done(f"已停用 {username}，其会话全部结束。{_released(count)}")
        if _asked("重置密码", f"重置 {username} 的密码：结束其全部会话，首次登录须改密。", ":material/key:"):
            password = account.reset_password(ledger, username, expected=seen, **by)
            _keep_password(scope, now.account, f"已重置 {username} 的密码。", password)
        if now.is_locked and _asked("解除锁定", f"允许 {username} 立即重新登录。", ":material/lock_reset:"):
            lockout.unlock(ledger, settings(), username, **by)
            _done(f"已解除 {username} 的锁定。")
        if now.count_sessions and _asked(
            "结束会话", f"结束 {username} 的 {now.count_sessions} 个会话。", ":material/devices_off:"
        ):
            account.end_sessions(ledger, username, **by)
            _done(f"已结束 {username} 的全部会话。")


def _in_hand(username: str) -> str:
    count = release.held(open_ledger(settings()), username)
    return f"其名下 {count:,} 件未核查的预警将退回待分办。" if count else ""


def _released(count: int) -> str:
    return f"{count:,} 件未核查的预警已退回待分办。" if count else ""


def _change(scope: Scope, held: Account, seen: Account) -> None:
    # The fields start anew from what another administrator has made of the account.
    version = hash((held.name, held.role, held.regions, held.industries, held.units, held.addresses))
    asked = account_form.draw(scope, f"change-{held.username}-{version}", held)
    if told := _in_hand(held.username):
        st.caption(f"角色变更或范围缩小时，{told}")
    if st.button("保存变更", key="account-save", type="primary", disabled=not asked.is_ready):
        count = account.change(
            open_ledger(settings()),
            held.username,
            name=asked.name,
            role=asked.role,
            regions=asked.regions,
            industries=asked.industries,
            units=asked.units,
            addresses=asked.addresses,
            expected=seen,
            **signin.by(scope.who),
        )
        _done(f"已变更 {held.username}。{_released(count)}")


def _new(scope: Scope) -> None:
    # Another key after each account made, so that its fields begin empty.
    key = f"new-{st.session_state.get('account-made', 0)}"
    username = st.text_input(
        "用户名", key=f"{key}-username", max_chars=32, placeholder="小写字母、数字、点、下划线、连字符"
    )
    asked = account_form.draw(scope, key, None)
    if not st.button("新建账号", key="account-new", type="primary", disabled=not asked.is_ready):
        return
    password = account.generated_password(username)
    try:
        made = account.add(
            open_ledger(settings()),
            username.strip(),
            name=asked.name,
            role=asked.role,
            password=password,
            regions=asked.regions,
            industries=asked.industries,
            units=asked.units,
            addresses=asked.addresses,
            must_change_password=True,
            **signin.by(scope.who),
        )
    except CockpitError as error:
        st.error(str(error), icon=":material/error:")
        return
    st.session_state["account-made"] = st.session_state.get("account-made", 0) + 1
    _keep_password(scope, made, f"已新建 {made.username}。", password)


def _online(scope: Scope) -> None:
    live = account_list.online(open_ledger(settings()), settings())
    st.markdown(f"在线会话 **{len(live):,}** 个")
    if not live:
        return
    table = st.dataframe(
        pd.DataFrame(
            {
                "用户名": [one.username for one, _, _ in live],
                "姓名": [name for _, name, _ in live],
                "角色": [ROLE_LABELS[role] for _, _, role in live],
                "登录于": [_moment(one.began_at) for one, _, _ in live],
                "最近活动": [_moment(one.seen_at) for one, _, _ in live],
                "地址": [one.address or "本机" for one, _, _ in live],
                "会话": [one.id for one, _, _ in live],
            }
        ),
        hide_index=True,
        height="content" if len(live) <= ROWS_IN_SIGHT else TALL,
        on_select="rerun",
        selection_mode="single-row",
        key=f"account-online-{hash(tuple(one.key for one, _, _ in live))}",
        alt="在线会话",
    )
    if table.selection.rows:
        username = live[table.selection.rows[0]][0].username
        if _asked("结束会话", f"结束 {username} 的全部会话。", ":material/devices_off:"):
            account.end_sessions(open_ledger(settings()), username, **signin.by(scope.who))
            _done(f"已结束 {username} 的全部会话。")


def _rights(scope: Scope) -> pd.DataFrame:
    """Return who may see what, in words and codes, for an inspection."""
    names, listed = account_form.names(scope), account_list.everyone(open_ledger(settings()), settings())
    held = [one.account for one in listed]
    return pd.DataFrame(
        {
            "用户名": [one.username for one in held],
            "姓名": [one.name for one in held],
            "角色": [ROLE_LABELS[one.role] for one in held],
            "可见案件": ["是" if one.role in CASE_ROLES and not one.is_disabled else "否" for one in held],
            "可见范围": [account_form.reach(names, one) for one in held],
            "区划代码": [" ".join(one.regions) for one in held],
            "行业代码": [" ".join(one.industries) for one in held],
            "单位编号": [" ".join(one.units) for one in held],
            "登录地址": [" ".join(one.addresses) for one in held],
            "状态": [_state(one) for one in listed],
            "最近登录": [_moment(one.last_at) for one in listed],
            "新建时间": [_moment(one.created_at) for one in held],
            "密码设定时间": [_moment(one.password_changed_at) for one in held],
        }
    )


def _state(listed: Listed) -> str:
    held = listed.account
    states = {
        "停用": held.is_disabled,
        "已锁定": listed.is_locked,
        "初始密码已过期": account.is_stale(held, settings().initial_password_days),
        "待改初始密码": held.must_change_password,
        "在线": listed.count_sessions > 0,
    }
    return next((state for state, is_so in states.items() if is_so), "启用")


def _asked(label: str, sentence: str, icon: str) -> bool:
    """Draw a button that asks once more, and tell whether it was confirmed in this run."""
    with st.popover(label, icon=icon):
        st.markdown(wording.plain(sentence))
        return st.button(f"确认{label}", key=f"account-sure-{label}", type="primary")


def _keep_password(scope: Scope, made: Account, sentence: str, password: str) -> None:
    row = {"用户名": [made.username], "姓名": [made.name], "一次性密码": [password]}
    once.keep(scope, sentence, pd.DataFrame(row))
    st.session_state.pop(SEEN, None)
    st.rerun()


def _done(sentence: str) -> None:
    st.session_state[DONE] = sentence
    st.session_state.pop(SEEN, None)
    st.rerun()


def _close() -> None:
    for key in (CHOSEN, SEEN):
        st.session_state.pop(key, None)


def _moment(value: object) -> str:
    return wording.moment(value.astimezone(wording.LOCAL)) if value else wording.NOTHING  # type: ignore[attr-defined]


if __name__ == "__main__":
    frame.enter()

"""Saved views of a page: what its address holds, kept under a name, opened, renamed and deleted by its owner."""

from collections.abc import Callable, Mapping

import streamlit as st

from cockpit.error import CockpitError
from cockpit.ledger import open_ledger, saved_view
from cockpit.ledger.saved_view import NAME_LENGTH_MAX, SavedView
from cockpit.scope import Scope
from cockpit.settings import settings
from cockpit.ui import signin, wording

MESSAGE = "saved-view-message"
NAME = "saved-view-name"


def draw(scope: Scope, page: str) -> None:
    """Draw the control: a popover with the person's views of a page, and what is done with them."""
    # Read anew each time: views saved in another window are there too.
    own = saved_view.views(open_ledger(settings()), scope.who, page)
    with st.popover(
        f"我的视图（{len(own)}）" if own else "我的视图", icon=":material/bookmark:", key="saved-views"
    ):
        said = st.session_state.pop(MESSAGE, None)
        if said:
            st.warning(wording.plain(said), icon=":material/error:")
        for view in own:
            st.button(
                wording.plain(view.name),
                key=f"saved-view-open-{view.id}",
                icon=":material/bookmark:",
                type="tertiary",
                on_click=_open,
                args=(view,),
            )
        if own:
            _change(scope, {view.id: view.name for view in own})
        st.text_input("将当前筛选和内容保存为", key=NAME, max_chars=NAME_LENGTH_MAX, placeholder="视图名称")
        st.button(
            "保存", key="saved-view-save", icon=":material/bookmark_add:", on_click=_save, args=(scope, page)
        )
        st.caption(
            "视图只保存筛选和所选内容，不保存数据。分享时复制浏览器地址栏中的链接：对方按自己的权限范围查看。"
        )


def _open(view: SavedView) -> None:
    """Put in the address what was saved; it is read as from any link. A link to the page one is on would not show there."""
    st.query_params.from_dict(view.parameters)


def _change(scope: Scope, names: Mapping[int, str]) -> None:
    """Draw how one of the views is renamed or deleted."""
    with st.expander("重命名或删除", icon=":material/edit:"):
        # A box keeps the words it first had for a choice: other names, another box.
        key = f"saved-view-chosen-{hash(tuple(names.items()))}"
        chosen = st.selectbox("视图", list(names), key=key, format_func=names.__getitem__)
        key = f"saved-view-rename-{chosen}"
        st.text_input("新名称", names[chosen], key=key, max_chars=NAME_LENGTH_MAX)
        with st.container(horizontal=True):
            st.button("重命名", key="saved-view-rename", on_click=_rename, args=(scope, chosen, key))
            st.button(
                "删除",
                key="saved-view-delete",
                icon=":material/delete:",
                on_click=_remove,
                args=(scope, chosen),
            )


def _kept(action: Callable[[], object]) -> bool:
    """Do something in the ledger; what is wrong with it is said at the next drawing."""
    try:
        action()
    except CockpitError as error:
        st.session_state[MESSAGE] = str(error)
        return False
    return True


def _save(scope: Scope, page: str) -> None:
    parameters = {name: value for name, value in st.query_params.to_dict().items() if value}
    name = st.session_state[NAME]
    ledger = open_ledger(settings())
    if _kept(lambda: saved_view.save(ledger, page, name, parameters, **signin.by(scope.who))):
        st.session_state[NAME] = ""


def _rename(scope: Scope, view_id: int, key: str) -> None:
    name = st.session_state[key]
    _kept(lambda: saved_view.rename(open_ledger(settings()), view_id, name, **signin.by(scope.who)))


def _remove(scope: Scope, view_id: int) -> None:
    _kept(lambda: saved_view.remove(open_ledger(settings()), view_id, **signin.by(scope.who)))

"""Sign-in: the form, the cookie that outlives a reload, and who the person of a run is.

streamlit-authenticator draws the form, checks the password and writes the cookie. Its own token, cookie reader
and attempt counter are not used: sessions and failures are kept in the ledger, where they can be ended.
"""

import contextlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import bcrypt
import streamlit as st
from sqlalchemy import Connection

from cockpit.error import CockpitError
from cockpit.ledger import Ledger, audit, lockout, open_ledger
from cockpit.ledger import account as accounts
from cockpit.ledger import session as sessions
from cockpit.ledger.account import USERNAME_PATTERN, Account, find, nobody_hash, scope_of
from cockpit.ledger.audit import By
from cockpit.ledger.session import Session
from cockpit.scope import Scope
from cockpit.settings import Settings

COOKIE = "cockpit_session"
# Keys of the session state: who is signed in (None: nobody, and the cookie has been looked at), what the
# browser has yet to do with its cookie, what to say with the form, and that nobody asked for the next run.
SESSION = "signin_session"
COOKIE_WRITE = "signin_cookie_write"
NOTICE = "signin_notice"
PROBLEM = "signin_problem"
UNASKED = "signin_unasked"
LIBRARY_KEYS = ("name", "username", "authentication_status", "email", "roles", "logout")
FIELDS = {"Form name": "登录", "Username": "用户名", "Password": "密码", "Login": "登录"}
WRONG = "用户名或密码不正确，或账号已停用。"
STALE = "一次性密码已过期，请联系系统管理员重置。"
AWAY = "此账号只能在登记的地址登录。"
OVER = "会话已结束，请重新登录。"
PASSWORD_RULES = (
    f"至少 {accounts.LENGTH_MIN} 位，不含用户名和姓名，不与现密码相同，不由重复或连续的字符组成；可用一句话。"
)


@dataclass(frozen=True)
class CookieWrite:
    """What the browser is to keep; an empty value removes the cookie. `key` tells when it has been done."""

    key: str
    value: str
    expires_at: datetime


def sign_in(settings: Settings) -> Scope | None:
    """Return the scope of who is signed in; None when nobody is: then only the sign-in has been drawn.

    Session, role, scope and the disabled flag are read from the ledger on every run. Whoever has a password
    that somebody else chose meets nothing but the form that changes it.
    """
    is_activity = not st.session_state.pop(UNASKED, False)
    try:
        if SESSION not in st.session_state:
            _resume(settings)
        account = _account(settings, is_activity=is_activity)
        write = _cookie_write()
        if account is not None and write is None and not account.must_change_password:
            return scope_of(account)
        with st.columns([1, 1.2, 1])[1]:
            st.title(settings.title, anchor=False)
            if write is not None:
                _write_cookie(write)
            elif account is not None:
                st.info("当前密码由他人设定，请先改为只有您自己知道的密码。", icon=":material/password:")
                _password_form(settings, account)
                sign_out_button(settings)
            else:
                _form(settings)
    except CockpitError as error:
        st.error(str(error), icon=":material/error:")
        # The session, and what was sent with a form, are still there.
        st.button("重试", key="sign-in-again", icon=":material/refresh:")
    except OSError as error:
        st.error(f"登录暂不可用：本机文件无法读写（{error.strerror}）。", icon=":material/error:")
    return None


def current(settings: Settings, *, is_activity: bool = True) -> Account | None:
    """Return the account of this session as the ledger holds it now, None when the session has ended.

    For code that runs without the entry point, such as fragments; `is_activity` tells whether a person caused
    the run. CockpitError without a ledger.
    """
    account = _account(settings, is_activity=is_activity)
    return None if account is None or account.must_change_password else account


def session() -> Session | None:
    """Return the session of this run, None when nobody is signed in."""
    held: Session | None = st.session_state.get(SESSION)
    return held


def by(who: str) -> By:
    """Return who does something in this run, for the audit."""
    held = session()
    return {"who": who, "session": held.id if held else None, "address": st.context.ip_address}


def stands(settings: Settings, held: Session | None, scope: Scope) -> bool:
    """Tell whether a session still opens a scope: for what happens outside of runs, such as downloads."""
    found = sessions.find(open_ledger(settings), held.key) if held else None
    if found is None or found[1].must_change_password or scope_of(found[1]) != scope:
        return False
    return not sessions.ended(*found, settings.idle_minutes)


def rerun_unasked() -> None:
    """Run the page again without taking it for a sign of the person's presence."""
    st.session_state[UNASKED] = True
    st.rerun()


def sign_out_button(settings: Settings) -> None:
    """Draw the button that ends the session of this browser."""
    st.button("退出登录", key="sign-out", icon=":material/logout:", on_click=_sign_out, args=(settings,))


def account_button(settings: Settings) -> None:
    """Draw the button that opens what people may do with their own account."""
    if st.button("我的账号", key="own-account", icon=":material/manage_accounts:"):
        _own_account(settings)


@st.dialog("我的账号")
def _own_account(settings: Settings) -> None:
    """Draw the change of one's password and the end of all one's sessions."""
    try:
        account = current(settings)
        if account is None:
            st.rerun()
        st.markdown("**修改密码**（其他设备上的登录随即失效）")
        _password_form(settings, account)
        st.markdown("**退出所有设备**")
        st.caption("账号在所有浏览器上的会话立即失效，本机也须重新登录。")
        if st.button("在所有设备上退出", key="end-everywhere", icon=":material/devices_off:"):
            accounts.end_sessions(open_ledger(settings), account.username, **by(account.username))
            _end("已在所有设备上退出。")
            st.rerun()
    except CockpitError as error:
        st.error(str(error), icon=":material/error:")


def _password_form(settings: Settings, account: Account) -> None:
    with st.form("own-password", border=False):
        old = st.text_input("现密码", type="password", autocomplete="current-password")
        new = st.text_input("新密码", type="password", autocomplete="new-password")
        again = st.text_input("再输一次新密码", type="password", autocomplete="new-password")
        st.caption(PASSWORD_RULES)
        if not st.form_submit_button("修改密码", type="primary"):
            return
    try:
        _change_password(settings, account, old, new, again)
    except CockpitError as error:
        st.error(str(error), icon=":material/error:")
        return
    st.rerun()


def _change_password(settings: Settings, account: Account, old: str, new: str, again: str) -> None:
    """Change one's own password and go on in a new session; guesses at the old one count as failed sign-ins."""
    if new != again:
        raise CockpitError("两次输入的新密码不一致。")
    accounts.check_password(account.username, new, account.name)
    ledger, held = open_ledger(settings), session()
    tried = lockout.attempt(ledger, settings, account.username, None)
    if tried.is_refused:
        raise CockpitError(_locked(settings))
    # No password is longer, and the library would refuse to look at it.
    if not bcrypt.checkpw(old.encode()[: accounts.BYTES_MAX], account.password_hash.encode()):
        _record_failure(ledger, account.username, "wrong old password", tried, held)
        raise CockpitError(_locked(settings) if tried.locks else "现密码不正确。")
    with ledger.write() as connection:
        lockout.forgive(connection, tried)
    accounts.set_password(ledger, account.username, new, expected=account, **by(account.username))
    changed = find(ledger, account.username)
    if changed is not None:
        _begin(settings, ledger, changed, None)


def _account(settings: Settings, *, is_activity: bool) -> Account | None:
    """Return the account of this session, one that must change its password too; end a session that is over."""
    held = session()
    if held is None:
        return None
    ledger = open_ledger(settings)
    found = sessions.find(ledger, held.key)
    reason = sessions.ended(*found, settings.idle_minutes) if found else "session gone"
    if found and not reason and not accounts.is_at_home(found[1], st.context.ip_address):
        reason = "wrong address"
    if found is None or reason:
        _end(
            f"超过 {settings.idle_minutes:g} 分钟没有操作，请重新登录。" if reason == "session idle" else OVER
        )
        with ledger.write() as connection:
            sessions.end(connection, held.key)
            _add(connection, held.username, "session_refused", reason, held)
        return None
    st.session_state[SESSION] = found[0]
    if is_activity and sessions.is_unseen(found[0], settings.idle_minutes):
        # Who only reads may go on reading while the ledger cannot be written.
        with contextlib.suppress(CockpitError):
            sessions.see(ledger, found[0])
    return found[1]


def _resume(settings: Settings) -> None:
    """Take up the session of the cookie; looked at once, for it is as old as the browser's connection."""
    st.session_state[SESSION] = None
    token = st.context.cookies.get(COOKIE)
    if not token:
        return
    key = sessions.key_of(token)
    ledger = open_ledger(settings)
    found = sessions.find(ledger, key) if key else None
    if found is None:
        _end("")
        _record(ledger, "", "session_refused", "cookie not ours")
        return
    st.session_state[SESSION] = found[0]


def _begin(settings: Settings, ledger: Ledger, account: Account, tried: lockout.Attempt | None) -> None:
    """Start a session, after a sign-in (`tried`) or a new password; not without its record."""
    with ledger.write() as connection:
        hours = 24 * settings.kiosk_days if account.role == accounts.KIOSK else settings.session_hours
        token, made = sessions.begin(connection, account, hours=hours, address=st.context.ip_address)
        if tried is not None:
            lockout.forgive(connection, tried)
        _add(connection, account.username, "sign_in", "" if tried else "new password", made)
    for key in (*LIBRARY_KEYS, NOTICE, PROBLEM):
        st.session_state.pop(key, None)
    st.session_state[SESSION] = made
    st.session_state[COOKIE_WRITE] = CookieWrite(f"cookie-{made.id}", token, made.expires_at)


def _end(notice: str) -> None:
    """Forget everything of the session, so that the next person at this browser starts from nothing."""
    st.session_state.clear()
    st.session_state[SESSION] = None
    st.session_state[NOTICE] = notice
    st.session_state[COOKIE_WRITE] = CookieWrite(
        f"cookie-{secrets.token_hex(8)}", "", datetime.fromtimestamp(0, UTC)
    )


def _sign_out(settings: Settings) -> None:
    held = session()
    _end("")
    # The address says what was looked at and searched for; it is not for who comes next.
    st.query_params.clear()
    if held is not None:
        try:
            with open_ledger(settings).write() as connection:
                sessions.end(connection, held.key)
                _add(connection, held.username, "sign_out", "", held)
        except CockpitError as error:
            st.session_state[NOTICE] = f"本机已退出，但会话未能在服务器上结束：{error}"


def _cookie_write() -> CookieWrite | None:
    """Return what the browser has yet to do, once it has done it nothing."""
    write: CookieWrite | None = st.session_state.get(COOKIE_WRITE)
    if write is not None and st.session_state.get(write.key):
        del st.session_state[COOKIE_WRITE]
        return None
    return write


def _form(settings: Settings) -> None:
    # Imported here: only the sign-in needs it, and its component registers only while a script runs.
    from streamlit_authenticator import Authenticate
    from streamlit_authenticator.controllers import AuthenticationController

    ledger = open_ledger(settings)
    credentials: dict[str, Any] = {"usernames": {}}
    # Made without its own beginning, which draws a component that reruns the page whenever it has loaded:
    # a button pressed at that moment was lost.
    form = Authenticate.__new__(Authenticate)
    form.path = None
    form.attrs = {"login_sleep_time": 0}
    form.cookie_controller = _NoCookie()
    form.authentication_controller = AuthenticationController(
        credentials, auto_hash=False, secret_key=secrets.token_hex(32)
    )
    asked = credentials["usernames"] = _Asked(settings, ledger)
    form.authentication_controller.authentication_model.check_credentials = asked.is_right
    form.login(fields=FIELDS, key="sign-in")
    if asked:
        _judge(settings, ledger, asked)
    if problem := st.session_state.get(PROBLEM):
        st.error(problem, icon=":material/error:")
    elif notice := st.session_state.get(NOTICE):
        st.info(notice)


def _judge(settings: Settings, ledger: Ledger, asked: "_Asked") -> None:
    """Act on the one name that was just tried."""
    [(username, entry)] = asked.items()
    account: Account | None = entry["account"]
    tried: lockout.Attempt = entry["attempt"]
    is_right = account is not None and bool(st.session_state["authentication_status"])
    # Whatever comes of it, the form must be there again.
    st.session_state["authentication_status"] = None
    is_stale = account is not None and accounts.is_stale(account, settings.initial_password_days)
    is_away = account is not None and not accounts.is_at_home(account, st.context.ip_address)
    if account is not None and is_right and not tried.is_refused and not is_stale and not is_away:
        _begin(settings, ledger, account, tried)
        st.rerun()
    reasons = {
        "locked": tried.is_refused,
        "unknown name": account is None,
        "disabled": account is not None and account.is_disabled,
        "wrong address": is_right and is_away,
        "one-time password expired": is_right,
    }
    reason = next((reason for reason, is_so in reasons.items() if is_so), "wrong password")
    # An unknown name may be a password typed into the wrong field: it is not written down.
    _record_failure(ledger, username if account else "", reason, tried)
    is_locked = tried.is_refused or tried.locks
    told = AWAY if is_right and is_away else STALE if is_right else WRONG
    st.session_state[PROBLEM] = _locked(settings) if is_locked else told


def _locked(settings: Settings) -> str:
    return f"失败次数过多，已锁定，请 {settings.lock_out_minutes:g} 分钟后再试。"


def _write_cookie(write: CookieWrite) -> None:
    """Have the browser keep or drop its cookie; what follows waits for it, or a reload would undo it."""
    from extra_streamlit_components import CookieManager

    st.caption("请稍候…")
    if st.button("没有自动继续？点此继续", type="tertiary"):
        del st.session_state[COOKIE_WRITE]
        st.rerun()
    CookieManager().set(
        COOKIE,
        write.value,
        key=write.key,
        # With its zone: without one the browser would take the server's hours for its own.
        expires_at=write.expires_at,
        secure=(st.context.url or "").startswith("https:"),
        same_site="strict",
    )


def _record_failure(
    ledger: Ledger, who: str, reason: str, tried: lockout.Attempt, held: Session | None = None
) -> None:
    with ledger.write() as connection:
        _add(connection, who, "sign_in_failed", reason, held)
        if tried.locks:
            _add(connection, who, "lock_out", reason, held)


def _record(ledger: Ledger, who: str, action: audit.Action, reason: str) -> None:
    with ledger.write() as connection:
        _add(connection, who, action, reason, None)


def _add(connection: Connection, who: str, action: audit.Action, reason: str, held: Session | None) -> None:
    audit.add(
        connection,
        who,
        action,
        detail={"reason": reason} if reason else None,
        session=held.id if held else None,
        address=st.context.ip_address,
    )


class _NoCookie:
    """Stands where the library keeps its cookie, and keeps none."""

    def get_cookie(self) -> None:
        """Find nothing."""

    def set_cookie(self) -> None:
        """Keep nothing."""


class _Asked(dict[str, dict[str, Any]]):
    """The library's table of accounts, holding only the one that is asked for.

    Every name seems known, so that a wrong one takes as long: it is checked against a password nobody has. The
    try is counted here, before its password is checked.
    """

    def __init__(self, settings: Settings, ledger: Ledger) -> None:
        super().__init__()
        self.settings = settings
        self.ledger = ledger

    def __contains__(self, username: object) -> bool:
        return True

    def __missing__(self, username: str) -> dict[str, Any]:
        account = find(self.ledger, username) if USERNAME_PATTERN.fullmatch(username) else None
        tried = lockout.attempt(self.ledger, self.settings, username, st.context.ip_address)
        is_open = account is not None and not account.is_disabled
        kept = account.password_hash if account and is_open else nobody_hash(accounts.HASH_ROUNDS)
        if tried.is_refused:
            kept = nobody_hash(accounts.ONE_TIME_ROUNDS)
        else:
            accounts.spend_alike(kept)
        self[username] = {"account": account, "attempt": tried, "password": kept}
        return self[username]

    def is_right(self, username: str, password: str) -> bool:
        """Tell whether a password is the one kept; a longer one than any takes as long, unlike in the library."""
        given = password.encode()
        is_same = bcrypt.checkpw(given[: accounts.BYTES_MAX], self[username]["password"].encode())
        return is_same and len(given) <= accounts.BYTES_MAX

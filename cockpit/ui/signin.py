"""Sign-in: the form, the cookie that outlives a reload, and who the person of a run is.

streamlit-authenticator draws the form, checks the password and writes the cookie. What the cookie says is
made and read here: the library's own token cannot carry an epoch, its reader draws a component on every run,
and it counts the expiry in whatever zone the browser is in.
"""

import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jwt
import streamlit as st

from cockpit.error import CockpitError
from cockpit.ledger import Ledger, audit, open_ledger
from cockpit.ledger.account import USERNAME_PATTERN, Account, find, nobody_hash, scope_of
from cockpit.scope import Scope
from cockpit.secret import secret_key
from cockpit.settings import Settings

COOKIE = "cockpit_session"
ALGORITHM = "HS256"
# Keys of the session state: who is signed in (None: nobody, and the cookie has been looked at), what the
# browser has yet to do with its cookie, and what to say with the form.
SESSION = "signin_session"
COOKIE_WRITE = "signin_cookie_write"
NOTICE = "signin_notice"
LIBRARY_KEYS = ("name", "username", "authentication_status", "email", "roles", "logout")
FIELDS = {"Form name": "登录", "Username": "用户名", "Password": "密码", "Login": "登录"}


@dataclass(frozen=True)
class Session:
    """One sign-in: it ends at `expires_at` (seconds since 1970), or when the account's epoch moves on."""

    id: str
    username: str
    epoch: int
    expires_at: float


@dataclass(frozen=True)
class CookieWrite:
    """What the browser is to keep; an empty value removes the cookie. `key` tells when it has been done."""

    key: str
    value: str
    expires_at: float


def sign_in(settings: Settings) -> Scope | None:
    """Return the scope of who is signed in; None when nobody is: then only the sign-in has been drawn.

    Role, scope and the disabled flag are read from the ledger on every run.
    """
    try:
        if SESSION not in st.session_state:
            _resume(settings)
        account = current(settings)
        write = _cookie_write()
        if account is not None and write is None:
            return scope_of(account)
        with st.columns([1, 1.2, 1])[1]:
            st.title(settings.title, anchor=False)
            if write is None:
                _form(settings)
            else:
                _write_cookie(write)
    except CockpitError as error:
        st.error(str(error), icon=":material/error:")
    except OSError as error:
        st.error(f"登录暂不可用：本机文件无法读写（{error.strerror}）。", icon=":material/error:")
    return None


def current(settings: Settings) -> Account | None:
    """Return the account of this session as the ledger holds it now, None when the session has ended.

    For code that runs without the entry point, such as fragments. CockpitError without a ledger.
    """
    session: Session | None = st.session_state.get(SESSION)
    if session is None:
        return None
    ledger = open_ledger(settings)
    account = find(ledger, session.username)
    if reason := ended(session, account):
        _end("会话已结束，请重新登录。")
        _record(ledger, session.username, "session_refused", reason, session)
        return None
    return account


def session() -> Session | None:
    """Return the session of this run, None when nobody is signed in."""
    held: Session | None = st.session_state.get(SESSION)
    return held


def sign_out_button(settings: Settings) -> None:
    """Draw the button that ends the session of this browser."""
    st.button("退出登录", key="sign-out", icon=":material/logout:", on_click=_sign_out, args=(settings,))


def ended(session: Session, account: Account | None) -> str:
    """Return why a session is over, nothing when it is not."""
    if account is None:
        return "account gone"
    if account.is_disabled:
        return "account disabled"
    if account.session_epoch != session.epoch:
        return "session revoked"
    return "session expired" if time.time() >= session.expires_at else ""


def _resume(settings: Settings) -> None:
    """Take up the session of the cookie; looked at once, for it is as old as the browser's connection."""
    st.session_state[SESSION] = None
    token = st.context.cookies.get(COOKIE)
    if not token:
        return
    ledger = open_ledger(settings)
    try:
        claims = jwt.decode(
            token,
            secret_key(settings.secrets_path, "cookie"),
            algorithms=[ALGORITHM],
            options={"require": ["jti", "sub", "epoch", "exp"]},
        )
    except jwt.ExpiredSignatureError:
        return
    except jwt.InvalidTokenError:
        _end("")
        _record(ledger, "", "session_refused", "cookie not ours")
        return
    session = Session(claims["jti"], claims["sub"], claims["epoch"], claims["exp"])
    st.session_state[SESSION] = session


def _begin(settings: Settings, ledger: Ledger, account: Account) -> None:
    """Start a session; it is not started when it cannot be recorded."""
    now = time.time()
    session = Session(
        secrets.token_hex(8), account.username, account.session_epoch, now + settings.session_hours * 3600
    )
    _record(ledger, account.username, "sign_in", "", session)
    token = jwt.encode(
        {"jti": session.id, "sub": session.username, "epoch": session.epoch, "exp": int(session.expires_at)},
        secret_key(settings.secrets_path, "cookie"),
        ALGORITHM,
    )
    for key in (*LIBRARY_KEYS, NOTICE):
        st.session_state.pop(key, None)
    st.session_state[SESSION] = session
    st.session_state[COOKIE_WRITE] = CookieWrite(f"cookie-{session.id}", token, session.expires_at)


def _end(notice: str) -> None:
    """Forget everything of the session, so that the next person at this browser starts from nothing."""
    st.session_state.clear()
    st.session_state[SESSION] = None
    st.session_state[NOTICE] = notice
    st.session_state[COOKIE_WRITE] = CookieWrite(f"cookie-{secrets.token_hex(8)}", "", 0)


def _sign_out(settings: Settings) -> None:
    session: Session | None = st.session_state.get(SESSION)
    _end("")
    # The address says what was looked at and searched for; it is not for who comes next.
    st.query_params.clear()
    if session is not None:
        try:
            _record(open_ledger(settings), session.username, "sign_out", "", session)
        except CockpitError as error:
            st.session_state[NOTICE] = f"已退出，但未能记入审计：{error}"


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
    asked = credentials["usernames"] = _Asked(ledger)
    form.login(fields=FIELDS, key="sign-in")
    if asked:
        _judge(settings, ledger, asked)
    # The library keeps the outcome of the last try.
    if st.session_state["authentication_status"] is False:
        st.error("用户名或密码不正确，或账号已停用。", icon=":material/error:")
    elif notice := st.session_state.get(NOTICE):
        st.info(notice)


def _judge(settings: Settings, ledger: Ledger, asked: "_Asked") -> None:
    """Act on the one name that was just tried."""
    [(username, entry)] = asked.items()
    account: Account | None = entry["account"]
    if account is not None and st.session_state["authentication_status"]:
        # Should the session not begin, the form must be there again.
        st.session_state["authentication_status"] = None
        _begin(settings, ledger, account)
        st.rerun()
    # An unknown name may be a password typed into the wrong field: it is not written down.
    reason = "unknown name" if account is None else "disabled" if account.is_disabled else "wrong password"
    _record(ledger, username if account else "", "sign_in_failed", reason)


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
        expires_at=datetime.fromtimestamp(write.expires_at, UTC),
        secure=(st.context.url or "").startswith("https:"),
        same_site="strict",
    )


def _record(
    ledger: Ledger, who: str, action: audit.Action, reason: str, session: Session | None = None
) -> None:
    audit.record(
        ledger,
        who,
        action,
        detail={"reason": reason} if reason else None,
        session=session.id if session else None,
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

    Every name seems known, so that a wrong one takes as long: it is checked against a password nobody has.
    """

    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self.ledger = ledger

    def __contains__(self, username: object) -> bool:
        return True

    def __missing__(self, username: str) -> dict[str, Any]:
        account = find(self.ledger, username) if USERNAME_PATTERN.fullmatch(username) else None
        usable = account is not None and not account.is_disabled
        self[username] = {
            "account": account,
            "password": account.password_hash if account and usable else nobody_hash(),
        }
        return self[username]

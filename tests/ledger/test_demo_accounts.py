import re
import stat

import bcrypt

from cockpit.ledger import Ledger, account, demo_accounts
from cockpit.scope import ROLES
from cockpit.settings import Settings

PLACES = demo_accounts.DemoPlaces(
    root="990000000000", county="990102000000", unit_id="U7", village="990102003004"
)


def test_one_account_a_role_with_the_password_written_down(settings: Settings, ledger: Ledger) -> None:
    path = demo_accounts.ensure(settings, ledger, PLACES)
    assert path == settings.home / "demo-accounts.txt"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    told = re.findall(r"用户名：(\S+)\t密码：(\S+)", path.read_text("utf-8"))
    made = {one.username: one for one in account.accounts(ledger)}
    assert sorted(made) == sorted(ROLES) == sorted(dict(told))
    for username, password in told:
        assert bcrypt.checkpw(password.encode(), made[username].password_hash.encode())
        assert made[username].role == username
    scopes = {name: account.scope_of(one) for name, one in made.items()}
    assert (scopes["leader"].regions, scopes["leader"].units) == (("990000000000",), ("*",))
    assert (scopes["room"].regions, scopes["room"].units) == (("990102000000",), ("*",))
    assert (scopes["team"].regions, scopes["team"].units) == (("990000000000",), ("U7",))
    assert (scopes["station"].regions, scopes["station"].units) == (("990102003004",), ("*",))
    assert {name for name, scope in scopes.items() if not scope.sees_counts} == {"auditor", "admin"}


def test_nothing_is_made_beside_an_account(settings: Settings, ledger: Ledger) -> None:
    account.add(ledger, "real", name="真", role="admin", password="correct horse battery", who="test")
    assert demo_accounts.ensure(settings, ledger, PLACES) is None
    assert [one.username for one in account.accounts(ledger)] == ["real"]
    assert not (settings.home / "demo-accounts.txt").exists()


def test_passwords_differ_between_roles_and_installations(settings: Settings, ledger: Ledger) -> None:
    path = demo_accounts.ensure(settings, ledger, PLACES)
    assert path
    passwords = re.findall(r"密码：(\S+)", path.read_text("utf-8"))
    assert len(set(passwords)) == len(ROLES)
    assert demo_accounts.ensure(settings, ledger, PLACES) is None
    assert re.findall(r"密码：(\S+)", path.read_text("utf-8")) == passwords

"""The demonstration shows every state of every module."""

from cockpit.queries import module
from cockpit.scope import ALL, Scope
from tests.installation import Installation


def test_the_demonstration_has_every_state_of_every_module(fresh_installation: Installation) -> None:
    province = Scope("x", "leader", ("990000000000",), (ALL,), (ALL,))
    found = module.modules(province, None, settings=fresh_installation.settings)
    assert set(zip(found["module"], found["state"], strict=True)) == {
        (name, state) for name in module.MODULES for state in module.STATES
    }
    overdue = module.rectifications(province, None, settings=fresh_installation.settings)
    assert {"village", "town"} <= {
        "village" if not code.endswith("000") else "town"
        for code in overdue.loc[overdue["is_overdue"], "region_code"]
    }

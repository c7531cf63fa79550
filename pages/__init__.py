"""The pages of the cockpit in menu order, with the roles that see them, and the one each lands on."""

import importlib
from dataclasses import dataclass
from types import ModuleType

from cockpit.scope import CASE_ROLES, Role


@dataclass(frozen=True)
class Entry:
    """One page: its module and address, who sees it, whether the menu lists it, whether filters apply, or the region alone.

    `is_alone`: it fills the screen, without menu and frame.
    """

    slug: str
    roles: frozenset[Role]
    in_menu: bool = True
    has_filters: bool = True
    is_by_region_alone: bool = False
    is_alone: bool = False

    @property
    def module(self) -> ModuleType:
        """The page's module: TITLE, ICON, render(scope)."""
        return importlib.import_module(f"pages.{self.slug}")

    def is_listed(self, role: Role) -> bool:
        """Tell whether a role's menu lists the page."""
        return self.in_menu and role in self.roles


ENTRIES = (
    Entry("overview", CASE_ROLES),
    Entry("analysis", CASE_ROLES),
    Entry("tasks", CASE_ROLES, has_filters=False),
    Entry("station", CASE_ROLES, is_by_region_alone=True),
    Entry("town", frozenset({"leader", "room"}), is_by_region_alone=True),
    Entry("complaints", CASE_ROLES),
    Entry("complaint", CASE_ROLES, in_menu=False),
    Entry("heat", CASE_ROLES),
    Entry("alerts", CASE_ROLES),
    Entry("alert", CASE_ROLES, in_menu=False),
    Entry("effect", CASE_ROLES),
    Entry("ecology", CASE_ROLES, is_by_region_alone=True),
    Entry("disclosure", CASE_ROLES, is_by_region_alone=True),
    Entry("screen", frozenset({"leader", "kiosk"}), has_filters=False, is_alone=True),
    Entry("audit", frozenset({"auditor"}), has_filters=False),
    Entry("status", frozenset({"admin"}), has_filters=False),
    Entry("intake", frozenset({"admin"}), has_filters=False),
    Entry("accounts", frozenset({"admin"}), has_filters=False),
)


# A station lives by what it has to do; the others begin with the whole.
LANDINGS: dict[Role, str] = {"station": "station"}


def landing(role: Role) -> Entry:
    """Return the page a role lands on."""
    slug = LANDINGS.get(role)
    return next(entry for entry in ENTRIES if entry.is_listed(role) and slug in (None, entry.slug))

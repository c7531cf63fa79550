"""Scope: who asks, and for which regions, industries and units; empty means nothing, never everything."""

from dataclasses import dataclass
from typing import Literal, get_args

from cockpit import region_code

ALL = "*"
Role = Literal["leader", "room", "team", "station", "auditor", "admin", "kiosk"]
ROLES: tuple[Role, ...] = get_args(Role)
ROLE_LABELS: dict[Role, str] = {
    "leader": "委领导",
    "room": "监督检查室",
    "team": "派驻组",
    "station": "村级监察工作联络站",
    "auditor": "审计员",
    "admin": "系统管理员",
    "kiosk": "大屏终端",
}
CASE_ROLES: frozenset[Role] = frozenset({"leader", "room", "team", "station"})
# Those who see counts over cases; a big screen sees these alone, and no case row.
COUNT_ROLES: frozenset[Role] = CASE_ROLES | {"kiosk"}


@dataclass(frozen=True)
class Scope:
    """The rows one person may see: the meet of regions, industries and units.

    `regions` are region codes and stand for all below them. `industries` and `units` are codes, or `ALL`
    alone for every one, named or not. An empty tuple admits no row. Auditors and administrators see no
    case rows, whatever stands in their scope; a big screen sees counts over those of its scope.
    """

    who: str
    role: Role
    regions: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    units: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Bring equal scopes to one form, so that they share cached results and hide nothing twice."""
        for code in self.regions:
            if not region_code.is_code(code):
                raise ValueError(f"not a region code: {code!r}")
        outer = [
            code
            for code in sorted(set(self.regions))
            if not any(other != code and region_code.contains(other, code) for other in self.regions)
        ]
        object.__setattr__(self, "regions", tuple(outer))
        for name in ("industries", "units"):
            values = set(getattr(self, name))
            object.__setattr__(self, name, (ALL,) if ALL in values else tuple(sorted(values)))

    @property
    def sees_cases(self) -> bool:
        """Tell whether any case row can be visible at all."""
        return self.role in CASE_ROLES and bool(self.regions and self.industries and self.units)

    @property
    def sees_counts(self) -> bool:
        """Tell whether counts over cases can be visible."""
        return self.role in COUNT_ROLES and bool(self.regions and self.industries and self.units)

    def holds_region(self, code: str) -> bool:
        """Tell whether a region lies within the scope."""
        return any(region_code.contains(region, code) for region in self.regions)

    def admits_industry(self, code: str) -> bool:
        """Tell whether an industry lies within the scope."""
        return self.industries == (ALL,) or code in self.industries


def nobody() -> Scope:
    """Return the scope that sees nothing."""
    return Scope(who="", role="auditor")

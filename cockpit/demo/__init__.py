"""The fictitious province: seeded source files with planted truths."""

from cockpit.demo.files import generate
from cockpit.demo.scale import SCALES

__all__ = ["SCALES", "generate"]

"""Read, map, validate, accept or reject: source files into the warehouse, set-based."""

from cockpit.ingest.batch import load
from cockpit.ingest.session import Report

__all__ = ["Report", "load"]

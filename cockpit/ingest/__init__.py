"""Read, map, validate, accept or reject: source files into the warehouse, set-based."""

from cockpit.ingest.batch import Report, load

__all__ = ["Report", "load"]

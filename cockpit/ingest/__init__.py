"""Facts from source files: read, map, validate, accept or reject, set-based in DuckDB."""

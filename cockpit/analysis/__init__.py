"""Statistics: pure functions on arrays and frames."""

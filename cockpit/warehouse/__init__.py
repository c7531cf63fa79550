"""Snapshots: staging and marts as plain SQL, built in dependency order, swapped whole."""

"""The only door to rows: views with enforced scope over the snapshot in service."""

"""Cached access: what pages read, kept by build and by what the scope sees, never by who asks."""

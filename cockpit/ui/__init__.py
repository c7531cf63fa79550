"""Widgets shared by pages: sign-in, filters, cards, cached access, formatting."""

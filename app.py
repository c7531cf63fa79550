"""Qingyuan Cockpit: sign in, scope, navigation."""

"""The fictitious province: seeded source files with planted truths."""

"""What people decide and who they are: accounts, audit, migrations."""

"""How the ledger's schema came to be, one step a file; run forward when the ledger is opened."""

"""The pages of the cockpit in menu order, with the roles that see them."""

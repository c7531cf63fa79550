"""The closed loop of an alert: who may do what next, by when, and what it comes to."""

"""The sections of 预警热力, one module each, and what they share."""

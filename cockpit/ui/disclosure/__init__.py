"""The sections of 公开公示, one module each, and what they share."""

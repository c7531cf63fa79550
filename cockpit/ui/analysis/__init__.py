"""The sections of the complaint analysis, one module each, and the panel they share."""

"""The sections of 政治生态, one module each, and what they share."""

"""The public extract: a static site of what may be public, opened from disk or carried by any web server."""

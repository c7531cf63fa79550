"""What ends in a message to a person instead of a traceback."""


class CockpitError(Exception):
    """The work cannot go on: the text is one clear sentence in Chinese; the command line exits with 2."""

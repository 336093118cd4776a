"""The one error of this package."""


class DatabaseFault(RuntimeError):
    """The database cannot be had; the text is a sentence for the person who started it."""

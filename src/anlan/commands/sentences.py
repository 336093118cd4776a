"""How a command ends early: with one sentence, never a traceback."""


class Stop(Exception):
    """The command cannot go on; the text says why and what to do, in Chinese and English."""

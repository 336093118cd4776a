"""The verbs of ``anlan``. Django is loaded only by those that need it."""

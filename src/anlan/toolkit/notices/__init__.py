"""Notices inside the system: who is told what, the bell, and the page that lists them.

`telling.tell` tells one party or person; deeds tell by the change `Tell`, clocks by their reminder. Reading a notice is
each person's own and leaves no entry in the journal.
"""

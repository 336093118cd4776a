"""Matters 事件/事项: whatever anyone reports, once, whatever the channel.

Words: matter (one finding or report), opener (who brought it: warden, officer, unit, resident …),
channel (how it came), hanging (cases of higher apps that hang on it).
Invariants: one finding is one matter, whoever brings it; a matter is open → answered → closed or
rejected; it closes when nothing hangs on it; the reporter's name and phone stand apart from the journal.
Legal basis: domain.md 4.4 (stages), 4.7 (a warden reports at first sight).
"""

"""What open pages are told without asking: news of cases, the bell, and calls that ring.

Words: a watcher is one open stream; news is one sealed deed on a case that its reader may see.
Invariants: the sealed number is the only cursor, an event's id is that number, and nobody is told of what the
selectors would not show; the stream tells that something happened, never what a page says about it.
"""

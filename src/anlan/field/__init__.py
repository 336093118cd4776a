"""Field: the phone of whoever is out — a day's work without a network, told afterwards, each thing once.

Words: device (a phone that holds a key of its own), envelope (one thing somebody did, signed by the device), pack (what
a phone takes along for seven days), piece (a part of a photo on its way).
Invariants: an envelope sent twice counts once; only a receipt refuses a record; the post is judged at the deed's time;
a device that is shut out gets nothing more and is told to wipe itself.
The protocol: docs/explanation/offline.md.
"""

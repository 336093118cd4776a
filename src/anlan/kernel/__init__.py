"""The kernel: one door for every change of state, and what it leaves behind.

`plan` decides (pure), `door` writes, `clocks` owe, `journal` remembers, `marks` count.
It knows no word of the domain: apps register flows, facts, followers and lookups.

Invariants: a case changes only by a deed; a deed has an actor and an instant; an entry is
never updated; what stood on a day is the sum of signed marks; whatever has a limit is a
clock row that names what happens when it runs out.
"""

"""Exercises 演练: an evening that never happened, played with the real people, forces and rules in a space of its own.

Words: exercise (one opening of the space: who opened it, why, at which instant it begins, how fast its clock runs), script
(an evening's deeds in order, each with who does it and after how many minutes).
Invariants: one exercise at a time; it works on a copy in a schema of its own, with its own journal, clocks, numbers and
files, and what it sends goes nowhere; nothing is ever carried back; the next opening wipes it.
Legal basis: domain.md 5.9 (drills of plans), data-model.md (the exercise space).
"""

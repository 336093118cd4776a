"""Patrols: the handbook, plans by grade, rounds and visits — and the papers that one visit fills.

Words: visit (one check of one unit; every check in the district is a visit with `by`), round (a warden's day of
visits, in walking order), handbook (versioned inspection items), answers (one value a visit: only deviations
become rows), task (a visit by a warden, finished with any result).
Invariants: nothing is typed twice; a finished visit yields its record, the hazard notice, the matters, the
hazards and the statistics in one deed; a warden orders nothing.
Legal basis: domain.md 3.4, 4.7, 15; 《安全生产排查指导手册》.
"""

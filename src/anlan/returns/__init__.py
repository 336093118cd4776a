"""Returns 部门月报: what departments report each month, with the rows behind it or as a bare sum; and what contradicts it.

Words: monthly return (one department's numbers of one month), detail (rows that name units, sums by street, or none),
receipt (its code and digest), contradiction (a number that cannot be true beside another, named with both).
Invariants: one return a department and month; its clock is a dated parameter; it is sent back once at most; what is
corrected after acceptance is a later deed and reads as such; a return without rows never counts as traced; each
contradiction is explained or corrected, never deleted.
Legal basis: domain.md 0.4 (units of figures), 2.7 (rates), 10.7 (every figure with its trace).
"""

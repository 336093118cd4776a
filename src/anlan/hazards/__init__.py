"""Hazards 事故隐患: found → … → struck off (销号).

Words: general and major (一般、重大), hazard_notice 隐患告知书, order 责令限期整改指令书, five blocks 五落实,
review 复查, struck off 销号, proposal (an extension, objection, slip, listing or re-check that waits for an answer).
Invariants: a hazard hangs on one matter; a major one needs a second person, immediate control and the five
blocks, and is never closed on the spot; the reviewer is neither fixer nor submitter, for a major hazard
neither finder nor grader; an overdue step makes a proposal, never by itself a slip or a listing.
Legal basis: State Administration Order 16 (2008) Art 3 ff.; domain.md 2.1–2.7.
"""

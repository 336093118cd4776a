"""Portal: what people outside the offices see and do. The resident's report and its following; the unit's own pages.

Words: ticket (the uid that a page gives to one report; whoever holds it sent the report), PIN (查询码), following too (跟进: the
same seen by somebody else), follow (查询办理情况).
Invariants: nobody's name or number stands in a report; the same ticket sent twice counts once and gets the same number
and PIN; what others wrote is never shown; of those who handle it, bodies are named, people never.
Legal basis: Work Safety Law Arts 73, 76 (reports and their protection) [sure]; domain.md 4.8, 4.9, 12.3, 12.4.
"""

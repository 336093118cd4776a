"""Reports 报告: text and figures; a figure is an indicator with a period, never typed.

Words: report (one paper of one office), template (how a kind of report begins), figure (an indicator with a period in
the text), claim (a word of a sentence that may be true or not: 下降, 余, 连续2年), freezing (each figure kept with its
query, rows and journal head), commitment (what was promised in a report, or asked of it afterwards).
Invariants: a figure in a report is counted, never typed; a frozen report never changes; whoever wrote it does not sign
it; a sentence whose claim does not hold is marked and cannot be signed; what cannot be counted yet is not printed.
Legal basis: domain.md 10.7 (report to the standing committee), 11 (GB/T 9704), 0.4 (units of figures).
"""

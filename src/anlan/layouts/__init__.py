"""Layouts 版式: the upper office's own sheets, each with what of ours goes where; filled, printed and read back.

Words: ledger 台账 (one row a record), return 月报 (figures in cells and rows of areas), mapping 对照 (their column, ours).
Invariants: a layout belongs to the office that brought it and serves everyone on that office's ground; what it
shows of other registers is what their selectors show; a mapping that no longer fits is refused in sentences.
"""

"""The upper office's own sheet: their workbook is opened, its columns are matched to ours, filled, and read back.

`open_book` refuses what cannot be filled, `Ledger` and `Return` say what goes where, `fill_ledger` and `fill_return`
write into a copy that keeps their looks and formulas, `read_back` turns a filled sheet into our columns again.
"""

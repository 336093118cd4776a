"""Spreadsheets in and out: what offices really send is read with every fault named, what they get is safe to open.

`read_sheet` turns CSV and XLSX into rows of text under their headers; `write_csv`, `write_xlsx` and `write_template`
write them. What one writes the other reads back unchanged.
"""

from .reading import Fault, Sheet, SheetLimits, read_sheet
from .templates import TemplateColumn, write_template
from .writing import write_csv, write_xlsx

__all__ = [
    "Fault",
    "Sheet",
    "SheetLimits",
    "TemplateColumn",
    "read_sheet",
    "write_csv",
    "write_template",
    "write_xlsx",
]

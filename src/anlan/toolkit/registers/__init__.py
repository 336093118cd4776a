"""Registers hold what exists: declared per column, the list, filters, form, import, export, API and layer follow.

`Register` is declared with `Col`s, one selector and the rules of who may; it changes through the kernel's door as
cases do. `CasePages` gives any other flow its pages. See docs/howto/add-a-register.md.
"""

from .caseview import CasePages, CaseView
from .columns import Col
from .declare import BY_KIND, REGISTERS, Register
from .panels import Facts, Files, Linked, Panel, Papers, Trail
from .views import register_urls

__all__ = ["BY_KIND", "REGISTERS", "CasePages", "CaseView", "Col", "Facts", "Files", "Linked", "Panel", "Papers",
           "Register", "Trail", "register_urls"]

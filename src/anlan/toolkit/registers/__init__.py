"""Registers hold what exists: declared per column, the list, filters, form, import, export, API and layer follow.

`Register` is declared with `Col`s, one selector and the rules of who may; it changes through the kernel's door as
cases do. `CasePages` gives any other flow its pages. See docs/howto/add-a-register.md.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .caseview import CasePages, CaseView
    from .columns import Col
    from .declare import BY_KIND, REGISTERS, Register
    from .panels import Facts, Files, Linked, Panel, Papers, Trail
    from .views import register_urls

_HOMES = {"CasePages": "caseview", "CaseView": "caseview", "Col": "columns", "BY_KIND": "declare",
          "REGISTERS": "declare", "Register": "declare", "Facts": "panels", "Files": "panels", "Linked": "panels",
          "Panel": "panels", "Papers": "panels", "Trail": "panels", "register_urls": "views"}
__all__ = ["BY_KIND", "REGISTERS", "CasePages", "CaseView", "Col", "Facts", "Files", "Linked", "Panel", "Papers",
           "Register", "Trail", "register_urls"]


def __getattr__(name: str) -> Any:
    """Looked up when used, so that the command's help answers before the apps are loaded."""
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

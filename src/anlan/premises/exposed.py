"""Who may see what is attached to a unit's file."""

from anlan.toolkit.attachments.access import may_see

from . import flow  # noqa: F401
from .selectors import premises_seen_by, special_objects_seen_by

may_see("premises", premises_seen_by)
may_see("special_object", special_objects_seen_by)

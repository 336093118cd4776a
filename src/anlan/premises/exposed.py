"""Who may see what is attached to a unit's file."""

from anlan.toolkit.attachments.access import may_see

from . import file_changes, flow, safety_book  # noqa: F401
from .selectors import file_changes_seen_by, premises_seen_by, special_objects_seen_by, unit_records_seen_by

may_see("premises", premises_seen_by)
may_see("special_object", special_objects_seen_by)
may_see("file_change", file_changes_seen_by)
may_see("unit_record", unit_records_seen_by)

"""What of visits is open to the API, and who may see their attachments and papers."""

from anlan.toolkit.api import expose
from anlan.toolkit.attachments.access import may_see

from . import flow  # noqa: F401
from .selectors import rounds_seen_by, self_inspections_seen_by, visits_seen_by

expose("visit", "visits", "drop_in", moves=("finish",), seen_by=visits_seen_by,
       columns=("state", "result", "due_on", "finished_at", "hazards_count"))
may_see("visit", visits_seen_by)
may_see("round", rounds_seen_by)
may_see("self_inspection", self_inspections_seen_by)

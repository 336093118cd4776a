"""What of hazards is open to the API, and who may see their attachments and papers."""

from anlan.toolkit.api import expose
from anlan.toolkit.attachments.access import may_see

from . import flow  # noqa: F401
from .selectors import hazards_seen_by, listings_seen_by, proposals_seen_by

expose("hazard", "hazards", "find", moves=("control", "self_check", "plan_review", "fill_blocks"),
       seen_by=hazards_seen_by, columns=("code", "what", "level", "state", "due_on", "found_on", "order_no", "closing_no"))
may_see("hazard", hazards_seen_by)
may_see("listing", listings_seen_by)
may_see("proposal", proposals_seen_by)

"""What of calls is open to the API, and who may see their attachments and papers."""

from anlan.toolkit.api import expose
from anlan.toolkit.attachments.access import may_see

from . import attendance, flow  # noqa: F401
from .selectors import attendances_seen_by, calls_seen_by

expose("call", "calls", "ring", moves=("sign", "arrive", "reply", "finish", "return_call", "close", "rework"), seen_by=calls_seen_by,
       columns=("code", "goal", "priority", "to_level", "state", "rang_at", "signed_at", "arrived_at", "finished_at", "result"))
may_see("call", calls_seen_by)
may_see("attendance", attendances_seen_by)

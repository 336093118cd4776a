"""What of matters is open to the API, and who may see their attachments and papers."""

from anlan.toolkit.api import expose
from anlan.toolkit.attachments.access import may_see

from . import flow, unsealing  # noqa: F401
from .selectors import matters_seen_by

expose("matter", "matters", "open", moves=("answer", "reject", "close"), seen_by=matters_seen_by,
       columns=("code", "what", "place", "state", "opener", "channel", "opened_at", "answer", "closed_at"))
may_see("matter", matters_seen_by)

"""What of returns is open to the API, and who may see their attachments."""

from anlan.toolkit.api import expose
from anlan.toolkit.attachments.access import may_see

from . import flow  # noqa: F401
from .selectors import contradictions_seen_by, returns_seen_by

expose("monthly_return", "monthly-returns", "ask", moves=("submit", "send_again", "amend"), seen_by=returns_seen_by,
       columns=("code", "month", "state", "numbers", "detail", "sent_at", "digest", "late", "accepted_at", "amended_at"))
may_see("monthly_return", returns_seen_by)
may_see("contradiction", contradictions_seen_by)

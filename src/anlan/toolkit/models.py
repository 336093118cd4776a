"""The toolkit's tables, each kept beside what works on it."""

from anlan.toolkit.attachments.models import File
from anlan.toolkit.intake.models import ApiToken
from anlan.toolkit.jobs.models import Job
from anlan.toolkit.notices.models import Notice, NoticeRead
from anlan.toolkit.registers.models import Book

__all__ = ["ApiToken", "Book", "File", "Job", "Notice", "NoticeRead"]

"""Mounted at /api/v1/. Read after every app is ready, when all that is exposed is known."""

from anlan.toolkit.api import api, urls_of
from anlan.toolkit.attachments.api import expose_files
from anlan.toolkit.registers.rest import expose_registers

expose_files(api)
expose_registers(api)
urlpatterns = urls_of(api)

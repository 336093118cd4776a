"""The one instant at which the living page stands."""

from datetime import datetime
from zoneinfo import ZoneInfo

NOW = datetime(2021, 6, 25, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))

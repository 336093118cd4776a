"""Where a warden on duty is: the newest place alone, with her consent, for a short while, in no journal and no history.

PIPL art. 6, 14, 29 and 47 (domain.md 12.2): least, by consent that can be taken back, deleted once it has served.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from anlan.kernel.actors import Actor
from anlan.kernel.instance import local_day
from anlan.kernel.refusals import Refusal
from anlan.kernel.rulebook import parameter
from anlan.toolkit.tilekey import key

from .models import Position, Round

CHINA = (73.0, 136.0, 3.0, 54.0)
"""West, east, south and north of a frame around the country, in degrees."""


def kept_for(at: datetime) -> timedelta:
    return timedelta(minutes=int(parameter("patrol.position_minutes", local_day(at))))


def on_duty(actor: Actor, at: datetime) -> bool:
    """A round of today that is still open. Without one nothing is taken, whatever the phone sends."""
    return Round.objects.filter(post_id__in=actor.parties, day=local_day(at), state="open").exists()


def tell_place(actor: Actor, lon: float, lat: float, accuracy_m: float | None, at: datetime) -> Refusal | None:
    """Replaces what was known; nothing else is kept of it. A refusal: nothing is known of the person any more."""
    west, east, south, north = CHINA
    why = "" if on_duty(actor, at) else _("今天没有进行中的巡查任务，位置没有保存")
    if not (west <= lon <= east and south <= lat <= north):
        why = _("定位不在国内，没有保存")
    if why or actor.person_id is None or actor.post_id is None:
        forget(actor.person_id)
        return Refusal((why,))
    Position.objects.update_or_create(person_id=actor.person_id, defaults={
        "post_id": actor.post_id, "at": at, "lon": lon, "lat": lat, "accuracy_m": accuracy_m, "tile_key": key(lon, lat)})
    return None


def forget(person_id: int | None) -> None:
    Position.objects.filter(person_id=person_id).delete()


def forget_old(at: datetime) -> int:
    """Deletes what has been kept long enough, and what belongs to a round that is over. How many."""
    if not Position.objects.exists():
        return 0
    walking = Round.objects.filter(day=local_day(at), state="open").values("post_id")
    return Position.objects.filter(Q(at__lte=at - kept_for(at)) | ~Q(post_id__in=walking)).delete()[0]

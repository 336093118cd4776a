"""Playing a script in the exercise: each deed by the real post-holder, through the door, at the exercise's own clock."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.db.models import Q
from django.utils.translation import gettext as _

from anlan.incidents.models import Incident, InfoReport
from anlan.incidents.tracing import gaps
from anlan.kernel import instance
from anlan.kernel.actors import Actor
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.flows import FLOWS
from anlan.kernel.follow import follow_all
from anlan.kernel.instance import instance_clock, local_day, zone
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Area, Entry
from anlan.kernel.refusals import Absent, Refused
from anlan.kernel.rulebook import areas_within, rulebook
from anlan.kernel.spaces import in_exercise
from anlan.kernel.tick import tick
from anlan.kernel.wording import sentence
from anlan.people.models import Appointment
from anlan.people.standing import actor_for
from anlan.places.grids import shapes_on
from anlan.places.models import Level

from .script import Script, Step, Unreadable, refused

LONGEST_PAUSE = 0.5
log = logging.getLogger("anlan.exercises")


@dataclass(frozen=True)
class Deed:
    """What became of one step. sentence: as in the journal, or why it was refused."""

    at: str
    who: str
    does: str
    sentence: str
    done: bool = True


@dataclass
class Played:
    script: str
    ground: str
    began: str
    ended: str = ""
    steps: list[Deed] = field(default_factory=list)
    incident: str = ""
    papers: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Stopped(Exception):
    """A step was refused; played: what had been done until then."""

    def __init__(self, why: str, played: Played) -> None:
        super().__init__(why)
        self.played = played


class Evening:
    """One play of a script. speed: times real time, 0 for without waiting. tell: hears of each deed."""

    def __init__(self, script: Script, ground: str, speed: float, tell: Callable[[Deed], None]) -> None:
        if not in_exercise():
            raise RuntimeError("a script is played in an exercise only")
        self.script, self.speed, self.tell = script, speed, tell
        self.began = instance_clock()
        self.street = _street(ground or script.ground)
        self.named: dict[str, UUID | None] = {"street": self.street.uid, "district": Area.objects.get(level=Level.DISTRICT).uid}
        self.posts: dict[str, Appointment] = {}
        self.played = Played(script.name, self.street.name, _shown(self.began))

    def play(self, usual: float = 1.0) -> Played:
        """Raises Stopped at the first step that is refused. usual: how fast the clock runs on afterwards."""
        try:
            return self._play()
        finally:
            instance.set_clock(instance_clock(), running=True, speed=usual)

    def _play(self) -> Played:
        if self.speed:
            instance.set_clock(self.began, running=True, speed=self.speed)
        found = {name: self._found(dict(told)) for name, told in self.script.finds.items()}
        self.named |= found
        for n, step in enumerate(self.script.steps, 1):
            at = self._wait_for(self.began + timedelta(minutes=step.minutes))
            if not (step.unless and found.get(step.unless)):
                self._take(n, step, at)
            _settle(at)
        return self._told()

    def _wait_for(self, due: datetime) -> datetime:
        if not self.speed:
            instance.set_clock(max(due, instance_clock()), running=False)
        while (now := instance_clock()) < due:
            time.sleep(min(LONGEST_PAUSE, (due - now).total_seconds() / self.speed))
            tick(at=instance_clock())
        return instance_clock()

    def _take(self, n: int, step: Step, at: datetime) -> None:
        for uid in self._cases(step):
            actor = self._actor(step, uid, at)
            try:
                receipt = advance(Ref(step.kind, uid), step.move, actor=actor, at=at, given=self._given(step, uid, at), request=uuid4())
            except (Refused, Absent) as why:
                said = refused(n, step, getattr(why, "refusal", why))
                self._tell(Deed(_shown(at), actor.name, f"{step.kind}.{step.move}", said, done=False))
                if step.may_fail:
                    continue
                raise Stopped(said, self.played) from why
            self._tell(Deed(_shown(at), actor.name, f"{step.kind}.{step.move}", sentence(Entry.objects.get(id=receipt.entry_id), actor.name,
                                                                                        {"title": _title(step.kind, uid)})))

    def _tell(self, deed: Deed) -> None:
        self.played.steps.append(deed)
        self.tell(deed)

    # Cases and values

    def _cases(self, step: Step) -> Iterable[UUID]:
        """A new case gets its uid here."""
        if FLOWS[step.kind].move(step.move).opens:
            uid = uuid4()
            if step.called:
                self.named[step.called] = uid
            return [uid]
        if isinstance(step.case, str):
            uid = self.named[step.case.removeprefix("@")]
            return [uid] if uid else []
        return list(self._rows(dict(step.case or {}), step.kind)[: step.each].values_list("uid", flat=True))

    def _rows(self, told: dict[str, Any], kind: str) -> Any:
        lookups = {name: self._value(value, None) for name, value in told.items()}
        return FLOWS[kind].model._default_manager.filter(**lookups).order_by("id")

    def _found(self, told: dict[str, Any]) -> UUID | None:
        row = self._rows(told, told.pop("kind")).first()
        return row.uid if row else None

    def _given(self, step: Step, uid: UUID, at: datetime) -> dict[str, Any]:
        given = {name: self._value(value, at) for name, value in step.given.items()}
        kept = getattr(FLOWS[step.kind].model._default_manager.get(uid=uid), step.keeps) if step.keeps else {}
        return {name: value for name, value in {**kept, **given}.items() if value is not None}

    def _value(self, value: Any, at: datetime | None) -> Any:
        if isinstance(value, str) and value.startswith("@"):
            name, _dot, axis = value[1:].partition(".")
            return self._point(name, axis) if axis else self._meant(name)
        if isinstance(value, str):
            return value.replace("{street}", self.street.name)
        if isinstance(value, Mapping) and set(value) == {"minutes"} and at is not None:
            return (at + timedelta(minutes=value["minutes"])).isoformat()
        return value

    def _point(self, name: str, axis: str) -> float | None:
        """A place within a ground, where it has a boundary: @grid.lon, @grid.lat."""
        area = Area.objects.filter(uid=self._meant(name)).first()
        shape = shapes_on(local_day(self.began)).get(area.code) if area is not None else None
        if shape is None:
            return None
        inside = shape.representative_point()
        return float(inside.x if axis == "lon" else inside.y)

    def _meant(self, name: str) -> UUID | None:
        """A case by its name, the ground of one of the cast (@grid), or its body (@street_office)."""
        if name not in self.named:
            for who, told in self.script.cast.items():
                if told.get("at") == name or name == f"{who}_office":
                    self._post(who, self.began)
        return self.named[name]

    # Who does it

    def _actor(self, step: Step, uid: UUID, at: datetime) -> Actor:
        told = self.script.cast[step.who]
        if "of" in told:
            party = getattr(FLOWS[step.kind].model._default_manager.get(uid=uid), told["of"])
            rows = Appointment.objects.filter(Q(post_id=party) | Q(post__organisation_id=party), post__roles__overlap=told["roles"])
            return self._holder(step.who, rows, at)
        held = self._post(step.who, at)
        return actor_for(held.person_id, held.post_id, at)

    def _post(self, who: str, at: datetime) -> Appointment:
        """The first holder of the role on the ground; where it stands is known by the name of its level from then on."""
        if who not in self.posts:
            told = self.script.cast[who]
            near = told["at"] in ("community", "grid")
            area = self._ground_of("community") if told["at"] == "grid" and "community" in self.script.cast else self.street.id
            rows = Appointment.objects.filter(post__roles__contains=[told["role"]], post__state="active")
            if told["at"] == "district":
                rows = rows.filter(post__area__uid=self.named["district"])
            else:
                rows = rows.filter(post__area__in=areas_within(area, local_day(at)).ids if near else [area])
            held = self.posts[who] = self._holding(who, rows, at)
            self.named[f"{who}_office"] = held.post.organisation.uid
            if near and held.post.area is not None:
                self.named[told["at"]] = held.post.area.uid
        return self.posts[who]

    def _ground_of(self, who: str) -> int:
        held = self._post(who, self.began)
        return int(held.post.area_id or self.street.id)

    def _holder(self, who: str, rows: Any, at: datetime) -> Actor:
        held = self._holding(who, rows, at)
        return actor_for(held.person_id, held.post_id, at)

    def _holding(self, who: str, rows: Any, at: datetime) -> Appointment:
        for held in rows.select_related("post__area", "post__organisation").order_by("post__area__level", "post__area__code", "id"):
            try:
                actor_for(held.person_id, held.post_id, at)
            except Refused:
                continue
            return held  # type: ignore[no-any-return]
        raise Unreadable(_("“%(ground)s”没有在岗的“%(who)s”，脚本走不下去") % {"ground": self.street.name, "who": who})

    # What came of it

    def _told(self) -> Played:
        self.played.ended = _shown(instance_clock())
        found = Incident.objects.filter(uid=self.named.get("incident")).first()
        if found is not None:
            self.played.incident = FLOWS["incident"].url(found.uid)
            self.played.papers = [r.number for r in InfoReport.objects.filter(incident=found).order_by("id") if r.number]
            rows = gaps(found, found.relays.order_by("id"), rulebook(), instance_clock())
            self.played.late = [f"{g.relay.who}：{g.said}" for g in rows if g.late]
        return self.played


def _street(name: str) -> Area:
    found = Area.objects.filter(level=Level.STREET, name=name).first()
    if found is None:
        known = "、".join(Area.objects.filter(level=Level.STREET).order_by("code").values_list("name", flat=True)[:20])
        raise Unreadable(_("没有名为“%(name)s”的街道。现有：%(known)s") % {"name": name, "known": known})
    return found


def _settle(at: datetime) -> None:
    """What the worker does as well, where one runs: the second finds nothing left to do."""
    tick(at=at)
    try:
        seal_all()
    except IntegrityError:
        return  # the worker was first
    try:
        follow_all()
    except Exception:
        log.exception("a follower failed")  # as in the worker, it holds up nothing


def _title(kind: str, uid: UUID) -> str:
    return str(FLOWS[kind].title(FLOWS[kind].model._default_manager.get(uid=uid)))


def _shown(at: datetime) -> str:
    return at.astimezone(zone()).strftime("%Y-%m-%d %H:%M")



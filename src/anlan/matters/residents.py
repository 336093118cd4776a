"""What a resident does about a matter of her own: report, join, withdraw, rate, ask once more.

She has no post and no name here. Who she is follows from number and PIN; the edge makes an actor of it (`reporter`).
domain.md 12.4: anonymous, with a code for follow-up; 4.9 rule 6: one re-handling.
"""

from __future__ import annotations

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.actors import Actor
from anlan.kernel.rules import rule
from anlan.toolkit.codes import public_code
from anlan.toolkit.tilekey import key as tile_key

from . import wording
from .models import Channel, Opener, Sort

NAME = "居民"


def resident(matter_id: int | None = None) -> Actor:
    """Somebody without an account; of the matter whose number and PIN she gave."""
    return Actor(name=NAME, roles=frozenset({"reporter"}), extra=(("matter", matter_id),))


@rule(_("须由居民在上报页面办理"))
def from_the_portal(case, facts, actor, when, given):
    return actor.is_any("reporter")


@rule(_("须由报事人本人凭编号和查询码办理"))
def is_reporter(case, facts, actor, when, given):
    return actor.is_any("reporter") and actor.detail("matter") == case.id


@rule(_("已经有人办理或跟进，不能撤回"))
def nobody_has_acted(case, facts, actor, when, given):
    return not case.hanging and not case.reworks and not case.others


@rule(_("已经评价过"))
def not_rated_yet(case, facts, actor, when, given):
    return case.stars is None


@rule(_("已经要求过再办理，不能再次要求"))
def asked_less_than_allowed(case, facts, actor, when, given):
    return case.reworks < int(facts.value("matter.reworks_max"))


def reported(case, facts, actor, when, given):
    """Opened without a name; the community of the ground owes the answer."""
    ground, unit = facts.ground, facts.ground.premises
    lon, lat = (given.lon, given.lat) if given.lon is not None else ((unit.lon, unit.lat) if unit else (None, None))
    yield c.Set(
        area_id=ground.area_id, code=public_code(case.uid, "S"), what=given.what or Sort(given.sort).label, sort=given.sort,
        lon=lon, lat=lat, tile_key=None if lon is None else tile_key(lon, lat), premises_id=unit.id if unit else None,
        place=given.place or (unit.address if unit else ""), channel=Channel.PORTAL, opener=Opener.RESIDENT, hanging=[])
    yield c.Event("opened")
    for sha in given.photos or ():
        yield c.Attach(sha, "before")
    yield from _asked(facts.hearers, wording.reported(given.what or _now(Sort(given.sort).label)), urgent=bool(given.urgent))


reported.reads = ("ground", "hearers")


def reported_again(case, facts, actor, when, given):
    """The same, seen by somebody else: kept with her words and photos, the matter is not opened twice."""
    yield c.Set(others=case.others + 1)
    yield c.Event("reported_again")
    for sha in given.photos or ():
        yield c.Attach(sha, "before")
    if facts.answerers.community_id:
        yield c.Tell(facts.answerers.community_id, wording.reported_again(case.code))


reported_again.reads = ("answerers",)


def rated(case, facts, actor, when, given):
    yield c.Set(stars=given.stars, solved=given.solved == "yes", comment=given.comment or "")
    yield c.Event("rated")
    yield c.Event("stars", given.stars)


def asked_again(case, facts, actor, when, given):
    """Not solved: answered anew, once, with a clock of its own; a closing before counts no longer."""
    yield c.Set(reworks=case.reworks + 1, closed_at=None)
    if case.closed_at:
        yield c.TakeBack("closed")
    people = facts.answerers
    yield from _asked(people.community_id or people.street_id, wording.asked_again(case.code), urgent=True)


asked_again.reads = ("answerers",)


def withdrawn(case, facts, actor, when, given):
    yield c.Set(closed_at=when.at)
    for cell in ("opened", "accepted"):
        yield c.TakeBack(cell)


def _asked(party, words, *, urgent):
    if party:
        yield c.Owe(party, "answer")
        yield c.Tell(party, words, urgent=urgent)

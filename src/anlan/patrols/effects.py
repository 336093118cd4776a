"""One visit fills all papers: its record, the hazard notice, the matters, the hazards, the statistics."""

from __future__ import annotations

from uuid import UUID, uuid5

from anlan.hazards.models import Level
from anlan.kernel import changes as c
from anlan.kernel.rules import reads

from . import wording
from .models import By, Result


def by_of(actor) -> str:
    if actor.is_any("warden"):
        return By.WARDEN
    if actor.is_any("community"):
        return By.COMMUNITY
    return By.STREET if actor.is_any("street", "officer") and actor.area_id is not None else By.DEPARTMENT


@reads("unit")
def planned(case, facts, actor, when, given):
    yield c.Set(area_id=facts.unit.area_id, premises_id=facts.unit.id, due_on=given.due_on, turn=given.turn or 0,
                by=given.by or by_of(actor), post_id=given.post_id, round_id=given.round_id)


@reads("unit", "book")
def dropped_in(case, facts, actor, when, given):
    """A visit that nobody planned."""
    yield c.Set(area_id=facts.unit.area_id, premises_id=facts.unit.id, due_on=facts.day, by=by_of(actor),
                post_id=actor.post_id)
    yield from finished(case, facts, actor, when, given)


@reads("unit", "book")
def finished(case, facts, actor, when, given):
    finds = [_find(f, facts, actor) for f in given.finds or ()]
    by = case.by or by_of(actor)
    yield c.Set(result=given.result, reason=given.reason or "", finds=[f["uid"] for f in finds],
                answers={"version": facts.book.version if facts.book else 0, "items": dict(given.answers or {})},
                arrived_at=given.arrived_at or when.at, lon=given.lon, lat=given.lat, accuracy_m=given.accuracy_m,
                finished_at=when.at, visitor_id=actor.person_id, visitor_party=actor.organisation_id,
                signer=given.signer or "", hazards_count=len(finds))
    yield c.Event("check", facet=by)
    if by == By.WARDEN:
        yield c.Event("task", facet=given.result)
    for sha in given.photos or ():
        yield c.Attach(sha, "scene")
    for sha in given.signature or ():
        yield c.Attach(sha, "signature")
    yield from _papers(case, facts, actor, given, finds)
    for find in finds:
        yield from _spawn(case, find, facts, actor, given, by)
    if given.result == Result.GONE:
        yield c.Also(c.Ref("premises", facts.unit.uid), "report_gone", {"on": facts.day})


def _find(raw, facts, actor) -> dict:
    """A find as the handbook completes it: nothing that Anlan knows is typed."""
    item = facts.book.items.get(raw["item"]) if facts.book else None
    level = raw["level"] or (item.level if item else Level.GENERAL)
    days = raw["days"] if raw["days"] is not None else (item.days if item else 3)
    what = raw["what"] or (item.text if item else str(wording.spoken()))
    if item and raw["what"] and raw["what"] != item.text:
        what = f"{item.text}：{raw['what']}"
    return {**raw, "level": str(level), "days": days, "what": what, "basis": item.basis if item else "",
            "basis_pending": bool(item and item.pending)}


def _spawn(case, find, facts, actor, given, by):
    unit = facts.unit
    yield c.Spawn("matter", UUID(find["matter"]), "open_hanging", {
        "what": find["what"], "premises": unit.uid, "place": find["place"], "channel": "visit", "visit": case.uid,
        "hanging": [f"hazard:{find['uid']}"], "photos": find["before"]})
    yield c.Spawn("hazard", UUID(find["uid"]), "find_on_visit", {
        "matter_uid": UUID(find["matter"]), "premises": unit.uid, "area_id": unit.area_id, "visit": case.uid,
        "item_code": find["item"], "what": find["what"], "place": find["place"], "level": find["level"],
        "days": find["days"], "basis": find["basis"], "basis_pending": find["basis_pending"],
        "grade_reason": find["reason"], "control": find["control"], "before": find["before"], "after": find["after"],
        "voice": find.get("voice") or [],
        "fixed": find["fixed"] or (find["after"] and str(wording.fixed_on_spot())) or "",
        "signature": next(iter(given.signature or ()), ""), "opener": "warden" if by == By.WARDEN else "officer"})


def _papers(case, facts, actor, given, finds):
    """The record of every visit; the hazard notice where hazards were found."""
    yield c.Paper("patrol_record", uuid5(case.uid, "patrol_record"),
                  wording.record_content(case, facts, actor, given, finds))
    if finds:
        yield c.Paper("hazard_notice", uuid5(case.uid, "hazard_notice"),
                      wording.notice_content(case, facts, actor, given, finds))


def missed(case, facts, actor, when, given):
    yield c.Event("missed")


def reassigned(case, facts, actor, when, given):
    yield c.Set(post_id=given.post_id)


@reads("post")
def round_planned(case, facts, actor, when, given):
    post = facts.post
    yield c.Set(area_id=post.area_id, post_id=post.id, day=given.day, name=given.name)
    yield c.Owe(post.id, "walk", wording.end_of(given.day))
    yield c.Start("day", wording.ONE_DAY, ("lapse",), post.id, 0.0, due=wording.end_of(given.day))
    for n, unit in enumerate(given.units or (), start=1):
        yield c.Spawn("visit", uuid5(case.uid, str(unit)), "plan", {
            "premises": unit, "due_on": given.day, "turn": n, "post_id": post.id,
            "round_id": case.id, "by": By.WARDEN})


@reads("post", "planned")
def handed_over(case, facts, actor, when, given):
    """The day goes whole to another warden when she is sick."""
    yield c.Set(post_id=facts.post.id, handed_from=case.post_id)
    yield c.Release(role="walk")
    yield c.Owe(facts.post.id, "walk", wording.end_of(case.day))
    yield c.Tell(facts.post.id, str(wording.handed(case.name)))
    for uid in facts.planned:
        yield c.Also(c.Ref("visit", uid), "reassign", {"post_id": facts.post.id})


@reads("planned")
def lapsed(case, facts, actor, when, given):
    yield c.Set(finished_at=when.at)
    for uid in facts.planned:
        yield c.Also(c.Ref("visit", uid), "miss", {})


def completed(case, facts, actor, when, given):
    yield c.Set(finished_at=when.at)



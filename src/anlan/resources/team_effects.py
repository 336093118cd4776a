"""What the moves of teams and callouts change. A team's standing changes under its own lock, with its callout."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid5

from anlan.kernel import changes as c
from anlan.kernel.rules import reads
from anlan.kernel.worktime import Limit, Unit

from . import wording
from .store_models import StoreLevel
from .team_models import Standing
from .team_rules import minutes_of, spell_of

MINUTE = timedelta(minutes=1)
LEVELS = {0: StoreLevel.DISTRICT, 1: StoreLevel.STREET}
"""Depth of an area → the level that its teams are of; deeper ones are the community's."""


# Teams


def counted(team, facts, actor, when, given):
    """Members are what the register says, summed; those of the flood echelons once more, apart."""
    if team.version and team.state == "retired":
        return
    was = (team.people, team.echelon) if team.version else (0, "")
    yield from _people(was, (given.people or 0, given.echelon or ""))


def uncounted(team, facts, actor, when, given):
    yield from _people((team.people, team.echelon), (0, ""))


def recounted(team, facts, actor, when, given):
    yield c.Set(standing=Standing.READY, rest_until=None)
    yield from _people((0, ""), (team.people, team.echelon))


def _people(was, now):
    (before, turn), (after, next_turn) = was, now
    if after != before:
        yield c.Event("people", after - before)
    flood = (after if next_turn else 0) - (before if turn else 0)
    if flood:
        yield c.Event("flood_people", flood)


@reads("seen")
def leader_named(team, facts, actor, when, given):
    yield c.Set(leader_id=facts.seen.post.id if facts.seen.post else None)


def called(team, facts, actor, when, given):
    """The next version of the team names its callout, so that a call that is sent twice spawns one."""
    yield c.Set(standing=Standing.CALLED)
    yield c.Spawn("callout", uuid5(team.uid, f"callout{team.version + 1}"), "ring", {
        "team": team.uid, "area_id": team.area_id, "to_party": team.called_party, "name": team.name,
        "from_party": actor.organisation_id or actor.post_id, **{k: v for k, v in given.items() if v not in (None, "")}})


def went_out(team, facts, actor, when, given):
    yield c.Set(standing=Standing.OUT, out_since=when.at)


def came_back(team, facts, actor, when, given):
    """What was worked adds up until a full rest lies between; at the limit the team must rest."""
    most, rest = minutes_of(facts.value("team.work_max")), minutes_of(facts.value("team.rest"))
    began = team.out_since or when.at
    worked = spell_of(team, began, rest) + max(0, (when.at - began) // MINUTE)
    tired = worked >= most
    yield c.Event("spell", max(0, (when.at - began) // MINUTE))
    yield c.Set(standing=Standing.RESTING if tired else Standing.READY, out_since=None, back_at=when.at, spell_minutes=worked,
                rest_until=when.at + rest * MINUTE if tired else None)


def released(team, facts, actor, when, given):
    yield c.Set(standing=Standing.READY)


def rested(team, facts, actor, when, given):
    yield c.Set(standing=Standing.READY, rest_until=None, spell_minutes=0)


def stood_off(team, facts, actor, when, given):
    yield c.Set(standing=Standing.OFF)


def stood_to(team, facts, actor, when, given):
    """Whoever went off while resting comes back to rest."""
    resting = team.rest_until is not None and team.rest_until > when.at
    yield c.Set(standing=Standing.RESTING if resting else Standing.READY)
    if resting:
        left = (team.rest_until - when.at) // MINUTE
        yield c.Start("rest", Limit(left, Unit.MINUTE), ("rest_over",), None, remind=0, due=team.rest_until)


def rest_limit(team, facts, given):
    return "team.rest" if team.standing == Standing.RESTING else None


# Callouts


def rang(case, facts, actor, when, given):
    yield c.Set(area_id=given.area_id, team_id=c.Ref("rescue_team", given.team), task=given.task, place=given.place,
                from_party=given.from_party, to_party=given.to_party, arrive_by=given.arrive_by,
                for_kind=given.for_kind or "", for_uid=given.for_uid)
    yield c.Event("called")
    yield c.Owe(given.to_party, "sign")
    if given.from_party:
        yield c.Owe(given.from_party, "follow")
    yield c.Tell(given.to_party, wording.called(given.name, given.task, given.place), rings=True)
    if given.arrive_by is not None:
        minutes = max(0, (given.arrive_by - when.at) // MINUTE)
        yield c.Start("arrive", Limit(minutes, Unit.MINUTE), ("run_late",), given.to_party, due=given.arrive_by)


@reads("team")
def signed(case, facts, actor, when, given):
    yield c.Set(signed_at=when.at)
    yield c.Event("signed")
    if not case.unsigned:
        yield c.Event("signed_in_time")
    yield c.Start("depart", Limit(facts.team.ready_minutes, Unit.MINUTE), ("run_late",), case.to_party)
    yield c.Release(role="sign")
    yield c.Owe(case.to_party, "depart")
    yield from _caller_hears(case, wording.signed(facts.team.name, facts.team.ready_minutes))


@reads("team")
def departed(case, facts, actor, when, given):
    """The limit of the work that one may do without a rest runs from here, less what was worked before."""
    team = facts.team
    most, rest = minutes_of(facts.value("team.work_max")), minutes_of(facts.value("team.rest"))
    yield c.Set(left_at=when.at, people=given.people)
    yield c.Start("work", Limit(max(1, most - spell_of(team, when.at, rest)), Unit.MINUTE), ("tire",), case.to_party)
    yield c.Release(role="depart")
    yield c.Owe(case.to_party, "arrive")
    yield c.Also(c.Ref("rescue_team", team.uid), "go_out")
    yield from _caller_hears(case, wording.departed(team.name, given.people))


@reads("team")
def arrived(case, facts, actor, when, given):
    yield c.Set(arrived_at=when.at)
    yield c.Event("arrived")
    yield c.Event("shared", facet=LEVELS.get(facts.rules.levels.get(case.area_id), StoreLevel.COMMUNITY))
    yield c.Event("minutes_to_arrive", (when.at - case.opened_at) // MINUTE)
    yield c.Release(role="arrive")
    yield c.Owe(case.to_party, "work")
    yield from _caller_hears(case, wording.arrived(facts.team.name))


@reads("team")
def stood_down(case, facts, actor, when, given):
    yield c.Set(ended_at=when.at, result=given.result)
    yield c.Also(c.Ref("rescue_team", facts.team.uid), "come_back")
    yield from _caller_hears(case, wording.stood_down(facts.team.name, given.result))


@reads("team")
def declined(case, facts, actor, when, given):
    yield c.Set(ended_at=when.at, result=given.result)
    yield c.Event("declined")
    yield c.Also(c.Ref("rescue_team", facts.team.uid), "release")
    yield from _caller_hears(case, wording.declined(facts.team.name, given.result), urgent=True)


@reads("team")
def called_off(case, facts, actor, when, given):
    yield c.Set(ended_at=when.at, result=given.result)
    yield c.Also(c.Ref("rescue_team", facts.team.uid), "release")
    yield c.Tell(case.to_party, wording.called_off(facts.team.name, given.result), urgent=True)


@reads("team")
def chased(case, facts, actor, when, given):
    """Nobody signed: it rings once more, the caller knows; after the same limit again it stands in red."""
    yield c.Set(unsigned=True)
    yield c.Event("unsigned")
    yield c.Start("sign", "team.sign_limit", (), case.to_party, remind=0)
    yield c.Tell(case.to_party, wording.chased(facts.team.name, case.task), rings=True)
    yield from _caller_hears(case, wording.unsigned(facts.team.name), urgent=True)


@reads("team")
def ran_late(case, facts, actor, when, given):
    yield c.Set(late=True)
    yield c.Event("late")
    yield c.Tell(case.to_party, wording.late(facts.team.name, given.clock or ""), urgent=True)
    yield from _caller_hears(case, wording.late(facts.team.name, given.clock or ""), urgent=True)


@reads("team")
def tired(case, facts, actor, when, given):
    yield c.Set(tired=True)
    yield c.Event("tired")
    yield c.Tell(case.to_party, wording.tired(facts.team.name), urgent=True)
    yield from _caller_hears(case, wording.tired(facts.team.name), urgent=True)


def _caller_hears(case, sentence, urgent=False):
    if case.from_party is not None:
        yield c.Tell(case.from_party, sentence, urgent=urgent)

"""Who arranges duty, who may swap, sign and answer: each rule refuses with sentences."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.kernel.instance import zone
from anlan.kernel.rules import rule, sentences
from anlan.people.models import Sort
from anlan.people.permits import grant
from anlan.people.roles import Role

from . import turns
from .models import Place

OFFICES = (Role.COMMUNITY, Role.STREET, Role.OFFICER, Role.REVIEWER, Role.DEPARTMENT, Role.EMERGENCY, Role.DIRECTOR, Role.LEADER,
           Role.DUTY)
HOUSES = (Sort.DEPARTMENT, Sort.STREET_OFFICE, Sort.COMMUNITY)
DESK_ROLES = (Role.EMERGENCY, Role.DUTY)
"""Whose house is a duty room of the district (双核): the emergency bureau and the government office."""
KEEP, LOG, DRAW = "duty.keep", "duty.log", "duty.draw"
grant(KEEP, Role.STREET, Role.DEPARTMENT, Role.EMERGENCY, Role.DIRECTOR, Role.LEADER, Role.DUTY, label=_("编排本机构的值班表、批准换班"))
grant(LOG, *OFFICES, label=_("登记本机构的值班电话和交接班"))
grant(DRAW, Role.EMERGENCY, Role.DIRECTOR, Role.LEADER, Role.DUTY, label=_("抽点各机构的值班情况"))


def of_house(actor, house_id) -> bool:
    return actor.system or (house_id is not None and actor.organisation_id == house_id)


@rule(_("值班表由本机构的工作人员编排"))
def keeps_roster(case, facts, actor, when, given):
    """Of a new roster the body is the actor's own."""
    return actor.system or (KEEP in actor.permits and (not case.version or of_house(actor, case.organisation_id)))


@rule(_("只能随换班一并办理"))
def within_duty(case, facts, actor, when, given):
    return bool(facts.origin) or actor.system


# Rosters


@rule(_("这个月的值班表已经有了，请在原表上修改"), reads=("around",))
def month_is_new(case, facts, actor, when, given):
    return not facts.around.taken


@rule(_("只有区级部门、街道和社区编排值班表"), reads=("house",))
def house_known(case, facts, actor, when, given):
    return facts.house is not None and facts.house.sort in HOUSES


@rule(_("请填写这个月的第一天"))
def month_begins(case, facts, actor, when, given):
    return given.month is None or given.month.day == 1


@sentences(_("轮值人员须是本机构在任的岗位，带班领导须至少有两人轮换"), reads=("staff",))
def pools_suffice(case, facts, actor, when, given):
    found = []
    for place, uids in pools_given(given).items():
        known = {facts.staff.by_uid[u].person_id for u in uids if u in facts.staff.by_uid}
        label = Place(place).label
        if any(u not in facts.staff.by_uid for u in uids):
            found.append(gettext("%(place)s中有的岗位不属于本机构，或没有人在任。") % {"place": label})
        elif place in facts.value("duty.seats") and len(known) <= facts.value("duty.nights_between"):
            found.append(gettext("%(place)s只有%(n)s人，一个人不能连值两夜，至少要有%(least)s人轮换。") % {
                "place": label, "n": len(known), "least": facts.value("duty.nights_between") + 1})
    return found


def pools_given(given) -> dict[str, list]:
    return {Place.LEADER.value: list(given.leaders or ()), Place.MAIN.value: list(given.mains or ()),
            Place.ASSISTANT.value: list(given.assistants or ())}


@sentences(_("公布的值班表每班都要有带班领导，任何人不得连值两夜"), reads=("staff", "around"))
def roster_stands(case, facts, actor, when, given):
    return faults_of(facts, case.shifts, facts.around.near)


@sentences(_("改后仍须有带班领导，任何人不得连值两夜"), reads=("staff", "around"))
def change_stands(case, facts, actor, when, given):
    """Only what the change itself brings: a draft may be mended one fault after the other."""
    if given.day is None or given.day.isoformat() not in case.shifts:
        return [gettext("%(day)s不在这张值班表上。") % {"day": turns.said(given.day) if given.day else "—"}]
    if unknown := [u for u in seats_given(given).values() if u not in facts.staff.by_uid]:
        return [gettext("有%(n)s个岗位不属于本机构，或没有人在任。") % {"n": len(unknown)}]
    after = {**case.shifts, given.day.isoformat(): shift_given(facts, given)}
    return worse(facts, case.shifts, after, facts.around.near)


@rule(_("这一班已经开始，不能再改"))
def shift_is_ahead(case, facts, actor, when, given):
    return actor.system or given.day is None or turns.begin_of(facts.rules, given.day, zone()) > when.at


def faults_of(facts, shifts, near, most=turns.TOLD):
    others = {d: s for d, s in near.items() if d not in shifts}
    return turns.faults(shifts, others, facts.staff.who, facts.staff.names, facts.value("duty.seats"),
                        facts.value("duty.nights_between"), most)


def worse(facts, shifts, after, near):
    """What speaks against a change that did not stand there before it."""
    before = set(faults_of(facts, shifts, near, None))
    return [s for s in faults_of(facts, after, near, None) if s not in before][:turns.TOLD]


def seats_given(given) -> dict:
    return {p: u for p, u in (("leader", given.leader), ("main", given.main), ("assistant", given.assistant)) if u}


def shift_given(facts, given) -> dict[str, int]:
    return {place: facts.staff.by_uid[u].post_id for place, u in seats_given(given).items()}


@sentences(_("换班后仍须有带班领导，任何人不得连值两夜"), reads=("staff", "around"))
def exchange_stands(case, facts, actor, when, given):
    """Judged once more when it is carried out: the roster may have changed since it was asked."""
    return exchange_faults(case, facts, Exchange(given.place, given.day, given.giver, given.taker, given.back_day))


class Exchange(NamedTuple):
    place: str
    day: date
    giver: int
    taker: int
    back: date | None


def exchange_faults(roster, facts, wish: Exchange) -> list[str]:
    names = facts.staff.names
    if wish.taker not in names:
        return [gettext("接班人不是本机构在任的人员，换班后这一班没有%(place)s。") % {"place": Place(wish.place).label}]
    if wish.place == Place.LEADER and wish.taker not in roster.pools.get(Place.LEADER, ()):
        return [gettext("%(name)s不在带班领导名单里，换班后%(day)s没有带班领导。") % {
            "name": names[wish.taker], "day": turns.said(wish.day)}]
    back = wish.back.isoformat() if wish.back else None
    try:
        after = turns.exchanged(roster.shifts, wish.place, wish.day.isoformat(), wish.giver, wish.taker, back)
    except KeyError as moved:
        return [gettext("%(day)s的这一班不是要换的人，请核对后重新申请。") % {"day": turns.said(date.fromisoformat(moved.args[0]))}]
    return worse(facts, roster.shifts, after, facts.around.near)


class Beside:
    """The facts of a swap, read as those of its roster."""

    def __init__(self, facts, near) -> None:
        self.staff, self.value, self.around = facts.staff, facts.value, SimpleNamespace(near=near)

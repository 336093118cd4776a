"""Registers of equipment, stations and experts: open to any post on duty."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.flows import SAME, Move
from anlan.kernel.instance import local_day, zone
from anlan.kernel.rules import rule, system_only
from anlan.kernel.worktime import Limit, Unit
from anlan.people.permits import grant
from anlan.places.rules import permitted
from anlan.toolkit.formfields import TextField
from anlan.toolkit.layers import Layer
from anlan.toolkit.registers import Col, Facts, Register, Trail
from anlan.toolkit.registers.flow import RetireForm, UseState

from .rules import MAY_KEEP, on_own_ground
from .station_flow import PARTS, PLANS, STATION
from .station_models import Equipment, Expert, RescueStation, ServiceStation, StationMeeting
from .team_register import ACTIVE

grant("equipment.keep", "storekeeper", "teamleader", "community", "street", "emergency", label=_("维护救援装备，登记保养和故障"))
grant("experts.keep", "emergency", label=_("维护应急专家"))
MAY_KEEP_EQUIPMENT = permitted("equipment.keep", _("装备由保管员、队长、社区、街道或应急管理部门维护")) & on_own_ground
MAY_KEEP_EXPERTS = permitted("experts.keep", _("专家由应急管理部门聘任和维护"))
MAY_KEEP_MEETINGS = PLANS & on_own_ground
STATION_TONES = {"planned": "waiting", "building": "working", "accepted": "closed", "dropped": "stopped"}


class ServiceForm(forms.Form):
    next_on = forms.DateField(label=_("下次保养日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    note = TextField(label=_("保养情况"), max_length=300, required=False, widget=forms.Textarea({"rows": 3}))


class FaultForm(forms.Form):
    note = TextField(label=_("故障情况"), max_length=300, widget=forms.Textarea({"rows": 3}))


def watched(row, facts, actor, when, given):
    """What is to be serviced by a day stands overdue from the next day on."""
    yield from _watch(given.service_due_on, when)


def _watch(day, when):
    if day is None:
        yield c.Stop("service", "void")
        return
    due = datetime.combine(day + timedelta(days=1), time(), zone()).astimezone(UTC)
    left = max(0, int((due - when.at) / timedelta(minutes=1)))
    yield c.Set(overdue=False)
    yield c.Start("service", Limit(left, Unit.MINUTE), ("fall_due",), remind=0, due=max(due, when.at))


def pieces_counted(row, facts, actor, when, given):
    if row.version and row.state == "retired":
        return
    more = (given.pieces or 0) - (row.pieces if row.version else 0)
    if more:
        yield c.Event("pieces", more)


def uncounted(row, facts, actor, when, given):
    yield c.Event("pieces", -row.pieces)


def recounted(row, facts, actor, when, given):
    yield c.Event("pieces", row.pieces)


def serviced(row, facts, actor, when, given):
    yield c.Set(serviced_on=local_day(when.at), service_due_on=given.next_on)
    yield c.Event("serviced")
    yield from _watch(given.next_on, when)


def found_faulty(row, facts, actor, when, given):
    yield c.Set(faulty=True)
    yield c.Event("faulty")


def mended(row, facts, actor, when, given):
    yield c.Set(faulty=False)


def fell_due(row, facts, actor, when, given):
    yield c.Set(overdue=True)
    yield c.Event("overdue")


@rule(_("下次保养日期须在今天以后"))
def next_lies_ahead(row, facts, actor, when, given):
    return given.next_on is None or given.next_on > facts.day


@rule(_("装备已有故障登记"))
def works(row, facts, actor, when, given):
    return not row.faulty


@rule(_("装备没有故障登记"))
def is_faulty(row, facts, actor, when, given):
    return bool(row.faulty)


@rule(_("装备不能改到别的区域，请停用后在新的区域登记"), reads=("named",))
def stays_on_its_ground(row, facts, actor, when, given):
    area = facts.named and facts.named["area"]
    return not row.version or not area or area.id == row.area_id


class EquipmentRegister(Register):
    kind, slug, model, label, scope = "equipment", "equipment", Equipment, _("救援装备"), "district"
    may_create = may_edit = MAY_KEEP_EQUIPMENT
    key, order, small, several, counted = ("code",), "code", True, True, True
    needs, does = (stays_on_its_ground,), (pieces_counted, watched)
    clocks = {"service": _("保养")}
    undo = {"retire": "restore", "report_fault": "mend"}
    moves = (
        Move("service", _("登记保养"), ACTIVE, SAME, by=MAY_KEEP_EQUIPMENT, form=ServiceForm,
             says=_("{who}登记保养，下次{next_on}。{note}"), needs=(next_lies_ahead,), does=(serviced,), primary=True),
        Move("report_fault", _("登记故障"), ACTIVE, SAME, by=MAY_KEEP_EQUIPMENT & works, form=FaultForm, says=_("{who}登记故障：{note}"),
             does=(found_faulty,)),
        Move("mend", _("已修好"), ACTIVE, SAME, by=MAY_KEEP_EQUIPMENT & is_faulty, says=_("{who}登记已修好"), does=(mended,)),
        Move("retire", _("停用"), ACTIVE, UseState.RETIRED, by=MAY_KEEP_EQUIPMENT, form=RetireForm, says=_("{who}停用{title}：{reason}"),
             does=(uncounted,), stops=("service",)),
        Move("restore", _("恢复使用"), (UseState.RETIRED,), UseState.ACTIVE, by=MAY_KEEP_EQUIPMENT, says=_("{who}恢复使用{title}"),
             does=(recounted,)),
        Move("fall_due", _("保养到期"), ACTIVE, SAME, by=system_only, says=_("到期没有保养"), does=(fell_due,), shown=False),
    )
    cols = (Col("code", search=True, sort=True), Col("name", search=True, link=True), Col("sort", filter="exact"),
            Col("pieces", filter="range"), Col("team", filter="exact"), Col("area", filter="within"),
            Col("place", show=False, search=True), Col("bought_on", show=False),
            Col("service_due_on", filter="range"), Col("overdue", filter="exact", edit=False), Col("faulty", filter="exact", edit=False),
            Col("serviced_on", show=False, edit=False), Col("state", badge="state", edit=False))


@rule(_("专职消防员不能多于站里的人数"))
def firefighters_are_of_its_people(row, facts, actor, when, given):
    return (given.firefighters or 0) <= (given.people or 0)


class RescueStationRegister(Register):
    kind, slug, model, label, scope = "rescue_station", "rescue-stations", RescueStation, _("街道应急救援站"), "district"
    needs = (firefighters_are_of_its_people,)
    may_create = may_edit = may_retire = MAY_KEEP
    key, order, small, counted = ("name",), "name", True, True
    layer = Layer("rescue-stations", _("街道应急救援站"), counted=False)
    cols = (Col("name", search=True, sort=True, link=True), Col("area", filter="within"), Col("address", search=True), Col("people"),
            Col("firefighters"), Col("duty_phone"), Col("day_only", show=False, filter="exact"), Col("skills", show=False, search=True),
            Col("state", badge="state", edit=False), Col("lon", show=False),
            Col("lat", show=False))


class ServiceStationRegister(Register):
    kind, slug, model, flow, scope = "service_station", "service-stations", ServiceStation, STATION, "district"
    create_alone = True
    label = _("社区应急服务站")
    create, edit, importable, small, several = "plan", "", True, True, True
    key, order, default_state, tones = ("name",), "name", "", STATION_TONES
    layer = Layer("service-stations", _("社区应急服务站"), colour_by="state", counted=False,
                  groups=(("running", ("accepted",)), ("plan", ("planned", "building")), ("retired", ("dropped",))))
    panels = (Facts(), Trail())
    cols = (Col("name", search=True, sort=True, link=True), Col("area", filter="within"), Col("model_site", filter="exact"),
            Col("finish_by", filter="range"), Col("state", badge="state", filter="exact"),
            Col("score", label=_("验收得分"), read=lambda x: f"{len(x.parts)} / {PARTS}" if x.parts else None),
            Col("late", filter="exact", show=False), Col("parts", show=False), Col("remarks", show=False), Col("functions", show=False),
            Col("standing_force", show=False), Col("volunteers", show=False), Col("day_only", show=False, filter="exact"),
            Col("address", show=False, search=True),
            Col("started_on", show=False), Col("accepted_on", show=False, filter="range"), Col("lon", show=False), Col("lat", show=False))


def held(row, facts, actor, when, given):
    """Counted on its day; moved, it counts on the other."""
    if row.version and (row.held_on, row.sort) == (given.held_on, given.sort):
        return
    if row.version:
        yield c.TakeBack("held")
    yield c.Event("held", facet=given.sort, belongs_on=given.held_on)


def unheld(row, facts, actor, when, given):
    yield c.TakeBack("held")


def held_again(row, facts, actor, when, given):
    yield c.Event("held", facet=row.sort, belongs_on=row.held_on)


class StationMeetingRegister(Register):
    kind, slug, model, label, scope = "station_meeting", "station-meetings", StationMeeting, _("建站会议"), "district"
    may_create = may_edit = MAY_KEEP_MEETINGS
    key, order, small, counted = ("name",), "-held_on", True, True
    does, undo = (held,), {"retire": "restore"}
    moves = (
        Move("retire", _("停用"), ACTIVE, UseState.RETIRED, by=MAY_KEEP_MEETINGS, form=RetireForm, says=_("{who}停用{title}：{reason}"),
             does=(unheld,)),
        Move("restore", _("恢复使用"), (UseState.RETIRED,), UseState.ACTIVE, by=MAY_KEEP_MEETINGS, says=_("{who}恢复使用{title}"),
             does=(held_again,)),
    )
    cols = (Col("name", search=True, link=True), Col("sort", filter="exact"), Col("held_on", sort=True, filter="range"),
            Col("area", show=False), Col("place", search=True), Col("organiser", show=False), Col("decided", show=False),
            Col("state", badge="state", edit=False))


class ExpertRegister(Register):
    kind, slug, model, label, scope = "expert", "experts", Expert, _("应急专家"), "district"
    may_create = may_edit = may_retire = MAY_KEEP_EXPERTS
    key, order, small, counted = ("number",), "number", True, True
    panels = (Facts(), Trail())
    cols = (Col("name", search=True, link=True), Col("number", sort=True, search=True), Col("fields", filter="exact"),
            Col("title", show=False), Col("employer", search=True), Col("interests", show=False), Col("area", show=False),
            Col("phone", show=False, private="people.see_phones"), Col("since", show=False), Col("until", filter="range"),
            Col("state", badge="state", edit=False))

"""The life of a community's station: planned → under construction → accepted when all seven parts pass."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from django import forms
from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, SAME, Cell, Fact, Flow, Move, register
from anlan.kernel.instance import local_day, zone
from anlan.kernel.lastresort import last_resort
from anlan.kernel.models import Area
from anlan.kernel.rules import rule, sentences, system_only
from anlan.kernel.worktime import Limit, Unit
from anlan.people.permits import grant
from anlan.people.scope import sees_area
from anlan.places.models import Level
from anlan.places.rules import permitted
from anlan.toolkit.formfields import ReferenceField, TextField
from anlan.toolkit.layers import place_at

from .rules import on_own_ground
from .station_models import Function, Part, ServiceStation

grant("stations.plan", "street", "emergency", label=_("制定社区应急服务站建设计划"))
grant("stations.accept", "emergency", "director", label=_("验收社区应急服务站"))

PLANS = permitted("stations.plan", _("建设计划由街道或应急管理部门制定"))
BUILDS = permitted("resources.keep", _("由社区、街道或应急管理部门办理")) & on_own_ground
ACCEPTS = permitted("stations.accept", _("由应急管理部门验收")) & on_own_ground
FEW = forms.Textarea({"rows": 3})
PARTS = len(Part)


class State(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("station", "已列入计划")
    BUILDING = "building", _("建设中")
    ACCEPTED = "accepted", _("已建成")
    DROPPED = "dropped", _("已取消")


class PlanForm(forms.Form):
    name = forms.CharField(label=_("站名"), max_length=80)
    area = ReferenceField(label=_("社区"), choices_from="areas")
    address = forms.CharField(label=_("地址"), max_length=160, required=False)
    model_site = forms.BooleanField(label=_("示范站"), required=False)
    finish_by = forms.DateField(label=_("计划建成"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    lon = forms.FloatField(label=_("经度"), required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("纬度"), required=False, min_value=-85, max_value=85)


class PeopleForm(forms.Form):
    standing_force = forms.IntegerField(label=_("常备军人数"), min_value=0)
    volunteers = forms.IntegerField(label=_("志愿队人数"), min_value=0)
    day_only = forms.BooleanField(label=_("只在白天值守"), required=False)
    functions = forms.MultipleChoiceField(label=_("具备的功能"), choices=Function.choices, required=False,
                                          widget=forms.CheckboxSelectMultiple)


class PartsForm(forms.Form):
    parts = forms.MultipleChoiceField(label=_("通过的部分"), choices=Part.choices, required=False, widget=forms.CheckboxSelectMultiple)
    remarks = TextField(label=_("验收意见"), max_length=300, required=False, widget=FEW)


class SendBackForm(PartsForm):
    remarks = TextField(label=_("整改要求"), max_length=300, widget=FEW)


class ReasonForm(forms.Form):
    remarks = TextField(label=_("原因"), max_length=300, widget=FEW)


def areas(subjects):
    found = {a.uid: a for a in Area.objects.filter(uid__in={s.given.area for s in subjects} - {None})}
    return [found.get(s.given.area) for s in subjects]


def names(subjects):
    wanted = {s.given.name for s in subjects} - {None}
    taken = set(ServiceStation.objects.filter(name__in=wanted).values_list("name", flat=True)) if wanted else set()
    return [s.given.name in taken for s in subjects]


@rule(_("站要建在自己负责的一个社区里"), reads=("area",))
def in_a_community_of_ones_own(case, facts, actor, when, given):
    area = facts.area
    return area is not None and area.level == Level.COMMUNITY and (actor.system or sees_area(actor, facts.lineage(area.id)))


@rule(_("这个站名已被使用"), reads=("taken",))
def name_is_free(case, facts, actor, when, given):
    return not facts.taken


@sentences(_("七个部分全部通过才能验收"))
def every_part_passes(case, facts, actor, when, given):
    missing = [str(Part(p).label) for p in Part.values if p not in (given.parts or ())]
    return [gettext("还有%(n)s个部分没有通过：%(names)s") % {"n": len(missing), "names": "、".join(missing)}] if missing else []


def planned(case, facts, actor, when, given):
    yield c.Set(name=given.name, area_id=facts.area.id, address=given.address or "", model_site=bool(given.model_site),
                finish_by=given.finish_by, **place_at(given.lon, given.lat).values)
    yield c.Event("owed", belongs_on=given.finish_by)
    yield from _finish(given.finish_by, when)


planned.reads = ("area",)


def _finish(day, when):
    due = datetime.combine(day + timedelta(days=1), time(), zone()).astimezone(UTC)
    if due > when.at:
        minutes = int((due - when.at) / timedelta(minutes=1))
        yield c.Start("finish", Limit(minutes, Unit.MINUTE), ("run_late",), due=due)


def started(case, facts, actor, when, given):
    yield c.Set(started_on=local_day(when.at))
    yield c.Event("started")


def manned(case, facts, actor, when, given):
    yield c.Set(standing_force=given.standing_force, volunteers=given.volunteers, day_only=bool(given.day_only),
                functions=list(given.functions or ()))


def passed(case, facts, actor, when, given):
    yield c.Set(parts=list(given.parts or ()), remarks=given.remarks or "", accepted_on=local_day(when.at), late=False)
    yield c.Event("accepted")


def sent_back(case, facts, actor, when, given):
    yield c.Set(parts=list(given.parts or ()), remarks=given.remarks)
    yield c.Event("sent_back")


def dropped(case, facts, actor, when, given):
    yield c.Set(remarks=given.remarks)
    yield c.TakeBack("owed")


def ran_late(case, facts, actor, when, given):
    yield c.Set(late=True)
    yield c.Event("late")


LIVE = (State.PLANNED, State.BUILDING)
STATION = register(Flow(
    kind="service_station", label=_("社区应急服务站"), model=ServiceStation, states=State, final=(State.DROPPED,),
    last_resort="nobody_acted",
    families={"plan": LIVE, "done": (State.ACCEPTED, State.DROPPED)}, link="/desk/service-stations/{uid}/", title=str,
    cell=lambda x: Cell(x.state, x.area_id, None, "", "model" if x.model_site else "plain"), clock_names={"finish": _("建成")},
    load={"area": Fact(areas), "taken": Fact(names)},
    moves=(
        Move("plan", _("列入计划"), NEW, State.PLANNED, by=PLANS, form=PlanForm, says=_("{who}把{name}列入建设计划"), does=(planned,),
             needs=(in_a_community_of_ones_own, name_is_free)),
        Move("start", _("开工"), (State.PLANNED,), State.BUILDING, by=BUILDS, says=_("{who}登记开工"), does=(started,), primary=True),
        Move("man", _("登记队伍和功能"), (State.BUILDING, State.ACCEPTED), SAME, by=BUILDS, form=PeopleForm,
             says=_("{who}登记常备军{standing_force}人、志愿队{volunteers}人"), does=(manned,)),
        Move("accept", _("验收通过"), (State.BUILDING,), State.ACCEPTED, by=ACCEPTS, form=PartsForm, says=_("{who}验收通过"),
             does=(passed,), needs=(every_part_passes,), stops=("finish",), primary=True),
        Move("send_back", _("退回整改"), (State.BUILDING,), SAME, by=ACCEPTS, form=SendBackForm, says=_("{who}验收未通过：{remarks}"),
             does=(sent_back,)),
        Move("drop", _("取消"), LIVE, State.DROPPED, by=PLANS & on_own_ground, form=ReasonForm, says=_("{who}取消建设：{remarks}"),
             does=(dropped,), stops=("finish",)),
        Move("run_late", _("逾期"), LIVE, SAME, by=system_only, says=_("到期没有建成"), does=(ran_late,), shown=False),
        last_resort((*LIVE, State.ACCEPTED)),
    ),
))

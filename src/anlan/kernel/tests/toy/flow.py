from uuid import UUID

from django import forms
from django.db import models

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, SAME, Cell, Clock, Fact, Flow, Move, register
from anlan.kernel.lastresort import last_resort
from anlan.kernel.models import Area
from anlan.kernel.rules import anyone, rule, system_only
from anlan.kernel.worktime import Limit, Unit

from .models import Crew, Leak


class State(models.TextChoices):
    OPEN = "open", "待派"
    MENDING = "mending", "修理中"
    MENDED = "mended", "已修好"
    CLOSED = "closed", "已关闭"


class ReportForm(forms.Form):
    area = forms.UUIDField(label="区域")
    place = forms.CharField(label="地点", max_length=60)
    phone = forms.CharField(label="电话", required=False)
    grade = forms.ChoiceField(label="等级", choices=[("general", "一般"), ("major", "重大")], required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(label="理由")


class MendForm(forms.Form):
    cost = forms.DecimalField(label="费用", required=False, min_value=0)


class ChainForm(forms.Form):
    child = forms.UUIDField(label="子项")


def areas_named(subjects):
    ids = dict(Area.objects.filter(uid__in={s.given.area for s in subjects} - {None}).values_list("uid", "id"))
    return [ids.get(s.given.area) for s in subjects]


@rule("须由修理人操作")
def is_fixer(case, facts, actor, when, given):
    return case.fixer_id == actor.person_id


@rule("修理人不能自己验收")
def not_fixer(case, facts, actor, when, given):
    return case.fixer_id != actor.person_id


@rule("只能随连带上报出现")
def only_chained(case, facts, actor, when, given):
    return facts.origin == "leak.chain"


@rule("区域不存在", reads=("named_area",))
def area_exists(case, facts, actor, when, given):
    return facts.named_area is not None


def fill(case, facts, actor, when, given):
    yield c.Set(area_id=facts.named_area, place=given.place, phone=given.phone or "", grade=given.grade or "general")
    yield c.Event("found", facet="by_hand")


fill.reads = ("named_area",)


def take(case, facts, actor, when, given):
    yield c.Set(fixer_id=actor.person_id)
    for party in actor.parties[:1]:
        yield c.Owe(party, "fix")


def book(case, facts, actor, when, given):
    yield c.Event("mended")
    if given.cost:
        yield c.Event("cost", given.cost)
    yield c.Paper("mended", UUID(int=case.uid.int ^ 1), {"place": case.place}, "修", "修〔{year}〕{no}号", into="number")


def chain(case, facts, actor, when, given):
    yield c.Spawn("leak", given.child, "spring", {"place": case.place + "旁", "area_id": case.area_id})


def spring(case, facts, actor, when, given):
    yield c.Set(area_id=given.area_id, place=given.place)
    yield c.Event("found", facet="chained")


def cancel(case, facts, actor, when, given):
    yield c.TakeBack("found")


def wait(case, facts, actor, when, given):
    yield c.Pause("mend", given.reason)


def go_on(case, facts, actor, when, given):
    yield c.Resume("mend")


def cell(case):
    return Cell(case.state, case.area_id, case.owner_party, case.grade)


DAY = Limit(1, Unit.CALENDAR_DAY)
OPEN = (State.OPEN, State.MENDING, State.MENDED)

LEAK = register(Flow(
    kind="leak", label="泄漏", model=Leak, states=State, final=(State.CLOSED,), last_resort="nobody_acted", cell=cell,
    link="/leaks/{uid}/", load={"named_area": Fact(areas_named)},
    families={"live": OPEN, "done": (State.CLOSED,)},
    moves=(
        Move("report", "上报", NEW, State.OPEN, by=anyone, says="{who}上报{place}", form=ReportForm,
             needs=(area_exists,), does=(fill,), clock=(Clock("take", Limit(2, Unit.HOUR), ("nag",)),)),
        Move("spring", "连带出现", NEW, State.OPEN, by=only_chained, says="连带出现{place}", does=(spring,)),
        Move("take", "接单", (State.OPEN,), State.MENDING, by=anyone, says="{who}接单", does=(take,), stops=("take",),
             clock=(Clock("mend", DAY, ("give_back",)),), late="tell"),
        Move("nag", "催办", (State.OPEN,), SAME, by=system_only, says="系统催办",
             clock=(Clock("take", Limit(1, Unit.HOUR), ("give_back",)),)),
        Move("wait", "暂停", (State.MENDING,), SAME, by=is_fixer, says="{who}暂停：{reason}", form=ReasonForm,
             does=(wait,)),
        Move("go_on", "继续", (State.MENDING,), SAME, by=is_fixer, says="{who}继续", does=(go_on,)),
        Move("give_back", "退回", (State.MENDING,), State.OPEN, by=system_only, says="逾期退回"),
        Move("mend", "修好", (State.MENDING,), State.MENDED, by=is_fixer, says="{who}修好", form=MendForm, does=(book,),
             stops=("mend",), late="tell"),
        Move("accept", "验收", (State.MENDED,), State.CLOSED, by=not_fixer, says="{who}验收"),
        Move("cancel", "撤销", OPEN, State.CLOSED, by=anyone, says="{who}撤销", does=(cancel,)),
        Move("chain", "连带", (State.OPEN,), SAME, by=anyone, says="{who}连带上报", form=ChainForm, does=(chain,)),
        last_resort(OPEN),
    ),
))


class CrewState(models.TextChoices):
    ACTIVE = "active", "在编"


class CrewForm(forms.Form):
    name = forms.CharField(label="名称")
    area = forms.UUIDField(label="区域")


def fill_crew(case, facts, actor, when, given):
    yield c.Set(name=given.name, area_id=facts.named_area)


CREW = register(Flow(
    kind="crew", label="班组", model=Crew, states=CrewState, final=(CrewState.ACTIVE,), link="/crews/{uid}/",
    load={"named_area": Fact(areas_named)},
    moves=(Move("create", "登记", NEW, CrewState.ACTIVE, by=anyone, says="{who}登记{name}", form=CrewForm,
                does=(fill_crew,)),),
))

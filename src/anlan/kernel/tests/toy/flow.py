from uuid import UUID

from django import forms
from django.db import models

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, SAME, Cell, Clock, Fact, Flow, Move, register
from anlan.kernel.lastresort import last_resort
from anlan.kernel.models import Area
from anlan.kernel.rules import anyone, rule, system_only
from anlan.kernel.worktime import Limit, Unit

from .models import Crew, Job, Leak


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


class GradeForm(forms.Form):
    grade = forms.ChoiceField(label="等级", choices=[("general", "一般"), ("major", "重大")])


class AreaForm(forms.Form):
    area = forms.UUIDField(label="区域")


class NoteForm(forms.Form):
    note = forms.JSONField(label="备注", required=False)
    caller = forms.CharField(label="来电人", required=False)
    sha256 = forms.CharField(label="照片", required=False)


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


@rule("只能随派工出现")
def only_assigned(case, facts, actor, when, given):
    return facts.origin == "leak.assign"


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
        yield c.Owe(party, "mend")


def book(case, facts, actor, when, given):
    yield c.Event("mended")
    if given.cost:
        yield c.Event("cost", given.cost)
        yield c.Line("cash", case.id, -given.cost)
    yield c.Paper("mended", UUID(int=case.uid.int ^ 1), {"place": case.place}, "修", "修〔{year}〕{no}号", into="number")


def chain(case, facts, actor, when, given):
    yield c.Spawn("leak", given.child, "spring", {"place": case.place + "旁", "area_id": case.area_id})


def spring(case, facts, actor, when, given):
    yield c.Set(area_id=given.area_id, place=given.place)
    yield c.Event("found", facet="chained")


def job_of(case):
    return UUID(int=case.uid.int ^ 2)


def assign(case, facts, actor, when, given):
    """Points at a job that it spawns itself, and goes on to note this on its own case."""
    yield c.Set(fixer_id=actor.person_id, job_id=c.Ref("job", job_of(case)))
    yield c.Spawn("job", job_of(case), "begin", {"leak": case.uid, "area_id": case.area_id, "what": given.reason})
    yield c.Also(c.Ref("leak", case.uid), "note", {"note": ["派工", case.version]})


def begin(case, facts, actor, when, given):
    yield c.Set(area_id=given.area_id, leak_id=c.Ref("leak", given.leak), what=given.what or "")


def job_done(case, facts, actor, when, given):
    yield c.Also(c.Ref("leak", facts.leak_uid), "mend", {})


job_done.reads = ("leak_uid",)


def leaks_of(subjects):
    uids = dict(Leak.objects.filter(id__in={s.case.leak_id for s in subjects}).values_list("id", "uid"))
    return [uids.get(s.case.leak_id) for s in subjects]


def cancel(case, facts, actor, when, given):
    yield c.TakeBack("found")


def wait(case, facts, actor, when, given):
    yield c.Pause("mend", given.reason)


def go_on(case, facts, actor, when, given):
    yield c.Resume("mend")


def regrade(case, facts, actor, when, given):
    yield c.Set(grade=given.grade)


def relocate(case, facts, actor, when, given):
    yield c.Set(area_id=facts.named_area)


relocate.reads = ("named_area",)


def extend(case, facts, actor, when, given):
    yield c.Start("mend", Limit(3, Unit.CALENDAR_DAY), ("give_back",), remind=0.5)


def write_down(case, facts, actor, when, given):
    yield c.Set(notes=[*case.notes, given.note])
    if given.caller:
        yield c.Secret("caller", given.caller)
    if given.sha256:
        yield c.Attach(given.sha256, "photo")
    for party in actor.parties:
        yield c.Tell(party, "有新备注", urgent=True)


def hush(case, facts, actor, when, given):
    yield c.Set(phone="")


def excuse(case, facts, actor, when, given):
    yield c.Event("excused")


def cell(case):
    return Cell(case.state, case.area_id, case.owner_party, case.grade)


DAY = Limit(1, Unit.CALENDAR_DAY)
OPEN = (State.OPEN, State.MENDING, State.MENDED)

LEAK = register(Flow(
    kind="leak", label="泄漏", model=Leak, states=State, final=(State.CLOSED,), last_resort="nobody_acted", cell=cell,
    link="/leaks/{uid}/", load={"named_area": Fact(areas_named)},
    families={"live": OPEN, "done": (State.CLOSED,)}, clock_names={"mend": "修理"},
    cell_columns={"level": "grade", "party_id": "owner_party"},
    moves=(
        Move("report", "上报", NEW, State.OPEN, by=anyone, says="{who}上报{place}", form=ReportForm,
             needs=(area_exists,), does=(fill,), clock=(Clock("take", Limit(2, Unit.HOUR), ("nag",), label="接单"),)),
        Move("spring", "连带出现", NEW, State.OPEN, by=only_chained, says="连带出现{place}", does=(spring,)),
        Move("take", "接单", (State.OPEN,), State.MENDING, by=anyone, says="{who}接单", does=(take,), stops=("take",),
             clock=(Clock("mend", DAY, ("give_back",)),), late="tell", forgives=(excuse,)),
        Move("nag", "催办", (State.OPEN,), SAME, by=system_only, says="系统催办",
             clock=(Clock("take", Limit(1, Unit.HOUR), ("give_back",)),)),
        Move("assign", "派工", (State.OPEN,), State.MENDING, by=anyone, says="{who}派工", form=ReasonForm,
             does=(assign,), stops=("take",), clock=(Clock("mend", DAY, ("give_back",)),)),
        Move("wait", "暂停", (State.MENDING,), SAME, by=is_fixer, says="{who}暂停：{reason}", form=ReasonForm,
             does=(wait,)),
        Move("go_on", "继续", (State.MENDING,), SAME, by=is_fixer, says="{who}继续", does=(go_on,)),
        Move("extend", "延期", (State.MENDING,), SAME, by=is_fixer, says="{who}延期", does=(extend,)),
        Move("give_back", "退回", (State.MENDING,), State.OPEN, by=system_only, says="逾期退回"),
        Move("mend", "修好", (State.MENDING,), State.MENDED, by=is_fixer, says="{who}修好", form=MendForm, does=(book,),
             stops=("mend",), late="tell"),
        Move("accept", "验收", (State.MENDED,), State.CLOSED, by=not_fixer, says="{who}验收"),
        Move("cancel", "撤销", OPEN, State.CLOSED, by=anyone, says="{who}撤销", does=(cancel,)),
        Move("chain", "连带", (State.OPEN,), SAME, by=anyone, says="{who}连带上报", form=ChainForm, does=(chain,)),
        Move("regrade", "改定等级", OPEN, SAME, by=anyone, says="{who}定为{grade}", form=GradeForm, does=(regrade,),
             shown=False),
        Move("relocate", "改定区域", OPEN, SAME, by=anyone, says="{who}改定区域", form=AreaForm,
             needs=(area_exists,), does=(relocate,), shown=False),
        Move("note", "备注", OPEN, SAME, by=anyone, says="{who}备注{note}", form=NoteForm, does=(write_down,),
             secret=frozenset({"caller"}), shown=False),
        Move("hush", "清除电话", OPEN, SAME, by=anyone, says="{who}清除电话", does=(hush,), shown=False),
        last_resort(OPEN),
    ),
))


class JobState(models.TextChoices):
    OPEN = "open", "进行中"
    DONE = "done", "完成"


JOB = register(Flow(
    kind="job", label="派工", model=Job, states=JobState, final=(JobState.DONE,), link="/jobs/{uid}/",
    load={"leak_uid": Fact(leaks_of)}, cell=lambda job: Cell(job.state, job.area_id),
    moves=(
        Move("begin", "开始", NEW, JobState.OPEN, by=only_assigned, says="开始{what}", does=(begin,)),
        Move("finish", "完工", (JobState.OPEN,), JobState.DONE, by=anyone, says="{who}完工", does=(job_done,)),
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

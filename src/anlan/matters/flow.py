"""The life of a matter: open → answered → closed | rejected."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, SAME, Cell, Clock, Fact, Flow, Move, Owed, register
from anlan.kernel.instance import local_day
from anlan.kernel.lastresort import last_resort
from anlan.kernel.rules import rule, system_only
from anlan.people.scope import sees_area
from anlan.toolkit.codes import public_code
from anlan.toolkit.tilekey import key as tile_key

from . import facts as load
from . import residents as res
from . import wording
from .forms import AgainForm, AnswerForm, JoinForm, MatterForm, RateForm, ReasonForm, ReportForm
from .informants import FIELDS
from .models import Channel, Matter, Opener, Rung, higher


class State(models.TextChoices):
    OPEN = "open", _("待答复")
    ANSWERED = "answered", _("已答复")
    CLOSED = "closed", _("已办结")
    REJECTED = "rejected", _("不予受理")
    WITHDRAWN = "withdrawn", pgettext_lazy("matter", "已撤回")


LIVE = (State.OPEN, State.ANSWERED)
OVER = (State.CLOSED, State.REJECTED, State.WITHDRAWN)
OFFICES = ("community", "street", "officer", "department", "emergency", "director")


def opener_of(actor, channel="") -> str:
    """Who brings a matter: one finding is one matter, and `opener` tells wardens from others.

    What an office takes down on the phone, a resident has brought.
    """
    if channel in (Channel.PHONE, Channel.PORTAL):
        return Opener.RESIDENT
    for role, opener in (("warden", Opener.WARDEN), ("unit", Opener.UNIT), ("system", Opener.SYSTEM)):
        if role in actor.roles:
            return opener
    return Opener.OFFICER if actor.post_id else Opener.RESIDENT


@rule(_("没有查到这个地点属于哪个网格，请改选单位或区域"), reads=("ground",))
def place_is_known(case, facts, actor, when, given):
    return facts.ground.area_id is not None


@rule(_("这个地点不在您负责的区域内"), reads=("ground",))
def in_own_ground(case, facts, actor, when, given):
    return facts.ground.area_id is None or sees_area(actor, facts.lineage(facts.ground.area_id))


@rule(_("请先登录并选择岗位"))
def on_duty(case, facts, actor, when, given):
    return actor.system or actor.post_id is not None


@rule(_("须由所在社区、街道或有关部门的工作人员办理"))
def answers_for_ground(case, facts, actor, when, given):
    return actor.is_any(*OFFICES) and sees_area(actor, facts.lineage(case.area_id))


@rule(_("只能随隐患、呼叫等事项一并办理"))
def hung_by_a_case(case, facts, actor, when, given):
    return bool(facts.origin)


@rule(_("还有挂在本事项上的隐患或呼叫没有办结"))
def nothing_hangs(case, facts, actor, when, given):
    return not case.hanging


def opened(case, facts, actor, when, given):
    ground = facts.ground
    placed = given.lon is not None
    lon, lat = (given.lon, given.lat) if placed else (
        (ground.premises.lon, ground.premises.lat) if ground.premises else (None, None))
    yield c.Set(
        area_id=ground.area_id, code=public_code(case.uid, "S"), what=given.what, lon=lon, lat=lat,
        tile_key=None if lon is None else tile_key(lon, lat),
        place=given.place or (ground.premises.address if ground.premises else ""),
        premises_id=ground.premises.id if ground.premises else None,
        channel=given.channel or (Channel.FIELD if actor.is_any("warden") else Channel.DESK),
        opener=opener_of(actor, given.channel), reporter_id=actor.person_id, visit_uid=given.visit,
        hanging=list(given.hanging or ()))
    yield c.Event("opened")
    for sha in given.photos or ():
        yield c.Attach(sha, "before")
    for sha in given.voice or ():
        yield c.Attach(sha, "voice")


opened.reads = ("ground",)


def accepted(case, facts, actor, when, given):
    yield c.Event("accepted")


def filed_on_the_spot(case, facts, actor, when, given):
    """Found and filed in one visit: nobody had to be asked whether it becomes a case."""
    yield c.Set(filed_at=when.at)


def went_unanswered(case, facts, actor, when, given):
    yield c.Set(unanswered_since=case.unanswered_since or when.at)


def tell_answerers(case, facts, actor, when, given):
    """The community answers; when it does not, the street hears of it."""
    people = facts.answerers
    for party in filter(None, (people.community_id, people.street_id)):
        yield c.Tell(party, wording.unanswered(case.code), urgent=True)


tell_answerers.reads = ("answerers",)


def tell_answerers_again(case, facts, actor, when, given):
    people = facts.answerers
    for party in filter(None, (people.community_id, people.street_id)):
        yield c.Tell(party, wording.call_failed(case.code))


tell_answerers_again.reads = ("answerers",)


def answered(case, facts, actor, when, given):
    yield c.Set(answer=given.answer or "", answered_at=when.at)
    yield c.Release(role="answer")


def hung(case, facts, actor, when, given):
    yield c.Set(hanging=[*case.hanging, given.case], answered_at=case.answered_at or when.at,
                reached=higher(case.reached, given.rung or ""))
    yield c.Release(role="answer")
    if case.filed_at is None:
        yield c.Set(filed_at=when.at)
        for cell_ in ("filed", "filed_kept", *([] if case.unanswered_since else ["filed_in_time"])):
            yield c.Event(cell_, belongs_on=local_day(case.opened_at))


def let_go(case, facts, actor, when, given):
    """void: what was made of it turned out to be nothing."""
    yield c.Set(hanging=[h for h in case.hanging if h != given.case])
    yield from unfiled(given)


def unfiled(given):
    if given.void:
        yield c.TakeBack("filed_kept")


def joined(case, facts, actor, when, given):
    """What hung on it leads elsewhere; of two reports of one thing by the same sort of reporter, one counts."""
    yield c.Set(hanging=[*(h for h in case.hanging if h not in (given.was, given.case)), given.case],
                same_as=given.same_as, reached=higher(case.reached, given.rung or ""))
    yield c.Release(role="answer")
    if given.same_as and given.opener == case.opener:
        yield c.TakeBack("opened")
        yield c.Event("joined", belongs_on=local_day(case.opened_at))


def parted(case, facts, actor, when, given):
    """Not the same after all: it counts again, and is handled by itself."""
    yield c.Set(hanging=[*(h for h in case.hanging if h not in (given.was, given.case)), given.case], same_as=None)
    if case.same_as and given.opener == case.opener:
        yield c.TakeBack("joined")
        yield c.Event("opened", belongs_on=local_day(case.opened_at))


def rehung(case, facts, actor, when, given):
    """One case takes the place of another."""
    yield c.Set(hanging=[*(h for h in case.hanging if h != given.was), given.case],
                reached=higher(case.reached, given.rung or ""))


def handed_back(case, facts, actor, when, given):
    """What hung on it has ended without solving it: it waits for an answer again, with a limit."""
    yield c.Set(hanging=[h for h in case.hanging if h != given.case])


def closed(case, facts, actor, when, given):
    """One thing is closed once, however many reported it."""
    yield c.Set(closed_at=when.at, hanging=[])
    if not case.same_as:
        yield c.Event("closed", facet=case.reached or Rung.NONE)
    yield from unfiled(given)


def taken_up(case, facts, actor, when, given):
    yield c.Set(closed_at=None, hanging=[given.case])


def taken_back(case, facts, actor, when, given):
    """Not taken on: a report that was not valid (domain.md 4.6)."""
    yield c.Set(closed_at=when.at)
    for cell_ in ("opened", "accepted", "filed", "filed_in_time", "filed_kept"):
        yield c.TakeBack(cell_)
    yield c.Event("rejected", belongs_on=local_day(case.opened_at))


def cell(case):
    return Cell(case.state, case.area_id, None, "", case.opener)


MATTER = register(Flow(
    kind="matter", label=_("事项"), model=Matter, states=State, final=OVER,
    families={"live": LIVE, "done": OVER}, last_resort="nobody_acted", cell=cell,
    clock_names={"answer": _("答复")}, link="/desk/matters/{uid}/", title=lambda m: m.what[:40],
    load={"ground": Fact(load.grounds, queries=2), "answerers": Fact(load.answerers),
          "hearers": Fact(load.hearers)},
    roles={"answer": Owed(_("答复"))},
    moves=(
        Move("open", _("上报"), NEW, State.OPEN, by=on_duty, says=_("{who}上报：{what}"), form=MatterForm,
             needs=(place_is_known, in_own_ground), does=(opened, accepted), secret=frozenset(FIELDS),
             clock=(Clock("answer", "matter.answer_limit", ("go_unanswered",)),)),
        Move("report", _("居民上报"), NEW, State.OPEN, by=res.from_the_portal, says=_("居民上报：{what}"), form=ReportForm,
             needs=(place_is_known,), does=(res.reported, accepted), shown=False, secret=frozenset({"reporter_phone"}),
             clock=(Clock("answer", "matter.answer_limit", ("go_unanswered",)),)),
        Move("report_again", _("居民跟进"), LIVE, SAME, by=res.from_the_portal, says=_("又有一名居民反映：{what}"), form=JoinForm,
             does=(res.reported_again,), shown=False, secret=frozenset({"reporter_phone"})),
        Move("rate", pgettext_lazy("matter", "评价"), (State.ANSWERED, State.CLOSED), SAME, by=res.is_reporter, form=RateForm,
             says=_("报事人评价{stars}分，{solved}。{comment}"), needs=(res.not_rated_yet, nothing_hangs), does=(res.rated,), shown=False),
        Move("ask_again", _("报事人要求再办理"), (State.ANSWERED, State.CLOSED), State.OPEN, by=res.is_reporter, form=AgainForm,
             says=_("报事人要求再办理：{reason}"), needs=(res.asked_less_than_allowed, nothing_hangs), does=(res.asked_again,),
             clock=(Clock("answer", "matter.answer_limit", ("go_unanswered",)),), shown=False),
        Move("withdraw", pgettext_lazy("matter", "撤回"), (State.OPEN,), State.WITHDRAWN, by=res.is_reporter,
             says=_("报事人撤回"), needs=(res.nobody_has_acted,), does=(res.withdrawn,), shown=False),
        Move("open_hanging", _("随检查上报"), NEW, State.ANSWERED, by=hung_by_a_case, says=_("{who}检查时发现：{what}"),
             needs=(place_is_known,), does=(opened, filed_on_the_spot), shown=False),
        Move("answer", _("答复"), (State.OPEN,), State.ANSWERED, by=answers_for_ground, says=_("{who}答复：{answer}"),
             form=AnswerForm, does=(answered,), stops=("answer",), primary=True, late="tell"),
        Move("go_unanswered", _("逾期未答复"), (State.OPEN,), SAME, by=system_only, says=_("到期无人答复，已告知社区和街道"),
             does=(went_unanswered, tell_answerers), clock=(Clock("answer", "matter.answer_again", ("go_unanswered",)),), shown=False),
        Move("hang", _("挂接"), LIVE, State.ANSWERED, by=hung_by_a_case, says=_("{who}据此立案"), does=(hung,),
             stops=("answer",), shown=False),
        Move("rehang", _("转挂"), LIVE, State.ANSWERED, by=hung_by_a_case, says=_("挂接的呼叫转由上一级办理"), does=(rehung,),
             stops=("answer",), shown=False),
        Move("join", _("随另一件办理"), LIVE, State.ANSWERED, by=hung_by_a_case, says=_("与另一件反映的是同一件事，随它一并办理"),
             does=(joined,), stops=("answer",), shown=False),
        Move("part", _("恢复单独办理"), LIVE, State.ANSWERED, by=hung_by_a_case, says=_("撤销合并，本事项恢复单独办理"),
             does=(parted,), stops=("answer",), shown=False),
        Move("hand_back", _("交回答复"), LIVE, State.OPEN, by=hung_by_a_case, says=_("挂接的呼叫没有办成，本事项重新等待答复"),
             does=(handed_back, tell_answerers_again), shown=False,
             clock=(Clock("answer", "matter.answer_limit", ("go_unanswered",)),)),
        Move("let_go", _("解除挂接"), LIVE, SAME, by=hung_by_a_case, says=_("挂接的事项之一已办结"), does=(let_go,),
             shown=False),
        Move("settle", _("办结"), LIVE, State.CLOSED, by=hung_by_a_case, says=_("挂接的事项均已办结，本事项办结"),
             does=(closed,), shown=False),
        Move("take_up", _("重新办理"), (State.CLOSED,), State.ANSWERED, by=hung_by_a_case,
             says=_("挂接的隐患经抽查退回整改，本事项重新办理"),
             does=(taken_up,), shown=False),
        Move("close", _("办结"), (State.ANSWERED,), State.CLOSED, by=answers_for_ground & nothing_hangs,
             says=_("{who}办结"), does=(closed,), primary=True),
        Move("reject", _("不予受理"), (State.OPEN,), State.REJECTED, by=answers_for_ground, form=ReasonForm,
             says=_("{who}不予受理：{reason}"), does=(taken_back,)),
        last_resort(LIVE),
    ),
))

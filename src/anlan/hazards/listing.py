"""The life of a listing 挂牌督办, on one screen. domain.md 2.6 is the source of states, limits and of who may."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anlan.kernel.flows import NEW, SAME, Cell, Fact, Flow, Move, Owed, register
from anlan.kernel.lastresort import last_resort
from anlan.kernel.rules import system_only

from . import listing_effects as e
from . import listing_facts as load
from . import listing_forms as f
from . import listing_rules as r
from .listing_models import Duty, Listing
from .rules import within_hazard


class State(models.TextChoices):
    PROPOSED = "proposed", _("待批准")
    APPROVED = "approved", _("已批准")
    LISTED = "listed", _("已挂牌")
    RECTIFYING = "rectifying", pgettext_lazy("listing", "督办整改中")
    APPLIED = "applied", _("已申请销号")
    REVIEWING = "reviewing", _("复查中")
    CLOSED = "closed", _("已销号（待公布）")
    ANNOUNCED = "announced", pgettext_lazy("listing", "已销号")
    DECLINED = "declined", _("未批准")
    WITHDRAWN = "withdrawn", _("已撤销挂牌")


BEFORE = (State.PROPOSED, State.APPROVED)
OWED = (State.LISTED, State.RECTIFYING)
REVIEWED = (State.APPLIED, State.REVIEWING)
STANDING = (*OWED, *REVIEWED)
OPEN = (*BEFORE, *STANDING)
LIVE = (*OPEN, State.CLOSED)
DONE = (State.ANNOUNCED, State.DECLINED, State.WITHDRAWN)
STRUCK = (State.CLOSED, State.ANNOUNCED)


def cell(case) -> Cell:
    """facet: the year of listing, by which the figures of 2.6 are kept."""
    return Cell(case.state, case.area_id, case.department_id, case.level, str(case.listed_on.year) if case.listed_on else "")


LISTING = register(Flow(
    kind="listing", label=_("挂牌督办"), model=Listing, states=State, final=DONE, last_resort="nobody_acted", cell=cell,
    families={"before": BEFORE, "owed": OWED, "reviewed": REVIEWED, "struck": (State.CLOSED,), "done": DONE},
    link="/desk/listings/{uid}/", title=lambda x: f"{x.unit_name}：{x.what}"[:60],
    clock_names={d.value: d.label for d in Duty},
    roles={d.value: Owed(d.label, decides=True) for d in (Duty.APPROVE, Duty.ISSUE, Duty.EXTENSION_ANSWER, Duty.ESCALATE)},
    load={"hazard": Fact(load.hazards), "houses": Fact(load.houses), "leader": Fact(load.leaders), "team": Fact(load.teams)},
    moves=(
        Move("propose", _("提请挂牌"), NEW, State.PROPOSED, by=within_hazard, says=_("{who}提请挂牌督办"), shown=False,
             needs=(r.hazard_is_major, r.houses_known, r.days_within_limit, r.public_wording), does=(e.proposed,)),
        Move("complete", _("补充挂牌内容"), (State.PROPOSED,), SAME, by=r.office, form=f.ListingForm,
             says=_("{who}补充挂牌内容"), needs=(r.houses_known, r.days_within_limit, r.public_wording), does=(e.completed,),
             secret=frozenset({"reason"})),
        Move("approve", _("批准挂牌"), (State.PROPOSED,), State.APPROVED, by=r.leader & r.not_proposer, form=f.ApproveForm,
             primary=True, says=_("{who}批准挂牌"), needs=(r.complete, r.days_within_limit, r.hazard_is_owed),
             does=(e.approved,), stops=("approve",)),
        Move("decline", pgettext_lazy("listing", "不批准"), (State.PROPOSED,), State.DECLINED, by=r.leader & r.not_proposer,
             form=f.EndForm, says=_("{who}未批准挂牌"), does=(e.declined,), stops=("approve",), secret=frozenset({"reason"})),
        Move("withdraw", _("撤回提请"), BEFORE, State.WITHDRAWN, by=r.office, form=f.EndForm,
             says=_("{who}撤回挂牌提请"), does=(e.withdrawn,), secret=frozenset({"reason"})),
        Move("issue", _("下达挂牌督办通知书"), (State.APPROVED,), State.LISTED, by=r.office, primary=True,
             says=_("{who}下达挂牌督办通知书{listing_no}"), needs=(r.hazard_is_owed,), does=(e.issued,), stops=("issue",),
             asks=_("下达后取得文号，须向社会公布。确定下达吗？")),
        Move("receive", _("签收通知书"), (State.LISTED,), State.RECTIFYING, by=r.unit_or_ground, primary=True,
             says=_("{who}签收通知书，开始整改"), does=(e.received,), stops=("receive",)),
        Move("publish", _("向社会公布"), STANDING, SAME, by=r.office & r.unpublished, form=f.PublishForm, primary=True,
             says=_("{who}在{media}公布挂牌"), does=(e.published,), stops=("publish",)),
        Move("report_progress", _("报月进展"), (State.RECTIFYING,), SAME, by=r.reports_progress, form=f.ProgressForm,
             says=_("{who}报整改进展，完成{percent}%"), does=(e.reported,), stops=("progress",), secret=frozenset({"text"})),
        Move("check_overdue", _("逾期现场核查"), OWED, SAME, by=r.office & r.is_overdue, form=f.CheckForm,
             says=_("{who}逾期现场核查"), does=(e.checked_overdue,), stops=("overdue_check",), secret=frozenset({"text"})),
        Move("ask_extension", _("申请延期"), OWED, SAME, by=r.unit_or_community & r.no_extension_waiting,
             form=f.AskExtensionForm, says=_("{who}申请延长督办期限{days}天"), needs=(r.extension_allowed,),
             does=(e.asked_extension,), secret=frozenset({"reason"})),
        Move("grant_extension", _("批准延期"), OWED, SAME, by=r.office & r.extension_waits & r.not_extension_asker,
             form=f.GrantExtensionForm, says=_("{who}批准延期，督办期限至{due_on}"), needs=(r.extension_days_allowed,),
             does=(e.granted,), stops=("extension_answer",), primary=True),
        Move("refuse_extension", _("不批准延期"), OWED, SAME, by=r.office & r.extension_waits & r.not_extension_asker,
             says=_("{who}未批准延期"), does=(e.refused,), stops=("extension_answer",)),
        Move("apply", _("申请销号"), OWED, State.APPLIED, by=r.within_self_check, shown=False,
             says=_("{who}报整改完成，申请销号"), does=(e.applied,),
             stops=("receive", "progress", "due", "overdue_check", "escalate", "extension_answer")),
        Move("form_team", _("组成复查组"), (State.APPLIED,), State.REVIEWING, by=r.office, form=f.TeamForm, primary=True,
             says=_("{who}组成复查组"), needs=(r.team_fits,), does=(e.team_formed,),
             secret=frozenset({"first", "second", "third", "expert"})),
        Move("sign_review", _("签署复查意见"), (State.REVIEWING,), SAME, by=r.unsigned_member, form=f.OpinionForm, primary=True,
             says=_("{who}签署复查意见：{verdict}"), does=(e.signed,), secret=frozenset({"opinion"})),
        Move("strike_off", _("批复销号"), (State.REVIEWING,), State.CLOSED, by=r.office & r.all_passed, primary=True,
             says=_("{who}批复销号，销号编号{closing_no}"), needs=(r.published, r.not_fixer), does=(e.struck_off,),
             stops=("review",), asks=_("销号编号一经取得不再更改，隐患同时销号。确定批复吗？")),
        Move("fail_review", _("复查不合格"), (State.REVIEWING,), State.RECTIFYING, by=r.office & r.somebody_failed,
             form=f.FailForm, says=_("{who}退回整改：复查不合格"), needs=(r.not_fixer,), does=(e.failed,), stops=("review",),
             secret=frozenset({"reason"})),
        Move("announce", _("公布销号"), (State.CLOSED,), State.ANNOUNCED, by=r.office, primary=True,
             says=_("{who}在原媒体公布销号"), does=(e.announced,), stops=("announce",)),
        Move("revoke", _("撤销挂牌"), OWED, State.WITHDRAWN, by=r.leader, form=f.EndForm, says=_("{who}撤销挂牌"),
             does=(e.withdrawn,), secret=frozenset({"reason"}), asks=_("撤销后不再统计为挂牌督办，文号保留。确定撤销吗？")),
        Move("escalate", _("提级督办"), OWED, SAME, by=r.leader & r.is_overdue, form=f.EscalateForm,
             says=_("{who}提级为{level}督办"), needs=(r.higher_level,), does=(e.escalated,), secret=frozenset({"reason"})),
        Move("go_overdue", _("督办逾期"), OWED, SAME, by=system_only, says=_("督办期限届满，未完成整改"), shown=False,
             does=(e.went_overdue,)),
        Move("remind_late", _("到期未办"), LIVE, SAME, by=system_only, says=_("“{clock}”到期未办，已提醒"), shown=False,
             does=(e.reminded_late,)),
        last_resort(LIVE),
    ),
))

"""The life of a hazard, on one screen. domain.md 2.4 is the source of states and of who may."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anlan.kernel.flows import NEW, SAME, Cell, Clock, Fact, Flow, Move, Owed, register
from anlan.kernel.lastresort import last_resort
from anlan.kernel.rules import system_only

from . import effects as e
from . import facts as load
from . import forms as f
from . import listed as li
from . import rules as r
from .listing_forms import ListingForm
from .models import Hazard


class State(models.TextChoices):
    FOUND = "found", _("已发现")
    REGISTERED = "registered", _("已登记")
    GRADED = "graded", _("已定级")
    NOTIFIED = "notified", _("已告知")
    RECTIFYING = "rectifying", _("整改中")
    SELF_CHECKED = "self_checked", _("已自查")
    REVIEW_PENDING = "review_pending", _("待复查")
    CLOSED = "closed", _("已销号")
    CANCELLED = "cancelled", _("已撤销")
    TO_ENFORCEMENT = "to_enforcement", _("已移交执法")


EARLY = (State.FOUND, State.REGISTERED, State.GRADED)
OWED = (State.NOTIFIED, State.RECTIFYING)
CHECKED = (State.SELF_CHECKED, State.REVIEW_PENDING)
OPEN = (*EARLY, *OWED, *CHECKED)
DONE = (State.CLOSED, State.CANCELLED, State.TO_ENFORCEMENT)


def cell(case) -> Cell:
    return Cell(case.state, case.area_id, case.department_party, case.level, case.opener)


HAZARD = register(Flow(
    kind="hazard", label=_("隐患"), model=Hazard, states=State, final=DONE, last_resort="nobody_acted", cell=cell,
    families={"early": EARLY, "owed": OWED, "checked": CHECKED, "done": DONE},
    link="/desk/hazards/{uid}/", title=lambda h: h.what[:40],
    clock_names={"rectify": _("整改"), "confirm": _("确认等级"), "five_blocks": _("填写五落实"), "slip": _("督办建议"),
                 "listing": _("挂牌建议"), "accept_check": _("安排复查"), "review": _("复查")},
    roles={"rectify": Owed(_("整改")), "confirm": Owed(_("确认重大隐患等级"), decides=True),
           "five_blocks": Owed(_("填写五落实")), "sign_order": Owed(_("签发指令书"), decides=True),
           "accept_check": Owed(_("安排复查")), "review": Owed(_("现场复查")), "department": Owed(_("牵头办理"))},
    load={"matter": Fact(load.matters), "unit": Fact(load.units), "answerers": Fact(load.answerers),
          "earlier": Fact(load.earlier)},
    moves=(
        Move("find", pgettext_lazy("hazard", "立为隐患"), NEW, State.FOUND, by=r.on_the_matters_ground, form=f.FindForm,
             says=_("{who}发现隐患：{what}"), needs=(r.matter_is_live,), does=(e.found_from_matter,)),
        Move("find_on_visit", _("检查发现"), NEW, State.NOTIFIED, by=r.within_visit, shown=False,
             says=_("{who}检查发现并告知单位：{what}"), does=(e.found_on_visit,)),
        Move("close_on_spot", _("当场整改"), (State.NOTIFIED,), State.CLOSED, by=r.within_visit, shown=False,
             says=_("{who}确认当场整改完毕，销号"), needs=(r.is_general, r.both_photos_and_signature),
             does=(e.closed_on_spot,), stops=("rectify",)),
        Move("register", _("登记"), (State.FOUND,), State.REGISTERED, by=r.on_ground, form=f.RegisterForm, primary=True,
             says=_("{who}登记入台账"), does=(e.registered,)),
        Move("grade", _("定级"), (State.REGISTERED,), State.GRADED, by=r.grader, form=f.GradeForm, primary=True,
             says=_("{who}定为{level}隐患，限{days}天整改"), needs=(r.major_has_reason,), does=(e.graded,)),
        Move("notify", _("告知单位"), (State.GRADED,), State.NOTIFIED, by=r.office_here, primary=True,
             says=_("{who}向单位发出隐患告知书"), does=(e.notified,)),
        Move("control", _("现场控制"), (*EARLY, *OWED), SAME, by=r.on_ground, form=f.ControlForm,
             says=_("{who}采取现场控制：{control}"), does=(e.controlled,), late="tell"),
        Move("confirm", _("确认为重大"), (State.NOTIFIED,), State.RECTIFYING, by=r.grader & r.awaits_confirmation & r.second_person,
             primary=True, says=_("{who}确认为重大隐患，即时转入整改"),
             does=(e.confirmed,), stops=("confirm",)),
        Move("regrade", _("改定为一般"), (State.NOTIFIED,), State.NOTIFIED,
             by=r.grader & r.awaits_confirmation & r.second_person, form=f.ConfirmForm,
             says=_("{who}改定为一般隐患：{reason}"), needs=(r.downgrade_explained,),
             does=(e.confirmed_general,), stops=("confirm",)),
        Move("fill_blocks", _("填写五落实"), (State.RECTIFYING,), SAME, by=r.unit_or_office & r.is_major, form=f.BlocksForm,
             says=_("{who}填写五落实"), needs=(r.due_not_past,), does=(e.blocks_filled,),
             stops=("five_blocks",), secret=frozenset({"phone"})),
        Move("draft_order", _("起草整改指令书"), OWED, SAME, by=r.may_issue_orders & r.confirmed_if_major & r.no_draft_yet,
             form=f.OrderForm, says=_("{who}起草责令限期整改指令书"), needs=(r.due_not_past,),
             does=(e.order_drafted,)),
        Move("sign_order", _("签发整改指令书"), OWED, State.RECTIFYING, by=r.may_issue_orders & r.drafted & r.two_officers,
             primary=True, says=_("{who}签发责令限期整改指令书{order_no}"), does=(e.order_signed,)),
        Move("withdraw_order", _("撤回指令书草稿"), OWED, SAME, by=r.may_issue_orders & r.drafted,
             says=_("{who}撤回指令书草稿"), does=(e.order_withdrawn,)),
        Move("self_check", _("报整改完成"), OWED, State.SELF_CHECKED, form=f.SelfCheckForm,
             says=_("{who}报整改完成：{fixed_what}"), primary=True, late="tell",
             by=(r.unit_or_office & r.confirmed_if_major & r.controlled_if_major & r.five_blocks_filled
                 & r.ordered_if_major),
             does=(e.self_checked, li.applied_with), stops=("rectify", "slip", "listing"),
             clock=(Clock("accept_check", li.accept_limit, ("go_unreviewed",), "street_party"),)),
        Move("plan_review", _("安排复查"), (State.SELF_CHECKED,), State.REVIEW_PENDING, primary=True,
             by=r.reviews_here & li.reviewed_by_listing, says=_("{who}安排现场复查"), does=(e.review_planned,), stops=("accept_check",),
             clock=(Clock("review", li.review_limit, ("go_unreviewed",), "street_party"),)),
        Move("pass_review", _("复查通过并销号"), (State.REVIEW_PENDING,), State.CLOSED, form=f.ReviewForm,
             by=(r.reviews_here & r.not_fixer_or_submitter & r.not_finder_or_grader_if_major & li.reviewed_by_listing
                 & li.no_open_listing),
             says=_("{who}复查通过，销号：{opinion}"), primary=True, does=(e.passed,), stops=("review",)),
        Move("fail_review", _("复查不通过"), (State.REVIEW_PENDING,), State.RECTIFYING, form=f.FailForm,
             by=r.reviews_here & r.not_fixer_or_submitter & li.reviewed_by_listing,
             says=_("{who}复查不通过，退回整改：{reason}"), does=(e.failed,), stops=("review",)),
        Move("reopen", _("抽查退回"), (State.CLOSED,), State.RECTIFYING, by=r.within_proposal & r.was_closed_on_spot,
             says=_("抽查不合格，退回整改，限{days}天：{reason}"), does=(e.reopened,), shown=False),
        Move("ask_extension", _("申请延期"), OWED, SAME, by=r.unit_or_community & r.may_extend_again & li.extended_by_listing,
             form=f.ExtensionForm, says=_("{who}申请延期{days}天：{reason}"), does=(e.asked_extension,)),
        Move("extend", _("延期"), OWED, SAME, by=r.within_proposal, says=_("整改期限延长{days}天"), does=(e.extended,),
             shown=False, stops=("slip", "listing")),
        Move("object", _("提出异议"), OWED, SAME, by=r.the_unit, form=f.ReasonForm, says=_("{who}提出异议：{reason}"),
             does=(e.objected,)),
        Move("transfer", _("移交部门"), OPEN, SAME, by=r.office_here, form=f.TransferForm,
             says=_("{who}移交其他部门：{reason}"), needs=(r.department_known,), does=(e.transferred,)),
        Move("cancel", _("撤销"), (*EARLY, *OWED), State.CANCELLED, by=r.grader & r.not_finder & li.no_open_listing,
             form=f.ReasonForm, says=_("{who}撤销，不属于隐患：{reason}"), does=(e.cancelled,),
             asks=_("撤销后不再统计为隐患。确定撤销吗？")),
        Move("uphold", _("异议成立"), OWED, State.CANCELLED, by=r.within_proposal & li.no_open_listing, says=_("异议成立，撤销隐患"),
             does=(e.cancelled,), shown=False),
        Move("enforce", _("移交执法"), OWED, State.TO_ENFORCEMENT, by=r.may_issue_orders & li.no_open_listing, form=f.ReasonForm,
             says=_("{who}移交执法：{reason}"), does=(e.enforced,), asks=_("移交后由执法程序处理。确定移交吗？")),
        Move("ask_listing", _("提请挂牌督办"), (State.RECTIFYING,), SAME, form=ListingForm,
             by=r.may_propose_listing & r.is_major & r.confirmed_if_major & li.not_listed_yet,
             says=_("{who}提请挂牌督办"), does=(li.asked_listing,), secret=frozenset({"reason"})),
        Move("accept_listing", _("同意挂牌建议"), (State.RECTIFYING,), SAME, shown=False,
             by=r.within_proposal & r.is_major & r.confirmed_if_major & li.not_listed_yet,
             says=_("{who}同意挂牌建议，提请挂牌督办"), does=(li.asked_listing,)),
        Move("put_on_list", _("列入挂牌督办"), OWED, SAME, by=li.within_listing, shown=False, stops=("slip", "listing"),
             says=_("列入挂牌督办，整改期限为{due_on}"), does=(li.put_on_list,)),
        Move("leave_list", _("退出挂牌督办"), OPEN, SAME, by=li.within_listing, shown=False, says=_("退出挂牌督办"),
             does=(li.left_list,)),
        Move("pass_with_listing", _("随挂牌督办销号"), (State.REVIEW_PENDING,), State.CLOSED, by=li.within_listing,
             says=_("挂牌督办复查通过，随之销号"), does=(li.passed_with,), shown=False, stops=("review",)),
        Move("name_owner", _("登记责任单位"), OPEN, SAME, by=system_only, form=f.OwnerForm,
             says=_("责任单位的人员已登记，可以自行整改和反馈"), does=(e.owner_named,), shown=False),
        Move("go_overdue", _("逾期"), OWED, SAME, by=system_only, says=_("整改逾期"), does=(e.went_overdue,), shown=False),
        Move("propose_slip", _("提出督办建议"), OWED, SAME, by=system_only, says=_("逾期未改，提出督办建议"),
             does=(e.slip_proposed,), shown=False),
        Move("propose_listing", _("提出挂牌建议"), OWED, SAME, by=system_only, says=_("逾期未改，提出挂牌督办建议"),
             does=(e.listing_proposed,), shown=False),
        Move("go_unconfirmed", _("逾期未确认"), (State.GRADED, State.NOTIFIED), SAME, by=system_only,
             says=_("到期无人确认等级，已告知街道和主管部门"), does=(e.told_unconfirmed,), shown=False,
             clock=(Clock("confirm", "hazard.confirm_limit", ("go_unconfirmed",), "street_party"),)),
        Move("go_without_blocks", _("逾期未填五落实"), OWED, SAME, by=system_only, says=_("到期未填五落实，提出督办建议"),
             does=(e.told_without_blocks,), shown=False),
        Move("go_unreviewed", _("逾期未复查"), CHECKED, SAME, by=system_only, says=_("到期未复查，已告知街道"),
             does=(e.told_unreviewed,), shown=False,
             clock=(Clock("review", "hazard.review_limit", ("go_unreviewed",), "street_party"),)),
        last_resort(OPEN),
    ),
))

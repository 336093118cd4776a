"""Who drafts, signs, sends and takes a report."""

from __future__ import annotations

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from anlan.kernel.rules import rule, sentences

from . import chain, contents
from .models import Stage
from .rules import in_office, speaks, watch_of


@rule(_("须由报送链上的单位起草"))
def an_office(case, facts, actor, when, given):
    return in_office(facts, actor) and actor.organisation_id is not None


@rule(_("没有找到这起突发事件，或者它已经结案"), reads=("about",))
def incident_is_live(case, facts, actor, when, given):
    return facts.about is not None and facts.about.incident.state in ("open", "ended")


@rule(_("您的单位不在这起事件的报送链上；没有触发十逢十必的，请先更新情况"), reads=("about",))
def stands_on_the_chain(case, facts, actor, when, given):
    return facts.about is None or facts.about.own is not None


@sentences(_("初报、续报、终报须依次报送"), reads=("about",))
def stages_in_order(case, facts, actor, when, given):
    about = facts.about
    if about is None or about.own is None:
        return []
    if any(r.state in ("draft", "signed") for r in about.reports):
        return [_now("上一份报告还没有报出，请先报出或作废")]
    sent = [r.sort for r in about.reports if r.state == "sent"]
    if given.sort == Stage.FIRST and sent:
        return [_now("初报已经报出，请报续报")]
    if given.sort != Stage.FIRST and not sent:
        return [_now("还没有报过初报，请先报初报")]
    if given.sort == Stage.FINAL and about.incident.state != "ended":
        return [_now("处置还没有结束，不能报终报")]
    return [_now("终报已经报出")] if Stage.FINAL in sent else []


@rule(_("须由报送单位办理"))
def of_the_sender(case, facts, actor, when, given):
    return in_office(facts, actor) and speaks(facts, actor, case.party)


@rule(_("须由本单位有签发权的负责人或当班的带班领导签发"))
def may_sign(case, facts, actor, when, given):
    """By the dated list of roles, or by the leader on shift (domain.md 5.5: a signer before sending [sure]; who [unsure])."""
    if not speaks(facts, actor, case.party) or not case.rung:
        return False
    roles = facts.value("incident.signers")
    return actor.is_any(*roles["desk" if case.rung in chain.DESKS else "other"]) or watch_of(facts).leads(actor, case.party)


@sentences(_("终报须各项齐全"))
def final_is_complete(case, facts, actor, when, given):
    if case.sort != Stage.FINAL:
        return []
    lacking = contents.lacking(facts.value("incident.report_fields"), case.sort, case.content)
    return [_now("终报还缺：{fields}").format(fields=contents.said(lacking))] if lacking else []


@rule(_("须由收件的值班室签收，且只签收一次"))
def is_addressee(case, facts, actor, when, given):
    return any(r["party"] in actor.parties and not r["received_at"] for r in case.receipts or ())


@rule(_("收件单位都已签收"))
def waits_for_receipt(case, facts, actor, when, given):
    return any(not r["received_at"] for r in case.receipts or ())


@rule(_("没有向这个单位报送，或者它已经签收"))
def names_an_addressee(case, facts, actor, when, given):
    return any(r["name"] == given.name and not r["received_at"] for r in case.receipts)

"""The life of a report: drafted from the incident, signed, sent with its number, taken by both desks."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID, uuid5

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, SAME, Cell, Fact, Flow, Move, Owed, register
from anlan.kernel.rules import reads
from anlan.toolkit.formfields import ReferenceField, TextField

from . import chain, contents, wording
from . import report_rules as r
from .duties import watches
from .effects import heard
from .forms import FEW, moment
from .models import Incident, InfoReport, Relay, Stage
from .rules import learned_by_now, watch_of


class Going(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("information report", "起草中")
    SIGNED = "signed", pgettext_lazy("information report", "已签发")
    SENT = "sent", pgettext_lazy("information report", "已报出")
    DROPPED = "dropped", pgettext_lazy("information report", "已作废")


class DraftForm(forms.Form):
    incident = ReferenceField(label=_("突发事件"), choices_from="incidents")
    sort = forms.ChoiceField(label=_("报告"), choices=Stage.choices, initial=Stage.FIRST)


FillForm = type("FillForm", (forms.Form,), {
    "__doc__": "Every field of the table; a first report may leave any of them empty.",
    **{name: TextField(label=label, required=False, widget=FEW) for name, label in contents.FIELDS.items()}})


class ReceiptForm(forms.Form):
    name = forms.CharField(label=_("收件单位"), max_length=80)
    by = forms.CharField(label=_("谁收的"), max_length=80)
    known_at = moment(label=_("什么时候收的"), help_text=_("不填就是现在。"))


# What is known besides the report


class About(NamedTuple):
    """own: the relay of the sender's level; reports: those of the same sender."""

    incident: Any
    own: Relay | None
    relays: dict[str, Relay]
    reports: list[InfoReport]


def abouts(subjects: list[Any]) -> list[About | None]:
    """Three statements for a whole set."""
    uids = {s.given.incident for s in subjects if isinstance(s.given.incident, UUID)}
    ids = {s.case.incident_id for s in subjects} - {None}
    found = list(Incident.objects.filter(models.Q(uid__in=uids) | models.Q(id__in=ids)).select_related("area"))
    relays = list(Relay.objects.filter(incident__in=[x.id for x in found]).exclude(state="withdrawn").order_by("id"))
    reports = list(InfoReport.objects.filter(incident__in=[x.id for x in found]).order_by("id"))
    return [_about(s, found, relays, reports) for s in subjects]


def _about(s: Any, found: list[Any], relays: list[Relay], reports: list[InfoReport]) -> About | None:
    incident = next((x for x in found if x.id == s.case.incident_id or x.uid == s.given.incident), None)
    if incident is None:
        return None
    party = s.case.party or s.actor.organisation_id
    mine = {x.rung: x for x in relays if x.incident_id == incident.id}
    return About(incident, next((x for x in mine.values() if party and x.party == party), None), mine,
                 [x for x in reports if x.incident_id == incident.id and x.party == party])


# What the moves change


@reads("about", "watch")
def drafted(case, facts, actor, when, given):
    """Whoever leads the shift hears that it waits for a signature, unless it is she who drafts it."""
    x, own = facts.about.incident, facts.about.own
    sent = [p for p in facts.about.reports if p.state == "sent"]
    before: dict[str, str] = {}
    for p in sent:
        before |= {k: v for k, v in p.content.items() if v}
    no = 1 + sum(p.sort == given.sort for p in sent)
    content = contents.drawn(x, given.sort, before)
    yield c.Set(area_id=x.area_id, incident_id=x.id, sort=given.sort, no_of_kind=no, rung=own.rung, party=own.party, who=own.who,
                content=content, reporter=actor.name, title=contents.titled(x, given.sort, no, content["casualties"]),
                missing=contents.lacking(facts.value("incident.report_fields"), given.sort, content))
    leader = watch_of(facts).leader(own.party)
    if leader and leader != actor.post_id:
        yield c.Owe(leader, "sign")
        yield c.Tell(leader, wording.report_waits(x.title), urgent=True)


@reads("about")
def filled(case, facts, actor, when, given):
    content = {**case.content, **{name: given.get(name) or "" for name in contents.FIELDS}}
    yield c.Set(content=content, title=contents.titled(facts.about.incident, case.sort, case.no_of_kind, content["casualties"]),
                missing=contents.lacking(facts.value("incident.report_fields"), case.sort, content))


def signed(case, facts, actor, when, given):
    yield c.Set(signer=actor.name, signed_at=when.at)
    yield c.Release(role="sign")


def reopened(case, facts, actor, when, given):
    yield c.Set(signer="", signed_at=None)


@reads("about", "watch")
def sent(case, facts, actor, when, given):
    """With its number, on paper, to the next level and to the other desk; the written limit of its level is met."""
    about = facts.about
    receipts = _addressees(case, about, facts)
    yield c.Set(sent_at=when.at, receipts=receipts)
    pattern = wording.report_number(facts, case.rung, case.who)
    yield c.Paper("info_report", uuid5(case.uid, "paper"), wording.report_content(case, about.incident, receipts, facts),
                  f"info:{case.rung}:{case.party}", pattern, into="number")
    yield c.Event("sent", facet=case.sort)
    for receipt in receipts:
        if receipt["party"]:
            yield c.Owe(receipt["party"], "receive")
            yield from heard(facts, when, receipt["party"], wording.report_came(case.title))
    if about.own is not None and about.own.state == "running":
        yield c.Also(c.Ref("relay", about.own.uid), "write", {"what": case.title, "told_on": when.at})
    yield c.Also(c.Ref("incident", about.incident.uid), "reported", {"sort": case.sort, "party": case.party, "rung": case.rung})


def _addressees(case, about, facts):
    """A desk reports to its own office of the city, and tells the other desk; a level below tells both desks or the next one."""
    wanted = chain.DESKS if case.rung in chain.DESKS else chain.NEXT.get(case.rung, ())
    bodies = [(about.relays[rung].party, about.relays[rung].who) for rung in wanted if rung in about.relays and rung != case.rung]
    upper = facts.value("incident.upper_desks").get(case.rung)
    named = ([(None, upper)] if upper else []) + bodies
    return [{"party": party, "name": name, "received_at": None, "by": ""} for party, name in named]


def received(case, facts, actor, when, given):
    yield c.Set(receipts=[{**x, "received_at": when.at.isoformat(), "by": actor.name}
                          if x["party"] in actor.parties and not x["received_at"] else x for x in case.receipts])
    for x in case.receipts:
        if x["party"] in actor.parties:
            yield c.Release(x["party"], "receive")


def receipt_noted(case, facts, actor, when, given):
    at = given.known_at or when.at
    yield c.Set(receipts=[{**x, "received_at": at.isoformat(), "by": given.by} if x["name"] == given.name else x for x in case.receipts])
    for x in case.receipts:
        if x["name"] == given.name and x["party"]:
            yield c.Release(x["party"], "receive")


INFO_REPORT = register(Flow(
    kind="info_report", label=_("信息报告"), model=InfoReport, states=Going, final=(Going.DROPPED,),
    families={"going": (Going.DRAFT, Going.SIGNED), "sent": (Going.SENT,), "dropped": (Going.DROPPED,)},
    link="/desk/info-reports/{uid}/", title=lambda x: x.title[:60], cell=lambda x: Cell(x.state, x.area_id, x.party, x.sort),
    roles={"receive": Owed(_("签收报告")), "sign": Owed(_("签发报告"), decides=True)},
    load={"about": Fact(abouts, queries=3), "watch": Fact(watches)},
    moves=(
        Move("draft", _("起草"), NEW, Going.DRAFT, by=r.an_office, form=DraftForm, says=_("{who}起草{title}"),
             needs=(r.incident_is_live, r.stands_on_the_chain, r.stages_in_order), does=(drafted,)),
        Move("fill", _("修改内容"), (Going.DRAFT,), SAME, by=r.of_the_sender, form=FillForm, says=_("{who}修改内容"), does=(filled,),
             secret=frozenset()),
        Move("sign", _("签发"), (Going.DRAFT,), Going.SIGNED, by=r.may_sign, says=_("{who}签发"), needs=(r.final_is_complete,),
             does=(signed,), primary=True),
        Move("reopen", _("退回修改"), (Going.SIGNED,), Going.DRAFT, by=r.of_the_sender, says=_("{who}退回修改"), does=(reopened,)),
        Move("send", _("报出"), (Going.SIGNED,), Going.SENT, by=r.of_the_sender, says=_("{who}报出，文号{number}"), does=(sent,),
             primary=True),
        Move("receive", _("签收"), (Going.SENT,), SAME, by=r.is_addressee, says=_("{who}签收"), does=(received,), primary=True),
        Move("note_receipt", _("登记对方签收"), (Going.SENT,), SAME, by=r.of_the_sender & r.waits_for_receipt, form=ReceiptForm,
             says=_("{name}由{by}签收"), needs=(r.names_an_addressee, learned_by_now), does=(receipt_noted,)),
        Move("drop", _("作废"), (Going.DRAFT, Going.SIGNED), Going.DROPPED, by=r.of_the_sender, says=_("{who}作废这份草稿")),
    ),
))

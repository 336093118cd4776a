"""What the moves of reports and commitments do."""

from __future__ import annotations

from uuid import uuid5

from anlan.hazards.wording import end_of
from anlan.kernel import changes as c

from . import wording
from .models import Sort, Source
from .starts import start_of


def begun(case, facts, actor, when, given):
    """From the office's own template, else the house's."""
    text = facts.template.text if facts.template else start_of(given.sort)
    yield c.Set(sort=given.sort, title=given.title, as_of=given.as_of, addressee=given.addressee or "", text=text,
                area_id=actor.area_id, party_id=actor.organisation_id, author_id=actor.person_id,
                issuer=actor.detail("organisation") or "")


begun.reads = ("template",)


def edited(case, facts, actor, when, given):
    yield c.Set(title=given.title, addressee=given.addressee or "", as_of=given.as_of, text=given.text, edited_by=actor.person_id)


def handed_in(case, facts, actor, when, given):
    if case.party_id:
        yield c.Owe(case.party_id, "sign_report")


def handed_back(case, facts, actor, when, given):
    yield c.Release(role="sign_report")
    if case.party_id:
        yield c.Tell(case.party_id, wording.handed_back(case.title, given.reason))


def signed(case, facts, actor, when, given):
    yield c.Set(signed_by=actor.person_id, signer=actor.name, signed_at=when.at)
    yield c.Release(role="sign_report")


def frozen(case, facts, actor, when, given):
    """The figures as they were counted, the paper, and what it promises as items of their own."""
    yield c.Set(frozen=given.frozen, head=given.head, counted_at=given.counted_at, digest=given.digest)
    yield c.Paper("report", uuid5(case.uid, "report"), wording.paper_content(case, given))
    yield c.Event("frozen", facet=Sort(case.sort).value)
    for n, promise in enumerate(given.promises or (), start=1):
        yield c.Spawn("commitment", uuid5(case.uid, f"promise{n}"), "follow_up", {
            "report": case.uid, "source": Source.PROMISE.value, **promise})


def published(case, facts, actor, when, given):
    yield c.Set(published_at=when.at)


# Commitments


def promised(case, facts, actor, when, given):
    """Owed by a house until the day; when that has passed, it shows as not done."""
    yield c.Set(report_id=facts.report.id, area_id=facts.report.area_id, source=given.source, text=given.text,
                organisation_id=facts.house.id, due_on=given.due_on)
    due = end_of(given.due_on)
    yield c.Start("commitment", wording.ONE_DAY, ("go_late",), facts.house.id, 0.0, due=due)
    yield c.Owe(facts.house.id, "commitment", due)
    yield c.Tell(facts.house.id, wording.promised(given.text, given.due_on))
    yield c.Event("promised", facet=given.source)


promised.reads = ("report", "house")


def done(case, facts, actor, when, given):
    yield c.Set(result=given.result, done_on=facts.day)
    yield c.Release()
    yield c.Event("done", facet=case.source)


def went_late(case, facts, actor, when, given):
    yield c.Set(late=True)
    yield c.Tell(case.organisation_id, wording.late(case.text), urgent=True)


def dropped(case, facts, actor, when, given):
    yield c.Release()
    yield c.TakeBack("promised")


def of_the_house(case, facts, actor, when, given):
    """A template belongs to the ground of the office that made it."""
    if case.area_id is None:
        yield c.Set(area_id=actor.area_id)

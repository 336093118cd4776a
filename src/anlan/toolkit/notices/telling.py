"""Who is told, and of what: by a deed's own words, by a clock near its end, or by any app that has news for somebody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db.models import Q
from django.utils.translation import gettext as _

from anlan.kernel.flows import FLOWS
from anlan.kernel.follow import Sealed, follower
from anlan.kernel.instance import zone
from anlan.kernel.models import Clock, Stake, Versioned
from anlan.kernel.tick import on_remind

from .models import Notice

FOLLOWER = "notices"
LONGEST = 400
REMINDER = "reminder"
"""The verb of a notice that a clock tells near its end."""
NAMED = frozenset({"uid", "code", "area"})
"""What the title and the address of a notice are made of."""
Cases = Iterable[tuple[str, int]]
HUSHES: dict[tuple[str, str], Callable[[Sequence[int]], Cases]] = {}


def tell(*, key: UUID, text: str, at: datetime, party_id: int | None = None, person_id: int | None = None,
         url: str = "", urgent: bool = False, rings: bool = False) -> None:
    """One notice for a party or a person; a second call with the same key tells nothing."""
    deliver([Notice(key=key, text=text, at=at, party_id=party_id, person_id=person_id, url=url, urgent=urgent or rings,
                    rings=rings)])


def hushes(kind: str, *verbs: str, also: Callable[[Sequence[int]], Cases] = lambda ids: ()) -> None:
    """By these moves somebody takes the matter up: what rings for the case rings for nobody any more.

    also: further cases, of the ids of those that were taken up.
    """
    for verb in verbs:
        HUSHES[kind, verb] = lambda ids: [*((kind, i) for i in ids), *also(ids)]


def deliver(notices: Iterable[Notice]) -> None:
    """Many at once, each key once. url must lead within this instance."""
    rows = list(notices)
    for row in rows:
        row.text = row.text if len(row.text) <= LONGEST else row.text[: LONGEST - 1] + "…"
        if row.url and (not row.url.startswith("/") or row.url.startswith("//")):
            raise ValueError(f"a notice cannot lead to {row.url}")
    Notice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


def _news() -> Q:
    """Entries that tell somebody, and those that silence what rings."""
    found = Q(entry__data__has_key="tell")
    for kind in {kind for kind, _verb in HUSHES}:
        found |= Q(entry__kind=kind, entry__verb__in=[verb for of, verb in HUSHES if of == kind])
    return found


@follower(FOLLOWER, hears=_news)
def deliver_what_deeds_tell(batch: Sequence[Sealed]) -> None:
    """A deed's Tell, delivered once it is sealed; what rang before for a matter that is taken up falls silent."""
    cases = _cases(((s.entry.kind, s.entry.subject_id) for s in batch if s.entry.data.get("tell")), NAMED)
    waiting: list[Notice] = []
    for sealed in batch:
        entry = sealed.entry
        waiting += [_notice(sealed, i, cases.get((entry.kind, entry.subject_id)), *told)
                    for i, told in enumerate(entry.data.get("tell", ()))]
        if taken_up := HUSHES.get((entry.kind, entry.verb)):
            deliver(waiting)
            waiting = []
            hush(taken_up([entry.subject_id]), entry.told_at)
    deliver(waiting)


def _notice(sealed: Sealed, i: int, case: Versioned | None, party_id: int, text: str, urgent: bool,
            rings: bool = False) -> Notice:
    entry = sealed.entry
    return Notice(key=sealed.request(FOLLOWER, i), party_id=party_id, text=text, urgent=urgent, rings=rings, at=entry.told_at,
                  url=_url(entry.kind, case), title=title_of(entry.kind, entry.verb, case), about=entry.kind,
                  case_id=entry.subject_id, verb=entry.verb)


def hush(cases: Cases, at: datetime) -> None:
    """For everybody; what rings anew later rings."""
    for kind, case_id in cases:
        Notice.objects.filter(about=kind, case_id=case_id, rings=True, hushed_at=None).update(hushed_at=at)


def title_of(kind: str, verb: str, case: Versioned | None) -> str:
    """呼叫 K3F7-22Q9（中南路街道）：签收, of nothing that anybody has typed: kind, code, area and move."""
    flow = FLOWS.get(kind)
    if flow is None:
        return ""
    move = flow.by_name.get(verb)
    what = " ".join(filter(None, (str(flow.label), str(getattr(case, "code", "") or ""))))
    area = getattr(case, "area", None)
    done = _("快到时限") if verb == REMINDER else str(move.label) if move else ""
    return f"{what}{f'（{area}）' if area else ''}{f'：{done}' if done else ''}"[:120]


@on_remind
def remind_of_clocks(clocks: Sequence[Clock], at: datetime) -> None:
    """Everyone with a stake in the case hears that a clock nears its end; so does the party the clock names."""
    owing = _owing(clocks)
    cases = _cases((clock.kind, clock.case_id) for clock in clocks)
    deliver(
        Notice(key=uuid5(NAMESPACE_OID, f"remind/{clock.id}/{clock.due_at.isoformat()}/{party_id}"), party_id=party_id,
               text=reminder(clock, cases.get((clock.kind, clock.case_id))), at=at,
               url=_url(clock.kind, cases.get((clock.kind, clock.case_id))), about=clock.kind, case_id=clock.case_id,
               verb=REMINDER, title=title_of(clock.kind, REMINDER, cases.get((clock.kind, clock.case_id))))
        for clock in clocks for party_id in sorted(owing[clock.kind, clock.case_id] | _named(clock))
    )


def reminder(clock: Clock, case: Versioned | None) -> str:
    """In words: what it is about, what stops the clock, and by when."""
    flow = FLOWS[clock.kind]
    steps = "、".join(dict.fromkeys(str(m.label) for m in flow.moves if clock.name in m.stops and m.shown))
    what = {"kind": flow.label, "title": flow.title(case) if case else "—", "steps": steps,
            "due": clock.due_at.astimezone(zone()).strftime("%m-%d %H:%M")}
    if steps:
        return _("%(kind)s“%(title)s”快到时限：请在 %(due)s 前%(steps)s。") % what
    return _("%(kind)s“%(title)s”快到时限：%(due)s 到期。") % what


def _named(clock: Clock) -> set[int]:
    return {clock.party_id} if clock.party_id is not None else set()


def _owing(clocks: Sequence[Clock]) -> Mapping[tuple[str, int], set[int]]:
    by_kind: dict[str, set[int]] = defaultdict(set)
    for clock in clocks:
        by_kind[clock.kind].add(clock.case_id)
    found: dict[tuple[str, int], set[int]] = defaultdict(set)
    for kind, ids in by_kind.items():
        for case_id, party in Stake.objects.filter(kind=kind, case_id__in=ids).values_list("case_id", "party_id"):
            found[kind, case_id].add(party)
    return found


def _cases(wanted: Iterable[tuple[str, int]], only: frozenset[str] = frozenset()) -> dict[tuple[str, int], Versioned]:
    """only: read these columns and the area's name, where a case has them; empty: read all."""
    by_kind: dict[str, set[int]] = defaultdict(set)
    for kind, case_id in wanted:
        by_kind[kind].add(case_id)
    rows: dict[tuple[str, int], Any] = {}
    for kind in by_kind.keys() & FLOWS.keys():
        model = FLOWS[kind].model
        found = model._default_manager.filter(id__in=by_kind[kind])
        columns = {f.name for f in model._meta.concrete_fields}
        if "area" in columns:
            found = found.select_related("area")
        if only:
            found = found.only(*only & columns, *(("area__name",) if "area" in columns else ()))
        for case in found:
            rows[kind, case.id] = case
    return rows


def _url(kind: str, case: Versioned | None) -> str:
    return FLOWS[kind].url(case.uid) if case else ""

"""Several rows at once: the moves that all of them allow, one form, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from uuid_utils.compat import uuid7

from anlan.kernel.changes import Ref
from anlan.kernel.door import Order, Receipt, advance_many, offers
from anlan.kernel.flows import FLOWS, Flow, Move
from anlan.kernel.inputs import clean
from anlan.kernel.refusals import Refusal
from anlan.people.access import needs_post
from anlan.toolkit.codes import uid_of
from anlan.toolkit.registers.caseview import CASES
from anlan.toolkit.registers.inputs import page_form, resolve, tell_refusal, typed

MOST = 100


@dataclass(frozen=True)
class Chosen:
    """The picked cases of one kind that the reader sees, and the moves that each of them allows."""

    flow: Flow
    cases: Sequence[Any]
    moves: Sequence[Move]

    @property
    def keys(self) -> list[str]:
        return [f"{self.flow.kind}:{case.uid}" for case in self.cases]

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """Title, name and address of each."""
        return [(str(self.flow.title(case)), str(case), self.flow.url(case.uid)) for case in self.cases]

    def move(self, name: str) -> Move | None:
        return next((m for m in self.moves if m.name == name), None)


@dataclass(frozen=True)
class Outcome:
    title: str
    url: str
    done: bool
    sentences: Sequence[str]


@needs_post
@require_http_methods(["GET", "POST"])
def many(request: HttpRequest) -> HttpResponse:
    told = request.POST if request.method == "POST" else request.GET
    groups = chosen_of(request, told.getlist("row"))
    if not groups:
        return redirect("/desk/")
    if len(groups) > 1 or not groups[0].moves:
        return render(request, "desk/many.html", {"groups": groups, "mixed": len(groups) > 1}, status=200)
    chosen, move = groups[0], groups[0].move(told.get("move", ""))
    if move is None:
        return render(request, "desk/many.html", {"groups": groups, "chosen": chosen, "batch": uuid7()})
    if request.method == "GET":
        return _form(request, chosen, move, page_form(move.form, request.actor, request.at) if move.form else None)  # type: ignore[attr-defined]
    return _carry_out(request, chosen, move)


def chosen_of(request: HttpRequest, keys: Sequence[str]) -> list[Chosen]:
    """By kind, in the order of picking. What is out of sight is as if it had not been picked."""
    wanted: dict[str, list[UUID]] = {}
    for key in dict.fromkeys(keys[:MOST]):
        kind, _colon, text = key.partition(":")
        if kind in CASES and (uid := uid_of(text)):
            wanted.setdefault(kind, []).append(uid)
    found = [_of_kind(request, kind, uids) for kind, uids in wanted.items()]
    return [chosen for chosen in found if chosen.cases]


def _of_kind(request: HttpRequest, kind: str, uids: Sequence[UUID]) -> Chosen:
    actor, at, flow = request.actor, request.at, FLOWS[kind]  # type: ignore[attr-defined]
    rows = {c.uid: c for c in CASES[kind].rows(actor, at).filter(uid__in=uids).order_by()}
    cases = [rows[uid] for uid in uids if uid in rows]
    allowed = [{m.name for m in moves} for moves in offers(flow, cases, actor, at)] if cases else []
    common = set.intersection(*allowed) if allowed else set()
    return Chosen(flow, cases, [m for m in flow.moves if m.name in common])


def _form(request: HttpRequest, chosen: Chosen, move: Move, form: Any, batch: UUID | None = None,
          status: int = 200) -> HttpResponse:
    return render(request, "desk/many_form.html", {
        "chosen": chosen, "move": move, "form": form, "batch": batch or uuid7(), "intro": str(move.asks)}, status=status)


def _carry_out(request: HttpRequest, chosen: Chosen, move: Move) -> HttpResponse:
    """One order a case, all in one call; sent twice it gets the first receipts."""
    batch = uid_of(request.POST.get("batch", "")) or uuid7()
    faults: list[Any] = []
    data = typed(move.form, request, faults)
    given = dict(data)
    if move.form is not None:
        faults += resolve(move.form, given, request.actor, request.at)  # type: ignore[attr-defined]
        form = page_form(move.form, request.actor, request.at, data=data)  # type: ignore[attr-defined]
        fault = _refusal_of_form(move, given, faults)
        if fault is not None:
            tell_refusal(form, fault, given)
            return _form(request, chosen, move, form, batch, 422)
    results = advance_many([
        Order(Ref(chosen.flow.kind, case.uid), move.name, request.actor, request.at, given,  # type: ignore[attr-defined]
              uuid5(batch, str(case.uid)), case.version) for case in chosen.cases])
    return _told(request, chosen, move, results)


def _refusal_of_form(move: Move, given: dict[str, Any], faults: list[Any]) -> Refusal | None:
    """What is wrong with the input itself is told once, not for each row."""
    if faults:
        return Refusal(tuple(s for _name, told in faults for s in told), tuple((n, tuple(t)) for n, t in faults))
    cleaned = clean(move, given)
    return cleaned if isinstance(cleaned, Refusal) else None


def _told(request: HttpRequest, chosen: Chosen, move: Move, results: Sequence[Receipt | Refusal]) -> HttpResponse:
    outcomes = [Outcome(str(chosen.flow.title(case)), chosen.flow.url(case.uid), isinstance(told, Receipt),
                        [told.sentence] if isinstance(told, Receipt) else list(told.sentences))
                for case, told in zip(chosen.cases, results, strict=True)]
    done = [key for key, o in zip(chosen.keys, outcomes, strict=True) if o.done]
    back = chosen.flow.by_name.get(CASES[chosen.flow.kind].undo.get(move.name, ""))  # type: ignore[attr-defined]
    return render(request, "desk/many_done.html", {
        "chosen": chosen, "move": move, "outcomes": outcomes, "done": done, "failed": len(outcomes) - len(done),
        "undo": back if back is not None and back.form is None and done else None, "batch": uuid7()})



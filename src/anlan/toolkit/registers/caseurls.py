"""The views of case pages: show, open a move's form, make a move, open what is masked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.db import DataError, IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import include, path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from uuid_utils.compat import uuid7

from anlan.kernel.changes import Ref
from anlan.kernel.door import Receipt, advance, look, record
from anlan.kernel.flows import Move
from anlan.kernel.refusals import Absent, Refusal, Refused
from anlan.kernel.rulebook import one_rulebook
from anlan.kernel.wording import words
from anlan.toolkit.codes import uid_of

from .columns import masked
from .inputs import CLEARS, Fault, kept_of, page_form, resolve, tell_refusal, typed

if TYPE_CHECKING:
    from .caseview import CasePages, CaseView

UNSEAL = "unseal"
UNDO = "undo_offer"
words("*", "unsealed", gettext_lazy("{who}查看{columns}，理由：{reason}"))
TOO_MUCH = gettext_lazy("有的内容超出了允许的范围（过长、过大或含有无法保存的字符）。请修改后重新提交。")
CLASH = gettext_lazy("内容与已有记录冲突，未保存。请核对编号、名称是否重复。")


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200, min_length=2,
                             help_text=gettext_lazy("谁在何时因何查看，会记入留痕。"))


def urls_of(pages: CasePages) -> list[Any]:
    """Opening moves, then show, unseal and the moves of one case."""
    slug = pages.slug
    return [path(f"{slug}/", include([
        path("new", bound(pages, open_case), name=f"{slug}-new"),
        path("new/<slug:move>", bound(pages, open_case), name=f"{slug}-new-by"),
        path("<uuid:uid>/", bound(pages, show), name=f"{slug}-detail"),
        path(f"<uuid:uid>/{UNSEAL}", bound(pages, unseal), name=f"{slug}-unseal"),
        path("<uuid:uid>/<slug:move>", bound(pages, make), name=f"{slug}-move"),
    ]))]


def bound(subject: Any, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of these pages, or of this register."""

    def inner(request: HttpRequest, **words_: Any) -> HttpResponse:
        return view(subject, request, **words_)

    inner.__name__, inner.__doc__ = view.__name__, view.__doc__
    return inner


def show(pages: CasePages, request: HttpRequest, uid: UUID) -> HttpResponse:
    """One case."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET"])
    with one_rulebook():
        return show_view(pages.get(request, uid))


def show_view(view: CaseView, status: int = 200, refusal: Refusal | None = None) -> HttpResponse:
    answer = render(view.request, view.pages.template, {
        "view": view, "head": view.head, "now": view.at, "undo": _undo_offer(view),
        "refused": refusal.sentences if refusal is not None else ()}, status=status)
    if view.opened:
        answer["Cache-Control"] = "no-store"
    return answer


def unseal(pages: CasePages, request: HttpRequest, uid: UUID) -> HttpResponse:
    """Shows masked values to who has the permit and gives a reason; both are journalled. Shown once, kept nowhere."""
    from .caseview import CaseView  # noqa: PLC0415  that module draws on these views

    view = pages.get(request, uid)
    if not view.sealed:
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _form_page(view, form, _("查看遮盖的内容"), status=422 if form.is_bound else 200)
    names = [str(c.label) for c in view.sealed]
    record(view.case, "unsealed", actor=view.actor, at=view.at,
           data={"columns": "、".join(names), "reason": form.cleaned_data["reason"]})
    opened = frozenset(c.name for c in view.sealed)
    return show_view(CaseView(pages, request, view.case, view.actor, view.at, opened))


def make(pages: CasePages, request: HttpRequest, uid: UUID, move: str) -> HttpResponse:
    """The form of a move, and the move itself."""
    view = pages.get(request, uid)
    chosen = pages.flow.by_name.get(move)  # type: ignore[attr-defined]
    if chosen is None or chosen.opens or not chosen.shown:
        raise Http404
    if request.method == "POST":
        return _carry_out(view, chosen)
    if chosen.form is None:
        return HttpResponseRedirect(view.url)
    if chosen not in view._legal:
        return show_view(view, 422, Refusal(tuple(view.why_not(chosen))))
    known = {k: v for k, v in request.GET.items() if k in chosen.form.base_fields}  # type: ignore[attr-defined]
    return _form_page(view, begin(view, chosen, known), str(chosen.label), chosen)


def begin(view: CaseView, move: Move, known: Mapping[str, Any] | None = None) -> forms.Form:
    """The form with what is known of the case; a masked value stays empty, and empty means unchanged.

    known: what the address that led here proposes.
    """
    initial = (dict(view.pages.initial(view.case, move, view.actor)) if view.pages.initial else {}) | dict(known or {})
    for name in _veiled(view, move):
        initial.pop(name, None)
    return _veil(page_form(move.form, view.actor, view.at, initial=initial), view, move)  # type: ignore[arg-type]


def _veiled(view: CaseView, move: Move) -> list[str]:
    """Inputs of private columns that hold something."""
    inputs = move.form.base_fields if move.form else {}  # type: ignore[attr-defined]
    return [c.name for c in view.pages.columns if c.col.private and c.name in inputs and c.value(view.case)]


def _veil(form: forms.Form, view: CaseView, move: Move) -> forms.Form:
    """A form that has `suit` offers only what this case leaves to choose from."""
    if hasattr(form, "suit"):
        form.suit(view.case)
    for name in _veiled(view, move):
        field = form.fields[name]
        field.required = False
        field.help_text = _("现为 %(value)s；不改就留空，填“-”表示清除。") % {"value": masked(getattr(view.case, name))}
    return form


def unveiled(view: CaseView, move: Move, given: dict[str, Any]) -> dict[str, Any]:
    """A masked input left empty keeps its value."""
    for name in _veiled(view, move):
        text = str(given.get(name) or "").strip()
        given[name] = getattr(view.case, name) if not text else "" if text == CLEARS else given[name]
    return given


def _carry_out(view: CaseView, move: Move) -> HttpResponse:
    request, faults = view.request, []  # type: ignore[var-annotated]
    data = typed(move.form, request, faults)
    given = unveiled(view, move, dict(data))
    told = send(Ref(view.flow.kind, view.case.uid), move, given, request, faults)
    if not isinstance(told, Refusal):
        _offer_undo(view, move, told)
        return _go(request, view.url)
    if move.form is None:
        return show_view(view, 422, told)
    form = page_form(move.form, view.actor, view.at, data=data)
    tell_refusal(form, told, given)
    return _form_page(view, _veil(form, view, move), str(move.label), move, 422, kept_of(move.form, data))


def send(ref: Ref, move: Move, given: dict[str, Any], request: HttpRequest, faults: list[Fault]) -> Receipt | Refusal:
    """Through the door, with everything that can be refused as a refusal. Raises Http404 where the case is absent."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    faults += resolve(move.form, given, actor, at) if move.form else []
    if faults:
        fields = tuple((name, tuple(sentences)) for name, sentences in faults)
        return Refusal(tuple(s for _name, sentences in faults for s in sentences), fields)
    try:
        with transaction.atomic():
            return advance(ref, move.name, actor=actor, at=at, given=given, request=uid_of(request.POST.get("_request")),
                           expect=_number(request.POST.get("_expect")))
    except Refused as refused:
        return refused.refusal
    except Absent as absent:
        raise Http404 from absent
    except IntegrityError:
        return Refusal((str(CLASH),))
    except (DataError, OverflowError):
        return Refusal((str(TOO_MUCH),))



def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 10 else None


def hidden_of(case: Any) -> Mapping[str, str]:
    """What each form carries: the version that was read, and the sender's id of this one wish."""
    return {"_expect": str(case.version), "_request": str(uuid7())}


def _form_page(view: CaseView, form: forms.Form, title: str, move: Move | None = None, status: int = 200,
               kept: Mapping[str, str] = {}) -> HttpResponse:
    return render(view.request, "registers/form.html", {
        "title": title, "about": view.title, "form": form, "submit": title, "cancel_url": view.url, "now": view.at,
        "grave": bool(move and move.asks), "intro": str(move.asks) if move else "", "draft": move is not None,
        "hidden": {**hidden_of(view.case), **_way_back(view.request), **kept}}, status=status)


def _way_back(request: HttpRequest) -> dict[str, str]:
    """Where the sender came from and wishes to return, through a form and its refusals (`?_next=/desk/map/…`)."""
    wished = request.POST.get("_next") or request.GET.get("_next", "")
    return {"_next": wished} if wished else {}


def open_case(pages: CasePages, request: HttpRequest, move: str = "") -> HttpResponse:
    """The form of an opening move, and the opening."""
    from .caseview import reader_of  # noqa: PLC0415  that module draws on these views

    actor, at = reader_of(request)
    chosen = opening(pages, move)
    if why := refusals_to_open(pages, chosen, actor, at):
        return render(request, "registers/refused.html", {"title": chosen.label, "sentences": why}, status=403)
    if request.method != "POST":
        known = {k: v for k, v in request.GET.items() if k in chosen.form.base_fields}  # type: ignore[union-attr]
        if begins := getattr(chosen.form, "begins", None):
            known = {**begins(request.GET, actor, at), **known}
        form = page_form(chosen.form, actor, at, initial=known)  # type: ignore[arg-type]
        return _opening_page(pages, request, chosen, form, uuid7())
    uid, faults = uid_of(request.POST.get("_uid")) or uuid7(), []  # type: ignore[var-annotated]
    data = typed(chosen.form, request, faults)
    given = dict(data)
    told = send(Ref(pages.flow.kind, uid), chosen, given, request, faults)
    if isinstance(told, Refusal):
        form = page_form(chosen.form, actor, at, data=data)  # type: ignore[arg-type]
        tell_refusal(form, told, given)
        return _opening_page(pages, request, chosen, form, uid, 422, kept_of(chosen.form, data))  # type: ignore[arg-type]
    return _go(request, f"/desk/{pages.slug}/{uid}/")


def opening(pages: CasePages, name: str = "") -> Move:
    """The opening move of this name, or the first that a person may be shown. Raises Http404."""
    found = [m for m in pages.flow.moves if m.opens and m.shown and m.form is not None and name in ("", m.name)]
    if pages.register is not None and not name:
        found = [m for m in found if m is pages.register.move_to_create]
    if not found:
        raise Http404
    return found[0]


def refusals_to_open(pages: CasePages, move: Move, actor: Any, at: Any) -> list[str]:
    """Why this actor may not open any such case, whatever is typed. Needs no statement, but for a post without a role:
    what it may do is not said by the post itself (who is on shift), so that the facts are asked."""
    from anlan.kernel.flows import Given, When  # noqa: PLC0415  only this test needs them

    if move.by.reads:
        return []
    case, when = pages.flow.model(), When(at, at)
    why: list[str] = move.by(case, None, actor, when, Given())
    if not why or actor.roles or actor.post_id is None:
        return why
    (_case, facts), = look(pages.flow, [case], actor, when)
    return move.by(case, facts, actor, when, Given())


def _opening_page(pages: CasePages, request: HttpRequest, move: Move, form: forms.Form, uid: Any, status: int = 200,
                  kept: Mapping[str, str] = {}) -> HttpResponse:
    alone = pages.register is not None and pages.register.create_alone
    title = str(move.label) if alone else _("%(move)s%(label)s") % {"move": move.label, "label": pages.flow.label}
    return render(request, "registers/form.html", {
        "title": title, "form": form,
        "submit": str(move.label), "cancel_url": f"/desk/{pages.slug}/", "draft": True, "intro": str(move.asks),
        "hidden": {"_uid": str(uid), "_request": str(uuid7()), **kept}, "now": request.at}, status=status)  # type: ignore[attr-defined]


def _go(request: HttpRequest, url: str) -> HttpResponse:
    """To where the sender wished to be, else to the case; htmx is told by a header."""
    wished = request.POST.get("_next", "")
    if wished and url_has_allowed_host_and_scheme(wished, {request.get_host()}, require_https=request.is_secure()):
        url = wished
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def _offer_undo(view: CaseView, move: Move, told: Receipt) -> None:
    """Remember, for the next page of this case, which move takes this one back."""
    session = getattr(view.request, "session", None)
    if session is not None and told.applied:
        back = view.pages.undo.get(move.name)
        if back:
            session[UNDO] = {"uid": str(view.case.uid), "done": str(move.label), "move": back}
        else:
            session.pop(UNDO, None)


def _undo_offer(view: CaseView) -> dict[str, str] | None:
    session = getattr(view.request, "session", None)
    offer = session.get(UNDO) if session is not None else None
    if not offer or offer["uid"] != str(view.case.uid) or view.opened:
        return None
    del session[UNDO]  # type: ignore[union-attr]
    return {"sentence": _("已办理：%(move)s。") % {"move": offer["done"]}, "url": view.pages.address(view.case, offer["move"])}

"""The pages of the first run: its door, one page a step, and the end."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anlan.kernel.door import advance
from anlan.kernel.instance import local_day
from anlan.kernel.models import Parameter
from anlan.kernel.refusals import Refusal
from anlan.patrols import handbook
from anlan.patrols.models import Handbook
from anlan.places import defaults
from anlan.places.words import value_words
from anlan.toolkit.attachments.store import Damaged, Store
from anlan.toolkit.sheets import Fault, SheetLimits
from anlan.toolkit.ui import parts

from . import access, code, grounds, holidays, passwords
from .access import at_setup
from .flow import REF, SETUP
from .forms import BoundaryForm, CodeForm, SheetForm
from .models import FirstRun
from .steps import BY_SLUG, STEPS, Progress, Step, progress
from .tables import Plan

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 200
OVER = "setup_over"


@never_cache
@require_http_methods(["GET", "POST"])
def door(request: HttpRequest) -> HttpResponse:
    """Asks for the code; whoever has said it goes on where the first run was left."""
    if not access.is_open():
        code.spend(access.home())
        if request.session.get(OVER):
            return redirect("setup:over")
        raise Http404
    if access.is_admitted(request):
        return redirect("setup:step", progress(_today(request)).current.slug)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if code.fits(access.home(), form.cleaned_data["code"]):
            access.admit(request)
            _begin(request)
            return redirect("setup:door")
        form.add_error("code", _("代码不对。请看运行 anlan up 的终端，或重新运行一次。"))
    return render(request, "setup/door.html", {"form": form}, status=422 if form.is_bound else 200)


def _begin(request: HttpRequest) -> None:
    """The rules and the week that everything after needs; a second beginning changes nothing."""
    if FirstRun.objects.exists():
        return
    at = request.at  # type: ignore[attr-defined]
    advance(REF, "begin", actor=SETUP, at=at)
    defaults.load(SETUP, at)
    holidays.calendar()


def _today(request: HttpRequest) -> date:
    return local_day(request.at)  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@at_setup
def step(request: HttpRequest, slug: str) -> HttpResponse:
    """One step: what it is for, its template, its upload, and what the check found."""
    on = _today(request)
    now, held = progress(on), BY_SLUG.get(slug)
    if held is None:
        raise Http404
    if now.states[slug] == "ahead":
        return redirect("setup:step", now.current.slug)
    if slug == "rules":
        return _rules(request, held, now)
    form = (BoundaryForm if slug == "boundaries" else SheetForm)(
        request.POST or None, request.FILES or None, initial={"valid_from": on})
    shown: dict[str, Any] = {}
    if request.method == "POST":
        answer = _take(request, held, form)
        if isinstance(answer, HttpResponse):
            return answer
        shown = answer
    return _page(request, held, now, form=form, status=_status(form, shown), **shown)


def _status(form: Any, shown: dict[str, Any]) -> int:
    return 422 if form.is_bound and ((form.errors and not shown) or shown.get("faulty")) else 200


def _take(request: HttpRequest, held: Step, form: Any) -> HttpResponse | dict[str, Any]:
    """Check what was sent; what was checked before and is sent again by its hash is brought in."""
    if request.POST.get("proposal") and held.proposal and held.template:
        data = held.template(_today(request))
        return _judge(request, held, form, data, f"{held.label}.xlsx", _shelf().put(data), save=False)
    if not form.is_valid():
        return {}
    given = form.cleaned_data
    if given["file"]:
        if said := _too_large(given["file"]):
            form.add_error("file", said)
            return {}
        data = given["file"].read()
        return _judge(request, held, form, data, given["file"].name, _shelf().put(data), save=False)
    try:
        return _judge(request, held, form, _shelf().get(given["staged"]), given["name"], given["staged"], save=True)
    except (FileNotFoundError, Damaged):
        form.add_error("file", _("检查过的文件已不在，请重新上传"))
        return {}


def _too_large(upload: UploadedFile) -> str:
    """Before it is read."""
    most, size = SheetLimits().bytes, upload.size or 0
    if size <= most:
        return ""
    return _("“%(name)s”有 %(size)s MB，超过 %(most)s MB，没有读取。请拆成几个文件，或删去图片后再导入。") % {
        "name": upload.name, "size": -(-size // 2**20), "most": most // 2**20}


def _shelf() -> Store:
    return Store(Path(settings.MEDIA_ROOT) / "imports")


def _judge(request: HttpRequest, held: Step, form: Any, data: bytes, name: str, digest: str,
           save: bool) -> HttpResponse | dict[str, Any]:
    at = request.at  # type: ignore[attr-defined]
    if held.run is None:
        given = {k: form.cleaned_data[k] for k in ("datum", "source", "valid_from", "generated")}
        told: Any = grounds.draw(data, given, at, save)
    else:
        told = held.run(data, name, at, save)
    if isinstance(told, Refusal):
        form.is_valid()
        form.add_error("file", list(told.sentences))
        return {}
    if save and not told.faults:
        _shelf().path(digest).unlink(missing_ok=True)
        messages.success(request, _("“%(step)s”已导入。") % {"step": held.label})
        return redirect("setup:step", "people") if held.slug == "people" else redirect("setup:door")
    if held.run is None:
        return _drawn(told, name, digest, given, request.path)
    return {"result": _result(told, name, digest, request.path), "plan": told, "faulty": bool(told.faults),
            "checked": not told.faults}


def _result(plan: Plan, name: str, digest: str, url: str) -> parts.ImportResult:
    commit = None if plan.faults else parts.Move(
        _("导入%(n)s行") % {"n": plan.good}, url, primary=True, posts=True, hidden={"staged": digest, "name": name})
    return parts.ImportResult(name, plan.rows, plan.good, [_fault(f, plan) for f in plan.faults[:SHOWN]], commit,
                              more_faults=max(0, len(plan.faults) - SHOWN))


def _fault(f: Any, plan: Plan) -> parts.ImportFault:
    """A register names the column by its header, the other sheets by letter and header."""
    if isinstance(f, Fault):
        where = _("%(letter)s 列“%(label)s”") % {"letter": f.column, "label": f.label}
        return parts.ImportFault(f.line, where, plan.typed(f), f.sentence)
    return parts.ImportFault(f.line, f.column, f.value, f.sentence)


def _drawn(told: Any, name: str, digest: str, given: dict[str, Any], url: str) -> dict[str, Any]:
    hidden = {"staged": digest, "name": name, "datum": given["datum"], "source": given["source"],
              "valid_from": given["valid_from"].isoformat()} | ({"generated": "on"} if given["generated"] else {})
    commit = None if told.faults else parts.Move(_("登记边界"), url, primary=True, posts=True, hidden=hidden)
    return {"drawn": told, "name": name, "commit": commit, "faults": told.faults[:SHOWN],
            "warnings": told.warnings[:SHOWN], "faulty": bool(told.faults), "checked": not told.faults}


def _page(request: HttpRequest, held: Step, now: Progress, status: int = 200, **shown: Any) -> HttpResponse:
    at = list(BY_SLUG).index(held.slug)
    if held.slug == "people":
        shown |= {"waiting": passwords.waiting().count(), "untouched": passwords.untouched().count(),
                  "batch": passwords.BATCH}
    return render(request, "setup/step.html", {
        "step": held, "number": at + 1, "steps": _steps(now, held), "done": now.done, "total": len(STEPS),
        "state": now.states[held.slug], "current": now.current, "has_template": held.template is not None,
        **shown}, status=status)


def _steps(now: Progress, held: Step) -> list[parts.Step]:
    """What may be opened is a link; the page that is open is the current one."""
    found = []
    for step in STEPS:
        state = now.states[step.slug]
        note = _("以后再办") if state == "skipped" else ""
        label = str(step.label) if state == "ahead" or step is held else format_html(
            '<a href="{}">{}</a>', reverse("setup:step", args=[step.slug]), step.label)
        seen: Any = "current" if step is held else "done" if state in ("done", "skipped") else "ahead"
        found.append(parts.Step(label, seen, note))
    return found


@require_GET
@at_setup
def template(request: HttpRequest, slug: str) -> HttpResponse:
    """The sheet to fill in, with what is known already."""
    held = BY_SLUG.get(slug)
    if held is None or held.template is None:
        raise Http404
    return _download(held.template(_today(request)), f"{held.label}.xlsx")


def _download(data: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=SHEET)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@at_setup
def skip(request: HttpRequest, slug: str) -> HttpResponse:
    """Leave a step for later, where that is possible."""
    held = BY_SLUG.get(slug)
    if held is None or not held.skip or progress(_today(request)).states[slug] != "current":
        raise Http404
    advance(REF, "skip", actor=SETUP, at=request.at, given={"step": slug})  # type: ignore[attr-defined]
    return redirect("setup:door")


@require_POST
@at_setup
def initial_passwords(request: HttpRequest) -> HttpResponse:
    """The sheet of initial passwords, made now and kept nowhere; on request anew for who has not signed in."""
    make = passwords.again if request.POST.get("again") else passwords.issue
    return _download(make(request.at), _("初始密码.xlsx"))  # type: ignore[attr-defined]


def provisional(on: date) -> QuerySet[Parameter]:
    """Rules in force or to come that are not certain."""
    return Parameter.objects.filter(state="active").exclude(confidence="sure").order_by("confidence", "key")


def _rules(request: HttpRequest, held: Step, now: Progress) -> HttpResponse:
    rows = list(provisional(_today(request)))
    if request.method == "POST":
        return _finish(request, len(rows))
    shown = [parts.Setting(label=r.label, value=value_words(r.value, r.key), source=r.source, provisional=True,
                           valid_from=r.valid_from) for r in rows]
    return _page(request, held, now, rules=shown, without_password=passwords.waiting().count())


def _finish(request: HttpRequest, rules: int) -> HttpResponse:
    """Load the handbook, close the first run, and let the code open nothing any more."""
    if passwords.waiting().filter(appointments__post__roles__contains=["sysadmin"]).exists():
        messages.warning(request, _("系统管理员还没有初始密码，请先在“人员和岗位”下载，否则没有人能登录。"))
        return redirect("setup:step", "people")
    if not Handbook.objects.exists():
        handbook.load()
    advance(REF, "finish", actor=SETUP, at=request.at, given={"rules": rules})  # type: ignore[attr-defined]
    code.spend(access.home())
    request.session.flush()
    request.session[OVER] = True
    request.session.set_expiry(3600)
    return redirect("setup:over")


@never_cache
@require_GET
def over(request: HttpRequest) -> HttpResponse:
    """What now stands, and where to sign in."""
    if not request.session.get(OVER):
        return redirect("/")
    book = Handbook.objects.order_by("-version").first()
    return render(request, "setup/over.html", {"book": book, "items": book.items.count() if book else 0})

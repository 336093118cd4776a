"""Pages of the three administrations (三员), each apart: passwords for the system administrator, the table of roles for
the security administrator, the journal for the auditor (GB/T 22239-2019 level 3, 8.1.4 [sure in substance])."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anlan.kernel.actors import SYSTEM
from anlan.kernel.door import record
from anlan.kernel.flows import FLOWS
from anlan.kernel.instance import instance_clock
from anlan.kernel.journal import Verdict, verify
from anlan.kernel.models import Anchor, Entry, Seal
from anlan.kernel.wording import words
from anlan.toolkit.forms import Day
from anlan.toolkit.jobs import Work, job
from anlan.toolkit.jobs.queue import enqueue
from anlan.toolkit.ui import parts

from .access import needs
from .actions import set_password
from .audit import PAGE, Asked, lines_of, page_of
from .models import Credential, Person
from .permits import LABELS, PERMITS
from .roles import Role
from .sign_in import entrance

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike
AT_ONCE = 50_000  # a journal of so many entries is verified while one waits
words("entrance", "verified", gettext_lazy("{who}核验日志：{entries}条，发现{faults}处问题"))


@never_cache
@needs("accounts.edit")
@require_http_methods(["GET", "POST"])
def reset_password(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Give a person a password for one sign-in; it is shown this once and has to be changed at once."""
    person = get_object_or_404(Person, uid=uid, state="active")
    if not person.login_name:
        messages.warning(request, _("%(name)s没有登录名，不能登录") % {"name": person.name})
        return redirect(f"/desk/people/{uid}/")
    shown = ""
    if request.method == "POST":
        shown = once()
        set_password(uid, shown, actor=request.actor, at=request.at)  # type: ignore[attr-defined]
    return render(request, "people/reset_password.html", {"person": person, "password": shown})


def once() -> str:
    """Three groups of four, to be read out and typed."""
    return "-".join("".join(secrets.choice(LETTERS) for _n in range(4)) for _group in range(3))


def account_lines(view: Any) -> str:
    """The panel of a person's page: whether there is a password, and the way to a new one."""
    held = Credential.objects.filter(person_id=view.case.id).first()
    if not view.case.login_name:
        return format_html("<p>{}</p>", _("没有登录名，不能登录。"))
    said = _("还没有密码。") if held is None else (
        _("密码须在下次登录时更换。") if held.must_change else _("密码已由本人设置。"))
    if "accounts.edit" not in view.actor.permits or not view.case.is_active:
        return format_html("<p>{}</p>", said)
    return format_html('<p>{}</p><a class="btn btn-inline" href="{}">{}</a>', said,
                       reverse("people:reset_password", args=[view.case.uid]), _("重置密码"))


@needs("roles.edit", "accounts.edit", "journal.read")
@require_GET
def roles(request: HttpRequest) -> HttpResponse:
    """What each role may do, over all apps."""
    rows = [(role.label, sorted(str(LABELS.get(p, p)) for p in PERMITS.get(role, ()) if p in LABELS)) for role in Role]
    return render(request, "people/roles.html", {"rows": rows})


class JournalForm(forms.Form):
    """What to look for; everything stands in the address."""

    kind = forms.ChoiceField(label=gettext_lazy("类别"), required=False)
    person = forms.CharField(label=gettext_lazy("人员姓名"), max_length=40, required=False)
    since = Day(label=gettext_lazy("自"), required=False)
    until = Day(label=gettext_lazy("至"), required=False)
    before = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("全部")), *sorted(  # type: ignore[attr-defined]
            ((k, str(f.label)) for k, f in FLOWS.items()), key=lambda pair: pair[1])]


@needs("journal.read")
@require_GET
def journal(request: HttpRequest) -> HttpResponse:
    """The journal, newest first, read-only, with the result of the last verification."""
    form = JournalForm(request.GET)
    asked = Asked(**form.cleaned_data) if form.is_valid() else Asked()
    entries = page_of(asked)
    lines = lines_of(entries[:PAGE], request.at)  # type: ignore[attr-defined]
    following = request.GET.copy()
    if len(entries) > PAGE:
        following["before"] = str(entries[PAGE - 1].id)
    return render(request, "people/journal.html", {
        "form": form, "table": _table(lines, "?" + following.urlencode() if len(entries) > PAGE else "",
                                      "?" if asked.before else ""),
        "faults": [e for errors in form.errors.values() for e in errors], "verdict": last_verdict(),
        "now": request.at})  # type: ignore[attr-defined]


def _table(lines: list[parts.Row], following: str, first: str) -> parts.Table:
    columns = (parts.Column(_("内容")), parts.Column(_("时间"), "when"), parts.Column(_("类别")),
               parts.Column(_("封存号"), "number"))
    empty = parts.Empty(_("没有这样的记录"), _("请放宽查找的条件。"))
    return parts.Table(_("日志"), columns, lines, empty, next_url=following, first_url=first)


def last_verdict() -> dict[str, Any] | None:
    """What the newest verification found, and when."""
    found = Entry.objects.filter(kind="entrance", verb="verified").order_by("-id").first()
    return {"at": found.at, **found.data} if found else None


@needs("journal.read")
@require_POST
def verify_journal(request: HttpRequest) -> HttpResponse:
    """Check the whole chain: at once where it is short, in the background where it is long."""
    if (Seal.objects.order_by("-no").values_list("no", flat=True).first() or 0) <= AT_ONCE:
        faults = _noted(verify(), request.actor, request.at)  # type: ignore[attr-defined]
        told = _("核验完成，没有发现问题") if not faults else _("核验完成，发现%(n)s处问题") % {"n": faults}
        (messages.success if not faults else messages.error)(request, told)
    else:
        enqueue("journal_verify", person_id=request.actor.person_id)  # type: ignore[attr-defined]
        messages.info(request, _("日志较长，正在后台核验，完成后结果显示在这里"))
    return redirect(reverse("people:journal"))


@job("journal_verify", label=gettext_lazy("核验日志"))
def verify_later(work: Work) -> dict[str, Any]:
    """The same in the background."""
    return {"faults": _noted(verify(), SYSTEM, instance_clock())}


def _noted(verdict: Verdict, actor: Any, at: datetime) -> int:
    """The result is an entry itself. Returns how many breaks there are."""
    anchored = Anchor.objects.order_by("-id").values_list("at", flat=True).first()
    record(entrance(at), "verified", actor=actor, at=at, data={
        "entries": verdict.entries, "faults": len(verdict.breaks), "vouched_until": verdict.vouched_until,
        "unsealed": verdict.unsealed, "anchored_at": anchored,
        "breaks": [[b.no, b.what] for b in verdict.breaks[:20]]})
    return len(verdict.breaks)



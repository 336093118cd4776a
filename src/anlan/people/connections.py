"""Other systems that come in by the API: their tokens, how one is issued, and the page of each with its end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from anlan.kernel.actors import Actor
from anlan.kernel.folds import end_of
from anlan.kernel.instance import local_day, real_time
from anlan.kernel.refusals import Refusal, Refused
from anlan.toolkit.api import EXPOSED
from anlan.toolkit.formfields import ReferenceField
from anlan.toolkit.forms import Day
from anlan.toolkit.intake.models import ApiToken
from anlan.toolkit.intake.tokens import API_TOKEN, issue_token
from anlan.toolkit.registers import REGISTERS, CasePages, Col, Facts, Trail
from anlan.toolkit.registers.inputs import page_form, resolve, tell_refusal, typed
from anlan.toolkit.ui import parts

from .access import needs
from .models import Post

MOST = 500
LONGEST = timedelta(days=3 * 366)


class IssuingForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("对接系统的名称"), max_length=60)
    post = ReferenceField(label=gettext_lazy("以哪个岗位的身份"), choices_from="posts",
                          help_text=gettext_lazy("它能看到和办理的，不超过这个岗位。"))
    scopes = forms.MultipleChoiceField(label=gettext_lazy("允许做什么"), widget=forms.CheckboxSelectMultiple)
    until = Day(label=gettext_lazy("有效期至"))
    per_minute = forms.IntegerField(label=gettext_lazy("每分钟最多请求数"), min_value=1, max_value=100_000, initial=600)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = list(scopes().items())  # type: ignore[attr-defined]

    def clean_until(self) -> Any:
        until, today = self.cleaned_data["until"], local_day(real_time())
        if until < today:
            raise forms.ValidationError(_("有效期已经过了，请选今天（%(day)s）或以后的日期") % {"day": today})
        if until > today + LONGEST:
            raise forms.ValidationError(_("有效期最长三年，到期可另签新的"))
        return until


def scopes() -> dict[str, str]:
    """Scope → what it allows: reading each register, writing what the API takes."""
    read = {f"{r.slug}:read": _("查看%(label)s") % {"label": r.label} for r in REGISTERS.values()}
    write = {x.scope("write"): _("报送和办理%(label)s") % {"label": x.flow.label} for x in EXPOSED.values()}
    return dict(sorted({**read, **write}.items(), key=lambda pair: (pair[0].endswith(":read"), pair[1])))


def tokens_seen(actor: Actor, at: datetime) -> QuerySet[ApiToken]:
    rows = ApiToken.objects.order_by("-id")
    return rows if actor.system or "tokens.edit" in actor.permits else rows.none()


def post_of(token: ApiToken) -> str:
    post = Post.objects.select_related("organisation").filter(id=token.post_id).first()
    return f"{post.organisation} {post.title}" if post else ""


def allowed_by(token: ApiToken) -> list[str]:
    known = scopes()
    return [known.get(scope, scope) for scope in token.scopes]


CasePages(
    flow=API_TOKEN, slug="tokens", seen_by=tokens_seen, tones={"active": "working", "revoked": "stopped"},
    facts=(Col("name", edit=False), Col("prefix", edit=False), Col("post", label=gettext_lazy("岗位"), read=post_of),
           Col("allowed", label=gettext_lazy("范围"), read=allowed_by), Col("per_minute", edit=False),
           Col("expires_at", edit=False), Col("last_used_at", edit=False)),
    panels=(Facts(), Trail()))


@needs("tokens.edit")
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Every token, the live first."""
    rows = list(tokens_seen(request.actor, request.at).order_by("state", "-id")[:MOST])  # type: ignore[attr-defined]
    return render(request, "people/tokens.html", {"table": _table(rows)})


def _table(rows: list[ApiToken]) -> parts.Table:
    columns = (parts.Column(_("名称")), parts.Column(_("开头")), parts.Column(_("状态")),
               parts.Column(_("有效期至"), "when"), parts.Column(_("最近使用"), "when"))
    lines = [parts.Row((row.name, f"{row.prefix}…", _standing(row), row.expires_at, row.last_used_at or "—"),
                       f"/desk/tokens/{row.uid}/") for row in rows]
    empty = parts.Empty(_("还没有对接的系统"), _("热线、物联网平台等系统要报送事项，先在这里为它签发令牌。"))
    return parts.Table(_("接口令牌"), columns, lines, empty)


def _standing(row: ApiToken) -> str:
    if row.state == "active" and row.expires_at <= real_time():
        return _("已到期")
    return str(API_TOKEN.states(row.state).label)


@never_cache
@needs("tokens.edit")
@require_http_methods(["GET", "POST"])
def issue(request: HttpRequest) -> HttpResponse:
    """A new token; its text is shown this once and kept nowhere."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    if request.method != "POST":
        return render(request, "people/token_issue.html", {"form": page_form(IssuingForm, actor, at)})
    data = typed(IssuingForm, request, [])
    given = dict(data)
    faults = resolve(IssuingForm, given, actor, at)
    told = _issued(given, actor, at) if not faults else Refusal((), tuple((n, tuple(s)) for n, s in faults))
    if isinstance(told, Refusal):
        form = page_form(IssuingForm, actor, at, data=data)
        tell_refusal(form, told, given)
        return render(request, "people/token_issue.html", {"form": form}, status=422)
    text, uid = told
    return render(request, "people/token_issue.html", {"token": text, "name": given["name"], "uid": uid})


def _issued(given: dict[str, Any], actor: Actor, at: datetime) -> tuple[str, Any] | Refusal:
    form = IssuingForm(data=given)
    if not form.is_valid():
        return Refusal((), tuple((n, tuple(map(str, e))) for n, e in form.errors.items()))
    made = form.cleaned_data
    post = Post.objects.filter(uid=made["post"], state="active").first()
    if post is None:
        return Refusal((), (("post", (_("没有找到这个岗位"),)),))
    try:
        return issue_token(name=made["name"], post_id=post.id, scopes=made["scopes"], per_minute=made["per_minute"],
                           expires_at=end_of(made["until"]), actor=actor, at=at)
    except Refused as refused:
        return refused.refusal

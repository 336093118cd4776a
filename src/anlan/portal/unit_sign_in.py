"""The people of units sign in by a code sent to their telephone; the plate at the door is public and only leads here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from anlan.kernel.instance import real_time
from anlan.kernel.refusals import Refusal
from anlan.outgoing.codes import forget_codes, send_code, way_for_codes
from anlan.outgoing.gateways import PhoneForm
from anlan.people import phone_codes, sessions
from anlan.people.middleware import public
from anlan.people.views import next_of

from . import limits, unit_account

HOME = "/unit/"


class NumberForm(PhoneForm):
    phone = forms.CharField(label=lazy("手机号码"), max_length=20, widget=forms.TextInput(
        attrs={"inputmode": "tel", "autocomplete": "tel"}))


class CodeForm(PhoneForm):
    phone = forms.CharField(max_length=20, widget=forms.HiddenInput)
    code = forms.RegexField(r"\A\s*\d{6}\s*\Z", label=lazy("验证码"), error_messages={"invalid": lazy("验证码是6位数字")},
                            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}))


@public
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """GET asks for the number; POST with a number sends a code, with number and code signs in."""
    if request.standing is not None:  # type: ignore[attr-defined]
        return HttpResponseRedirect(next_of(request) or HOME)
    if request.method != "POST":
        return _page(request, NumberForm())
    form: PhoneForm = CodeForm(request.POST) if "code" in request.POST else NumberForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    if seconds := limits.wait_for(request, device=False):
        return _refused(request, form, _("操作太频繁，请过%(n)s秒再试。") % {"n": seconds}, 429)
    return _entered(request, form) if isinstance(form, CodeForm) else _sent(request, form)


def _sent(request: HttpRequest, form: PhoneForm) -> HttpResponse:
    """The same page whether the number is known or not."""
    phone, at = form.cleaned_data["phone"], request.at  # type: ignore[attr-defined]
    if way_for_codes() is None:
        return _refused(request, form, _("这里还没有开通短信，请用登录名和密码登录。"), 422)
    unit_account.open_from_file(phone, at)
    issued = phone_codes.issue(phone, at=at, now=real_time())
    if isinstance(issued, Refusal):
        return _refused(request, form, str(issued), 429)
    if issued.person is not None:
        send_code(issued.person.id, issued.person.name, phone, issued.code, issued.minutes, at=at)
    return _page(request, CodeForm(initial={"phone": phone}), sent=phone, minutes=issued.minutes,
                 shown=issued.code if settings.ANLAN_IS_DEMO and issued.person else "")


def _entered(request: HttpRequest, form: CodeForm) -> HttpResponse:
    given, now = form.cleaned_data, real_time()
    judged = phone_codes.enter(given["phone"], given["code"], limits.address_of(request), at=request.at, now=now)  # type: ignore[attr-defined]
    if isinstance(judged, Refusal):
        return _refused(request, form, str(judged), 422)
    forget_codes(judged.standing.person.id)
    sessions.begin(request, judged, now)
    return HttpResponseRedirect(next_of(request) or HOME)


def _refused(request: HttpRequest, form: PhoneForm, sentence: str, status: int) -> HttpResponse:
    form.add_error(None, sentence)
    return _page(request, form, status=status)


def _page(request: HttpRequest, form: PhoneForm, status: int = 200, **more: Any) -> HttpResponse:
    phone = form.data.get("phone", "") if isinstance(form, CodeForm) and form.is_bound else more.get("sent", "")
    return render(request, "portal/unit_sign_in.html", {
        "form": form, "next": next_of(request), "action": request.path, "phone": phone, "by_code": isinstance(form, CodeForm), **more},
        status=status)

"""Signing in and out, the password, and the choice of a post."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.hashers import check_password
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from anlan.kernel import spaces
from anlan.kernel.actors import Actor
from anlan.kernel.instance import local_day, real_time
from anlan.kernel.refusals import Refusal

from . import sessions, spacing
from .account_forms import PasswordForm, SignInForm
from .actions import set_password
from .middleware import SAFE, public, refuse
from .models import Person
from .passwords import password_faults
from .sign_in import Admission
from .sign_in import sign_in as judge
from .standing import actor_of

HOMES = (("auditor", "/desk/journal/"), ("sysadmin", "/desk/people/"), ("secadmin", "/desk/posts/"),
         ("warden", "/field/"), ("unit", "/unit/"), ("member", "/member/"), ("director", "/desk/morning/"), ("leader", "/desk/morning/"))


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The page to sign in; whoever is signed in already goes on."""
    target = next_of(request)
    if request.standing is not None and request.method in SAFE:  # type: ignore[attr-defined]
        return HttpResponseRedirect(target or home_of(request.actor))  # type: ignore[attr-defined]
    form = SignInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        now = real_time()
        answer = judge(**form.cleaned_data, at=request.at, now=now)  # type: ignore[attr-defined]
        if not isinstance(answer, Refusal):
            return _enter(request, answer, target, now)
        form.add_error(None, str(answer))
    status = 422 if request.method == "POST" else 200
    exercise = getattr(request, "exercise", None)
    return render(request, "people/sign_in.html", {
        "form": form, "next": target, "action": request.path, "exercise": exercise, "offered": None if exercise else spaces.opened(),
        "over": request.GET.get("exercise") == "over"}, status=status)


@public
@require_POST
def enter_exercise(request: HttpRequest) -> HttpResponse:
    """On to the sign-in page of the exercise; whoever is signed in here is so no more."""
    answer = HttpResponseRedirect(reverse("people:sign_in"))
    if spacing.is_inside(request) or not spaces.opened():
        return answer
    request.session.flush()
    return spacing.enter(answer)


@public
@require_POST
def leave_exercise(request: HttpRequest) -> HttpResponse:
    if spacing.is_inside(request):
        request.session.flush()
    return spacing.leave(HttpResponseRedirect(reverse("people:sign_in")))


def _enter(request: HttpRequest, admission: Admission, target: str, now: datetime) -> HttpResponse:
    sessions.begin(request, admission, now)
    actor = actor_of(admission.standing)
    answer = HttpResponseRedirect(reverse("people:password") if admission.must_change else target or home_of(actor))
    answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, admission.standing.person.language, samesite="Lax",
                      secure=settings.SESSION_COOKIE_SECURE)
    return answer


def next_of(request: HttpRequest) -> str:
    """Where to go on: a path of this site, nothing else."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    here = url_has_allowed_host_and_scheme(target, allowed_hosts=None) and target.startswith("/")
    return target if here and not target.startswith(reverse("people:sign_in")) else ""


def home_of(actor: Actor) -> str:
    """The first page of a post: the phone for a warden, the unit's own, else the desk; where no page is, the front."""
    wanted = next((page for role, page in HOMES if role in actor.roles), "/desk/")
    return next((page for page in (wanted, "/desk/") if _exists(page)), "/")


def _exists(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    sessions.end(request)
    messages.info(request, _("已退出登录"))
    return spacing.leave(HttpResponseRedirect(reverse("people:sign_in")))


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; every other session of the person ends."""
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _password_taken(request, form):
        messages.success(request, _("密码已更换，其他设备上的登录都已结束"))
        return HttpResponseRedirect(home_of(request.actor))  # type: ignore[attr-defined]
    must = sessions.held(request.session)["must_change"]  # type: ignore[index]
    return render(request, "people/password.html", {"form": form, "must_change": must, "action": request.path},
                  status=422 if request.method == "POST" else 200)


password.before_change = True  # type: ignore[attr-defined]
sign_out.before_change = True  # type: ignore[attr-defined]


def _password_taken(request: HttpRequest, form: PasswordForm) -> bool:
    person, given = request.standing.person, form.cleaned_data  # type: ignore[attr-defined]
    if not check_password(given["old"], person.credential.password):
        form.add_error("old", _("现在的密码不对"))
        return False
    for sentence in password_faults(given["new"], login_name=person.login_name, name=person.name,
                                    on=local_day(request.at)):  # type: ignore[attr-defined]
        form.add_error("new", sentence)
    if form.errors:
        return False
    set_password(person.uid, given["new"], actor=request.actor, at=request.at, must_change=False)  # type: ignore[attr-defined]
    sessions.renew(request, Person.objects.get(pk=person.pk))
    return True


@require_POST
def choose_post(request: HttpRequest) -> HttpResponse:
    """Act in another of one's posts from here on."""
    wanted = request.POST.get("post", "")
    held = next((h for h in request.standing.usable if str(h.post_uid) == wanted), None)  # type: ignore[attr-defined]
    if held is None:
        return refuse(request, _("您不在这个岗位上，或任期已经结束"), 403)
    sessions.choose_post(request.session, held.post_id)
    messages.success(request, _("现在以“%(post)s”办理") % {"post": held.label})
    return HttpResponseRedirect(home_of(actor_of(request.standing, held.post_id)))  # type: ignore[attr-defined]

"""A member of the Congress reads the published reports with their figures, and what became of the promises."""

from datetime import date
from uuid import uuid4

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.follow import follow_all
from anlan.kernel.instance import real_time
from anlan.kernel.journal import seal_all
from anlan.kernel.refusals import Refused
from anlan.people.models import Credential, Organisation, Person, Post
from anlan.people.testing import NOON, PASSWORD
from anlan.places.actions import open_one
from anlan.places.testing import BEGAN
from anlan.toolkit.jobs.queue import run_due

from .conftest import BEFORE, SIGNATURE, find

pytestmark = pytest.mark.django_db
TEXT = "# 隐患\n本年排查一般隐患{haz-found 本年}起。"


@pytest.fixture
def member(place):
    """As the office makes it: a post with this one role, a person, a term."""
    post = open_one("post", "create", {"title": "区人大代表", "organisation": place.houses["government"].uid, "valid_from": BEGAN},
                    actor=place.actor("sysadmin"), at=NOON)
    advance(Ref("post", post), "set_roles", actor=place.actor("secadmin"), at=NOON, given={"roles": ["member"]})
    person = open_one("person", "register", {"name": "方正", "login_name": "fangzheng"}, actor=place.actor("sysadmin"), at=NOON)
    open_one("appointment", "appoint", {"person": person, "post": post, "since": BEGAN}, actor=place.actor("sysadmin"), at=NOON)
    Credential.objects.create(person=Person.objects.get(uid=person), password=make_password(PASSWORD), set_at=real_time(),
                              must_change=False)
    client = Client()
    assert client.post("/sign-in/", {"login_name": "fangzheng", "password": PASSWORD})["Location"] == "/member/"
    return client


@pytest.fixture
def report(place, restaurant, walk):
    """Signed and frozen, with a promise; not yet published."""
    walk("visit", uuid4(), "drop_in", "warden", NOON, premises=str(restaurant.uid), result="hazards", signer="陈某",
         finds=[find("CY09", before=[BEFORE])], signature=[SIGNATURE])
    seal_all()
    uid = uuid4()
    given = {"title": "应急管理工作报告", "as_of": NOON.date().isoformat()}
    walk("report", uid, "begin", "emergency", NOON, sort="other", **given)
    walk("report", uid, "edit", "emergency", NOON, **given, text=TEXT)
    walk("report", uid, "submit", "emergency", NOON)
    walk("report", uid, "sign", "director", NOON)
    seal_all()
    follow_all()
    run_due()
    walk("commitment", uuid4(), "promise", "emergency", NOON, report=str(uid), source="promise", text="开展燃气专项检查",
         organisation=str(place.houses["gas_department"].uid), due_on=date(2021, 11, 30).isoformat())
    return uid


def test_what_is_published_is_read_with_its_figures_and_promises(member, report, place, walk):
    assert "应急管理工作报告" not in member.get("/member/").content.decode()
    assert member.get(f"/member/reports/{report}/").status_code == 404
    walk("report", report, "publish", "director", NOON)
    home = member.get("/member/").content.decode()
    assert "应急管理工作报告" in home and "开展燃气专项检查" in home and "办理中" in home
    page = member.get(f"/member/reports/{report}/").content.decode()
    assert all(words in page for words in ("排查一般隐患", "1起", "开展燃气专项检查", "区城管局"))
    assert "/desk/" not in home + page


@pytest.mark.parametrize("path", ["/desk/", "/desk/figures/haz-found/", "/desk/reports/", "/desk/dashboard/", "/desk/notices/",
                                  "/desk/organisations/", "/api/v1/hazards", "/field/", "/unit/",
                                  "/papers/00000000-0000-4000-8000-000000000000/"])
def test_nothing_else_is_there(member, path):
    assert member.get(path).status_code == 404


def test_pages_of_members_are_for_members(place):
    client = Client()
    assert client.get("/member/")["Location"].startswith("/sign-in/")
    client.post("/sign-in/", {"login_name": "director", "password": PASSWORD})
    assert client.get("/member/").status_code == 403


def test_a_members_post_has_no_other_role_and_no_ground(place):
    given = {"title": "区人大代表", "organisation": place.houses["government"].uid, "valid_from": BEGAN}
    for more in ({"roles": ["member", "leader"]}, {"roles": ["member"], "area": place.areas["D"].uid}):
        with pytest.raises(Refused, match="人大代表的岗位不能有其他角色，也不负责任何区域"):
            open_one("post", "create", {**given, **more}, actor=SYSTEM, at=NOON)
    post = open_one("post", "create", {**given, "roles": ["member"]}, actor=SYSTEM, at=NOON)
    with pytest.raises(Refused, match="也不负责任何区域"):
        advance(Ref("post", post), "edit", actor=SYSTEM, at=NOON, given={"title": "区人大代表", "area": place.areas["D"].uid})
    assert (Post.objects.get(uid=post).area_id, Organisation.objects.get(code="government").sort) == (None, "department")

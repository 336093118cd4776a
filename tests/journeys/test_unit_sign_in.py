"""A unit's people sign in by a code sent to their telephone: what is sent, what is refused, and that nothing is told of numbers."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.instance import real_time
from anlan.kernel.models import Entry
from anlan.kernel.refusals import Refusal
from anlan.outgoing.actions import allow_gateway
from anlan.outgoing.codes import shown_here, words_of
from anlan.outgoing.flow import GATEWAY
from anlan.outgoing.models import Channel, Kept, Message
from anlan.outgoing.sending import letter_of, post
from anlan.people import phone_codes
from anlan.people.models import Organisation, Person, PhoneCode
from anlan.people.testing import NOON
from anlan.places.actions import open_one
from anlan.portal import limits
from anlan.premises.models import Premises
from anlan.toolkit.intake.rates import Buckets
from tests.journeys.conftest import text_of

pytestmark = pytest.mark.django_db
PAGE = "/unit/sign-in/"


@pytest.fixture(autouse=True)
def rested(monkeypatch, settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    monkeypatch.setattr(limits, "BUCKETS", Buckets())


@pytest.fixture
def sms(place):
    return allow_gateway("sms", "短信平台", {"url": "https://sms.example.gov.cn/send"}, actor=place.actor("sysadmin"), at=NOON)


def asked(phone, **more):
    return Client(**more).post(PAGE, {"phone": phone})


def code_of(message):
    return re.search(r"\d{6}", words_of(message))[0]


def entered(phone, code, client=None, **more):
    return (client or Client(**more)).post(PAGE, {"phone": phone, "code": code})


def test_a_code_comes_by_the_gateway_signs_in_once_and_stands_in_no_text(place, restaurant, sms):
    phone = place.people["unit"].phone
    page = asked(f"+86 {phone[:3]} {phone[3:]}")
    assert "验证码已经发出" in text_of(page) and phone not in text_of(page)
    message = Message.objects.get()
    code = code_of(message)
    assert (message.sort, message.way, message.to_name, message.text) == ("code", "sms", "陈老板", "登录验证码")
    assert letter_of(message) == ("", f"【安澜】登录验证码{code}，5分钟内有效。不是您本人操作的，请不要理会，也不要告诉别人。")
    assert not [e for e in Entry.objects.all() if code in str(e.data)], "the journal does not hold it"
    client = Client()
    done = entered(phone, f" {code} ", client)
    assert (done.status_code, done["Location"]) == (302, "/unit/")
    assert "百瑞景小馆" in text_of(client.get("/unit/"))
    assert "验证码不对或已过期" in text_of(entered(phone, code)), "it is used up"
    left = (Kept.objects.filter(uid=message.uid).exists(), PhoneCode.objects.count(), shown_here(message))
    assert left == (False, 0, "登录验证码已失效。")


def test_the_worker_sends_it_at_once_and_no_notice_goes_out_by_that_channel(place, sms):
    phone = place.people["unit"].phone
    asked(phone)
    asked(phone)
    post(NOON)
    channel = Channel.objects.get()
    assert (channel.state, channel.hint, channel.holder, channel.messages.count()) == ("muted", f"{phone[:3]}****{phone[-4:]}", "陈老板", 2)
    Person.objects.filter(id=place.people["unit"].id).update(phone="13900139000")
    asked("13900139000")
    assert sorted(Channel.objects.values_list("state", "hint")) == [("muted", "139****9000"), ("removed", f"{phone[:3]}****{phone[-4:]}")]


def test_nothing_is_told_of_a_number_and_offices_have_no_such_way_in(place, sms):
    known, unknown, office = (asked(p) for p in (place.people["unit"].phone, "13912345678", place.people["street"].phone))
    pages = [re.sub(r"1\d{2}\*{4}\d{4}|1\d{10}|[A-Za-z0-9]{64}", "", a.content.decode()) for a in (known, unknown, office)]
    assert pages[0] == pages[1] == pages[2]
    assert [m.to_name for m in Message.objects.all()] == ["陈老板"]
    both = place.people["unit2"]
    open_one("appointment", "appoint", {"person": both.uid, "post": place.posts["street2"].uid, "since": NOON.date()},
             actor=place.actor("sysadmin"), at=NOON)
    assert phone_codes.unit_person(both.phone, NOON) is None, "who also holds a post of an office needs the password"


def test_a_code_grows_old_bears_few_tries_and_guesses_lock_who_guesses(place, sms):
    phone, now = place.people["unit"].phone, real_time()
    first = phone_codes.issue(phone, at=NOON, now=now)
    wrong = "000000" if first.code != "000000" else "000001"
    later = {"at": NOON, "now": now + timedelta(minutes=6)}
    assert str(phone_codes.enter(phone, first.code, "10.0.0.1", **later)) == "验证码不对或已过期，请核对，或者再要一个"
    code = phone_codes.issue(phone, at=NOON, now=now).code
    told = [str(phone_codes.enter(phone, wrong, "10.0.0.9", at=NOON, now=now)) for _n in range(5)]
    assert told[3] == "验证码不对或已过期，请核对，或者再要一个" and "15分钟后再试" in told[4]
    assert isinstance(phone_codes.enter(phone, code, "10.0.0.2", at=NOON, now=now), Refusal), "the code bears no more tries"
    fresh = phone_codes.issue(phone, at=NOON, now=now).code
    assert "15分钟后再试" in str(phone_codes.enter(phone, fresh, "10.0.0.9", at=NOON, now=now))
    assert phone_codes.enter(phone, fresh, "10.0.0.2", at=NOON, now=now).standing.person == place.people["unit"], "the owner is spared"


def test_too_many_codes_within_an_hour_are_refused(place, sms):
    phone, now = place.people["unit"].phone, real_time()
    told = [phone_codes.issue(phone, at=NOON, now=now) for _n in range(7)]
    assert [isinstance(t, Refusal) for t in told] == [False] * 6 + [True]
    assert "要的验证码太多，请60分钟后再试" in str(told[-1])
    assert not isinstance(phone_codes.issue(phone, at=NOON, now=now + timedelta(minutes=61)), Refusal)


@pytest.mark.parametrize(("given", "sentence"), [
    ({"phone": "123"}, "这不是能收短信的手机号码"), ({"phone": "02787654321"}, "这不是能收短信的手机号码"),
    ({"phone": "13800138000", "code": "12"}, "验证码是6位数字"), ({"phone": "字"}, "手机号码写法不对")])
def test_what_is_no_number_or_code_is_told_so(place, sms, given, sentence):
    answer = Client().post(PAGE, given)
    assert (answer.status_code, sentence in text_of(answer)) == (422, True)


def test_without_a_gateway_the_page_says_what_to_do(place, sms):
    advance(Ref(GATEWAY.kind, sms), "shut", actor=place.actor("sysadmin"), at=NOON)
    assert "还没有开通短信" in text_of(asked(place.people["unit"].phone))
    assert Message.objects.count() == 0


def test_the_plate_at_the_door_leads_here_and_a_demonstration_shows_the_code(place, restaurant, sms, settings):
    assert f'href="{PAGE}"' in Client().get(f"/public/door/{restaurant.door_token}/").content.decode()
    assert "data-demo-code" not in asked(place.people["unit"].phone).content.decode()
    settings.ANLAN_IS_DEMO = True
    shown = asked(place.people["unit"].phone)
    assert re.search(r"data-demo-code>(\d{6})<", shown.content.decode())[1] == code_of(Message.objects.order_by("-id").first())
    assert "data-demo-code" not in asked("13912345678").content.decode()


def test_whoever_is_signed_in_goes_on_and_the_way_back_is_kept(place, restaurant, sms, sign_in):
    assert sign_in("unit").get(PAGE)["Location"] == "/unit/"
    phone, target = place.people["unit"].phone, f"/unit/premises/{restaurant.uid}/"
    page = Client().post(PAGE, {"phone": phone, "next": target})
    assert f'name="next" value="{target}"' in page.content.decode()
    done = Client().post(PAGE, {"phone": phone, "code": code_of(Message.objects.get()), "next": target})
    assert done["Location"] == target
    assert f"{PAGE}?next=%2Funit%2F" in Client().get("/sign-in/?next=/unit/").content.decode()


# The telephone on the file is enough


def a_shop(place, walk, name="新开面馆", **more):
    given = {"name": name, "place_type": "restaurant", "address": f"中南路{name}", "area": str(place.areas["G111"].uid), **more}
    return Premises.objects.get(uid=open_one("premises", "create", given, actor=place.actor("street"), at=NOON - timedelta(days=30)))


def signed_in(phone):
    """A browser that has asked for a code and entered it."""
    client = Client()
    assert "验证码已经发出" in text_of(client.post(PAGE, {"phone": phone}))
    done = entered(phone, code_of(Message.objects.filter(sort="code").latest("id")), client)
    assert (done.status_code, done["Location"]) == (302, "/unit/")
    return client


def test_whose_telephone_stands_on_the_file_signs_in_without_an_account_and_proves_it_done(place, walk, sms):
    shop = a_shop(place, walk, operator="何老板", operator_phone="13912345678")
    find = {"uid": str(uuid4()), "matter": str(uuid4()), "item": "CY05"}
    walk("visit", uuid4(), "drop_in", "warden", NOON, premises=str(shop.uid), result="hazards", finds=[find],
         signature=["c" * 64], signer="何")
    client = signed_in("13912345678")
    person = Person.objects.get(phone="13912345678")
    assert (person.name, "新开面馆" in text_of(client.get("/unit/"))) == ("何老板", True)
    page = client.get(f"/unit/hazards/{find['uid']}/").content.decode()
    assert f"/unit/hazards/{find['uid']}/self_check/" in page
    assert "百瑞景" not in page
    again = Organisation.objects.count(), Person.objects.count()
    signed_in("13912345678")
    assert (Organisation.objects.count(), Person.objects.count()) == again, "opened once"


def test_a_number_on_no_file_opens_nothing_and_the_page_says_what_to_do(place, restaurant, sms):
    before = Person.objects.count(), Organisation.objects.count()
    page = text_of(asked("13912345678"))
    assert "请他们把您的手机登记到单位档案" in page
    assert (Person.objects.count(), Organisation.objects.count(), Message.objects.count()) == (*before, 0)


def test_a_number_on_one_of_several_units_of_an_owner_opens_none_of_them(place, walk, restaurant, sms):
    walk("premises", restaurant.uid, "edit", "street", NOON, name="百瑞景小馆", place_type="restaurant", address="中南路1号",
         area=str(place.areas["G111"].uid), safety_manager="小工", safety_phone="13912345678")
    a_shop(place, walk, owner=place.houses["restaurant"].uid)
    before = Person.objects.count()
    asked("13912345678")
    assert (Person.objects.count(), Message.objects.count()) == (before, 0)


def test_an_officers_number_on_a_file_opens_no_second_account(place, walk, sms):
    a_shop(place, walk, operator="赵强", operator_phone=place.people["street"].phone)
    before = Person.objects.count()
    asked(place.people["street"].phone)
    assert (Person.objects.count(), Message.objects.count()) == (before, 0)

"""A person sets where notices go; the bureau sets by which ways; nobody sees an address or another's text."""

import pytest
from django.test import Client

from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Entry
from anlan.outgoing.models import Channel, Gateway, Kept, Message, Wishes
from anlan.outgoing.sending import post
from anlan.people.testing import NOON, PASSWORD
from anlan.toolkit.jobs import queue

from .conftest import LATER

pytestmark = pytest.mark.django_db
SECRET = "693aaaa6-7a0c-4bc4-97a0-0ec2sifa5aaa"


@pytest.fixture
def enter(place):
    def sign_in(who: str) -> Client:
        client = Client()
        assert client.post("/sign-in/", {"login_name": who, "password": PASSWORD}).status_code == 302
        return client

    return sign_in


def said(answer) -> str:
    assert answer.status_code in (200, 422), answer
    return answer.content.decode()


def test_a_person_adds_tests_mutes_and_removes_a_channel(place, mail, enter):
    me = enter("street")
    assert "还没有渠道" in said(me.get("/desk/my-notices/"))
    form = f"/desk/my-notices/add/{mail.uid}/"
    assert "发一条测试" in said(me.get(form))
    assert "有效的" in said(me.post(form, {"name": "我的邮箱", "address": "不是邮箱"}))
    assert me.post(form, {"name": "我的邮箱", "address": "zhaoqiang.private@qu.cn"})["Location"] == "/desk/my-notices/"
    box = Channel.objects.get()
    page = said(me.get("/desk/my-notices/"))
    assert "我的邮箱" in page
    assert "z***@qu.cn" in page
    assert me.post(f"/desk/channels/{box.uid}/test").status_code == 302
    post(NOON)
    queue.run_due()
    assert Message.objects.get().state == "unsent"
    assert "演示，未发出" in said(me.get("/desk/messages/"))
    me.post(f"/desk/channels/{box.uid}/mute")
    assert "静音，只发不能关闭的" in said(me.get("/desk/my-notices/"))
    me.post(f"/desk/channels/{box.uid}/remove")
    seal_all()
    follow_all()
    assert (Channel.objects.get().state, Kept.objects.filter(uid=box.uid).exists()) == ("removed", False)
    assert "还没有渠道" in said(me.get("/desk/my-notices/"))


def test_an_address_is_on_no_page_in_no_export_and_in_no_entry(place, enter):
    keeper = enter("sysadmin")
    assert keeper.post("/desk/gateways/add/mail/", {
        "name": "单位邮箱", "host": "smtp.qu.cn", "security": "ssl", "port": "", "sender": "anlan@qu.cn", "user": "anlan",
        "password": "geheim-17"})["Location"] == "/desk/gateways/"
    keeper.post("/desk/gateways/add/wecom/", {"name": "企业微信"})
    mail, wecom = Gateway.objects.get(sort="mail"), Gateway.objects.get(sort="wecom")
    me = enter("street")
    me.post(f"/desk/my-notices/add/{wecom.uid}/", {"name": "我的群", "key": SECRET})
    me.post(f"/desk/my-notices/add/{mail.uid}/", {"name": "邮箱", "address": "zhaoqiang.private@qu.cn"})
    assert Channel.objects.count() == 2
    pages = ["/desk/my-notices/", "/desk/channels/", "/desk/channels/export.csv", "/desk/messages/",
             *(f"/desk/channels/{c.uid}/" for c in Channel.objects.all())]
    kept = ["/desk/gateways/", "/desk/gateways/export.csv", f"/desk/gateways/{mail.uid}/", f"/desk/gateways/{mail.uid}/account/"]
    told = [me.get(p) for p in pages] + [keeper.get(p) for p in kept]
    text = "".join((b"".join(a.streaming_content) if a.streaming else a.content).decode() for a in told)
    text += str(list(Entry.objects.values_list("data", flat=True)))
    assert [word for word in (SECRET, "geheim-17", "zhaoqiang.private") if word in text] == []
    keeper.post(f"/desk/gateways/{mail.uid}/account/", {"host": "mx.qu.cn", "security": "ssl", "sender": "an@qu.cn"})
    mail.refresh_from_db()
    assert (mail.hint, Kept.objects.get(uid=mail.uid).fields["password"]) == ("an@qu.cn mx.qu.cn", "")


def test_a_person_chooses_what_stays_inside_and_when_it_is_quiet(place, enter):
    me = enter("street")
    assert "请填写从几点到几点" in said(me.post("/desk/my-notices/wishes/", {"quiet": "own"}))
    assert not Wishes.objects.exists()
    told = {"stays": ["call", "reminder"], "quiet": "own", "quiet_from": "20:00", "quiet_until": "08:00"}
    assert me.post("/desk/my-notices/wishes/", told).status_code == 302
    mine = Wishes.objects.get()
    assert (mine.person_id, mine.stays, f"{mine.quiet_from:%H:%M}") == (place.people["street"].id, ["call", "reminder"], "20:00")
    me.post("/desk/my-notices/wishes/", {"quiet": "never"})
    mine.refresh_from_db()
    assert (mine.stays, mine.quiet, mine.quiet_from) == ([], "never", None)
    me.post("/desk/my-notices/subscription/")
    page = said(me.get("/desk/my-notices/"))
    assert "您已退订" in page
    assert "不能关闭的：隐患·签发整改指令书、一级呼叫。" in page
    me.post("/desk/my-notices/subscription/")
    mine.refresh_from_db()
    assert mine.state == "on"


def test_who_never_set_anything_may_unsubscribe_at_once(place, enter):
    enter("warden").post("/desk/my-notices/subscription/")
    assert Wishes.objects.get().state == "off"


def test_the_bureau_gives_a_group_robot_to_a_house_and_nobody_else_does(place, mail, enter):
    house = place.houses["street1_office"]
    form = f"/desk/channels/add/{mail.uid}/"
    chief = enter("emergency")
    assert "机构和岗位选一个" in said(chief.post(form, {"name": "公共邮箱", "address": "jd@qu.cn"}))
    assert chief.post(form, {"name": "公共邮箱", "address": "jd@qu.cn", "organisation": str(house.uid)}).status_code == 302
    box = Channel.objects.get()
    assert (box.party_id, box.holder, box.person_id) == (house.id, "东街街道办事处", None)
    street = enter("street")
    assert street.get(form).status_code == 403
    assert street.get("/desk/gateways/add/mail/").status_code == 403
    assert street.get(f"/desk/channels/{box.uid}/").status_code == 200
    assert "渠道由本人维护" in said(street.get(f"/desk/channels/{box.uid}/"))
    assert street.post(f"/desk/channels/{box.uid}/remove").status_code in (403, 409, 422)
    assert enter("gas").get(f"/desk/channels/{box.uid}/").status_code == 404


def test_the_lists_lead_to_what_is_new_whoever_may_add_it(enter):
    chief, street = enter("emergency"), enter("street")
    assert 'href="/desk/gateways/add/">登记外发网关' in said(chief.get("/desk/gateways/"))
    assert 'href="/desk/channels/add/">添加机构的外发渠道' in said(chief.get("/desk/channels/"))
    page = said(street.get("/desk/channels/"))
    assert ('href="/desk/my-notices/">添加我的渠道' in page, "/desk/channels/add/" in page) == (True, False)


def test_ones_messages_are_ones_own_and_the_keeper_sees_states_without_words(place, channel, news, enter):
    channel("street")
    channel("gas")
    news(who="street", rings=True)
    news(who="gas")
    post(NOON)
    post(LATER)
    queue.run_due()
    mine = Message.objects.get(to_name="赵强")
    other = Message.objects.get(to_name="褚亮")
    street, keeper = enter("street"), enter("sysadmin")
    listed = said(street.get("/desk/messages/"))
    assert str(mine.uid) in listed
    assert str(other.uid) not in listed
    assert str(mine.uid) in said(street.get("/desk/messages/?q=一级&state=unsent&way=mail"))
    assert str(mine.uid) not in said(street.get("/desk/messages/?way=sms"))
    sheet = b"".join(street.get("/desk/messages/export.csv").streaming_content).decode()
    assert "【一级】有一条新通知" in sheet
    assert "褚亮" not in sheet
    assert street.get(f"/desk/messages/{other.uid}/").status_code == 404
    assert "【一级】有一条新通知" in said(street.get(f"/desk/messages/{mine.uid}/"))
    states = said(keeper.get("/desk/messages/states/"))
    assert ("赵强" in states, "褚亮" in states, "有一条新通知" in states) == (True, True, False)
    assert "没有符合的消息" in said(keeper.get("/desk/messages/states/?state=sent"))
    found = said(keeper.get("/desk/messages/states/?q=褚"))
    assert ("褚亮" in found, "赵强" in found, "export.csv?q=" in found) == (True, False, True)
    sheet = b"".join(keeper.get("/desk/messages/states/export.csv?q=褚").streaming_content).decode()
    assert ("褚亮" in sheet, "赵强" in sheet, "有一条新通知" in sheet) == (True, False, False)
    assert Entry.objects.filter(kind="book", verb="exported").latest("id").actor_id == place.people["sysadmin"].id
    assert street.get("/desk/messages/states/export.csv").status_code == 403
    assert keeper.get(f"/desk/messages/{mine.uid}/").status_code == 404
    assert street.get("/desk/messages/states/").status_code == 403

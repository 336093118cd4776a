import pytest

from anlan.outgoing.gateways import WAYS, is_deliverable
from anlan.outgoing.models import Sort

MAIL = {"host": "smtp.qu.cn", "security": "ssl", "port": None, "sender": "anlan@qu.cn", "user": "an@qu.cn", "password": "p/w:#"}
SMS = {"url": "https://sms.qu.cn:8443/send?v=1", "token": "Bearer x", "text_field": "content", "phone_field": "mobile"}
KEY = "693aaaa6-7a0c-4bc4-97a0-0ec2sifa5aaa"
GIVEN = [
    ("mail", MAIL, {"address": "zhang@qu.cn"}, "z***@qu.cn"),
    ("sms", SMS, {"phone": "13800138000"}, "138****8000"),
    ("wecom", {}, {"key": KEY}, "…5aaa"),
    ("feishu", {}, {"key": KEY}, "…5aaa"),
    ("dingtalk", {}, {"key": "a" * 64, "secret": "SEC" + "b" * 40}, "…aaaa"),
    ("dingtalk", {}, {"key": "a" * 64, "secret": ""}, "…aaaa"),
    ("hook", SMS, {}, "自建接口"),
]


@pytest.mark.parametrize(("sort", "server", "address", "hint"), GIVEN)
def test_every_way_gives_an_address_that_apprise_takes_and_a_hint_without_a_secret(sort, server, address, hint):
    way = WAYS[sort]
    assert is_deliverable(way.url(server, address))
    assert way.hint(address) == hint
    assert not {"p/w:#", "Bearer x"} & {way.account(server)}


def test_there_is_a_way_for_every_sort():
    assert set(WAYS) == set(Sort.values)


@pytest.mark.parametrize(("sort", "typed", "kept"), [
    ("wecom", f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}", KEY),
    ("feishu", f"https://open.feishu.cn/open-apis/bot/v2/hook/{KEY}", KEY),
    ("dingtalk", f"https://oapi.dingtalk.com/robot/send?access_token={'a' * 64}", "a" * 64),
    ("wecom", KEY, KEY),
    ("wecom", f"https://evil.example/?key={KEY}", None),
    ("wecom", "../../x?y", None),
    ("feishu", "127.0.0.1:22/", None),
])
def test_a_robot_is_named_by_its_key_or_its_whole_address_and_by_no_other_host(sort, typed, kept):
    form = WAYS[sort].address({"key": typed})
    assert form.is_valid() is (kept is not None), form.errors
    assert form.cleaned_data.get("key") == kept


@pytest.mark.parametrize(("typed", "kept"), [("138 0013 8000", "13800138000"), ("+86 13800138000", "13800138000"),
                                             ("027-88936000", None), ("12345", None)])
def test_a_short_message_goes_to_a_mobile_number(typed, kept):
    form = WAYS["sms"].address({"phone": typed})
    assert form.is_valid() is (kept is not None)
    assert form.cleaned_data.get("phone") == kept

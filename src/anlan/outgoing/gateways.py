"""The ways out: what each asks for, what may be shown of it, and the address that Apprise takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import Sort

Fields = Mapping[str, Any]
SECURITY = (("ssl", gettext_lazy("SSL加密")), ("starttls", gettext_lazy("STARTTLS加密")), ("insecure", gettext_lazy("不加密（仅限内网）")))
PORTS = {"ssl": 465, "starttls": 587, "insecure": 25}


def _hidden(label: Any, **more: Any) -> forms.CharField:
    """Typed once and never shown again."""
    return forms.CharField(label=label, max_length=200, widget=forms.PasswordInput(render_value=True, attrs={
        "autocomplete": "off"}), **more)


class NothingForm(forms.Form):
    """The way asks for no account of the bureau: each robot brings its own key."""


class MailServerForm(forms.Form):
    host = forms.RegexField(r"\A[A-Za-z0-9.\-]+\Z", label=gettext_lazy("发信服务器"), max_length=120,
                            help_text=gettext_lazy("SMTP服务器的域名或地址。"))
    security = forms.ChoiceField(label=gettext_lazy("加密方式"), choices=SECURITY)
    port = forms.IntegerField(label=gettext_lazy("端口"), min_value=1, max_value=65535, required=False,
                              help_text=gettext_lazy("不填按加密方式取465、587或25。"))
    sender = forms.EmailField(label=gettext_lazy("发件邮箱"), max_length=120)
    user = forms.CharField(label=gettext_lazy("账号"), max_length=120, required=False)
    password = _hidden(gettext_lazy("密码"), required=False)


class EndpointForm(forms.Form):
    """A gateway that takes JSON by HTTP POST: the SMS platforms of operators and of governments do."""

    url = forms.URLField(label=gettext_lazy("接口地址"), max_length=300, assume_scheme="https")
    token = _hidden(gettext_lazy("令牌"), required=False, help_text=gettext_lazy("随请求放在Authorization里。"))
    text_field = forms.RegexField(r"\A[A-Za-z_]\w{0,39}\Z", label=gettext_lazy("正文字段"), initial="message", required=False)
    phone_field = forms.RegexField(r"\A[A-Za-z_]\w{0,39}\Z", label=gettext_lazy("号码字段"), initial="phone", required=False)


class HookServerForm(EndpointForm):
    phone_field = None  # type: ignore[assignment]


class AddressForm(forms.Form):
    address = forms.EmailField(label=gettext_lazy("邮箱"), max_length=120)


class PhoneForm(forms.Form):
    phone = forms.CharField(label=gettext_lazy("手机号码"), max_length=20)

    def clean_phone(self) -> str:
        try:
            number = phonenumbers.parse(self.cleaned_data["phone"], "CN")
        except phonenumbers.NumberParseException as wrong:
            raise ValidationError(_("手机号码写法不对")) from wrong
        mobile = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
        if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in mobile:
            raise ValidationError(_("这不是能收短信的手机号码"))
        return str(number.national_number)


class RobotForm(forms.Form):
    """What follows key= or /hook/ or access_token= in the robot's webhook address; the whole address is taken too."""

    key = _hidden(gettext_lazy("机器人的密钥"), help_text=gettext_lazy("可以粘贴机器人的整个Webhook地址。"))
    starts: tuple[str, ...] = ()

    def clean_key(self) -> str:
        told = self.cleaned_data["key"].strip()
        if "://" in told:
            told = next((told[len(start):] for start in self.starts if told.startswith(start)), "")
        if not re.fullmatch(r"[A-Za-z0-9_-]{8,100}", told):
            raise ValidationError(_("这不是这种机器人的密钥或Webhook地址"))
        return str(told)


class WecomForm(RobotForm):
    starts = ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=",)


class FeishuForm(RobotForm):
    starts = ("https://open.feishu.cn/open-apis/bot/v2/hook/",)


class DingtalkForm(RobotForm):
    secret = _hidden(gettext_lazy("加签密钥"), required=False, help_text=gettext_lazy("机器人安全设置选“加签”的，填SEC开头的密钥。"))
    starts = ("https://oapi.dingtalk.com/robot/send?access_token=",)

    def clean_secret(self) -> str:
        told = self.cleaned_data["secret"].strip()
        if told and not re.fullmatch(r"[A-Za-z0-9]{8,100}", told):
            raise ValidationError(_("加签密钥写法不对"))
        return str(told)


@dataclass(frozen=True)
class Way:
    """server: what the bureau gives once; address: what each channel gives; url: what Apprise takes of both.

    personal: a person may have one of her own; else only a post or an organisation.
    """

    server: type[forms.Form]
    address: type[forms.Form]
    url: Callable[[Fields, Fields], str]
    hint: Callable[[Fields], str]
    account: Callable[[Fields], str] = lambda server: ""
    personal: bool = True


def _mail(server: Fields, to: Fields) -> str:
    scheme = "mailto" if server["security"] == "insecure" else "mailtos"
    login = f"{quote(server['user'], safe='')}:{quote(server.get('password') or '', safe='')}@" if server.get("user") else ""
    asked = urlencode({"from": server["sender"], "to": to["address"], "mode": server["security"], "smtp": server["host"]}, quote_via=quote)
    return f"{scheme}://{login}{server['host']}:{server.get('port') or PORTS[server['security']]}/?{asked}"


def _json(server: Fields, to: Fields) -> str:
    parts = urlsplit(server["url"])
    asked = {}
    if server.get("token"):
        asked["+Authorization"] = server["token"]
    if server.get("text_field") and server["text_field"] != "message":
        asked[":message"] = server["text_field"]
    if "phone" in to:
        asked[f":{server.get('phone_field') or 'phone'}"] = to["phone"]
    scheme = "jsons" if parts.scheme == "https" else "json"
    return f"{scheme}://{parts.netloc}{parts.path or '/'}?{urlencode(asked, quote_via=quote)}"


def _tail(key: str) -> str:
    return f"…{key[-4:]}"


def _masked_mail(to: Fields) -> str:
    name, _at, host = to["address"].partition("@")
    return f"{name[:1]}***@{host}"


WAYS: dict[str, Way] = {
    Sort.MAIL: Way(MailServerForm, AddressForm, _mail, _masked_mail, lambda s: f"{s['sender']} {s['host']}"),
    Sort.SMS: Way(EndpointForm, PhoneForm, _json, lambda to: f"{to['phone'][:3]}****{to['phone'][-4:]}",
                  lambda s: urlsplit(s["url"]).hostname or ""),
    Sort.WECOM: Way(NothingForm, WecomForm, lambda s, to: f"wecombot://{to['key']}/", lambda to: _tail(to["key"])),
    Sort.FEISHU: Way(NothingForm, FeishuForm, lambda s, to: f"feishu://{to['key']}/", lambda to: _tail(to["key"])),
    Sort.DINGTALK: Way(NothingForm, DingtalkForm, lambda s, to: "dingtalk://" + (f"{to['secret']}@" if to.get("secret") else "")
                       + f"{to['key']}/", lambda to: _tail(to["key"])),
    Sort.HOOK: Way(HookServerForm, NothingForm, _json, lambda to: _("自建接口"), lambda s: urlsplit(s["url"]).hostname or "",
                   personal=False),
}


def key_is_lost() -> str:
    return _("账号或地址读不出来：密钥文件outgoing.key不是保存它们时的那一份。请找回密钥，或重新填写。")


def is_deliverable(url: str) -> bool:
    """Whether Apprise takes the address."""
    import apprise  # noqa: PLC0415  half a second, for the few who add a channel

    return apprise.Apprise.instantiate(url, suppress_exceptions=True) is not None

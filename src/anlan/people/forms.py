"""Inputs of the moves on organisations, posts, people and terms."""

from __future__ import annotations

import re
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.choices import CallableChoiceIterator
from django.utils.translation import gettext_lazy as _

from anlan.kernel.models import Calendar
from anlan.places.forms import DayField, ReasonForm
from anlan.toolkit.formfields import HashesField, ReferenceField
from anlan.toolkit.forms import TextLine

from .models import Sort
from .roles import LICENCE_SORTS, Role

__all__ = ["ReasonForm"]
WHOLE = phonenumbers.ValidationResult.IS_POSSIBLE  # with its area code, and long enough
LOGIN_NAME = re.compile(r"^[a-z][a-z0-9_.-]{1,39}\Z")
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]


def calendar_choices() -> list[tuple[str, Any]]:
    """Asked only where the list is drawn."""
    return [("", _("（未选）")), *Calendar.objects.order_by("id").values_list("code", "name")]


class PhoneField(forms.CharField):
    """A Chinese mobile or landline number, kept in its plain national form."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text or re.fullmatch(r"1[0-9]{2,4}", text):
            return text
        try:
            number = phonenumbers.parse(text, "CN")
        except phonenumbers.NumberParseException:
            number = None
        if number is None or phonenumbers.is_possible_number_with_reason(number) != WHOLE:
            raise ValidationError(_("“%(text)s”不是电话号码，请写手机号，或带区号的座机号"), params={"text": text[:30]})
        return _plain(number)


def _plain(number: phonenumbers.PhoneNumber) -> str:
    if number.country_code != 86:
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    text = str(number.national_number)
    if len(text) == 11 and text.startswith("1"):
        return text
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL).replace(" ", "-")


class TermForm(forms.Form):
    """since and until, both days included."""

    since = DayField(label=_("自"))
    until = DayField(label=_("至"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            self.add_error("until", _("截止日期不能早于开始日期"))
        return given


class UseForm(forms.Form):
    """valid_from and valid_to; the last is the first day out of use."""

    valid_from = DayField(label=_("启用日期"))
    valid_to = DayField(label=_("停用日期"), required=False)


class EditOrganisationForm(forms.Form):
    name = TextLine(label=_("名称"), max_length=80)
    parent = ReferenceField(choices_from="organisations", label=_("上级机构"), required=False)
    lead = ReferenceField(choices_from="organisations", label=_("牵头部门"), required=False)
    area = ReferenceField(choices_from="areas", label=_("区域"))
    covers = TextLine(label=_("职责范围"), max_length=200, required=False)
    chair = TextLine(label=_("负责人"), max_length=60, required=False)
    phone = PhoneField(label=_("值班电话"), required=False)


class CreateOrganisationForm(EditOrganisationForm, UseForm):
    field_order = ("code", "name", "sort", "area", "parent")
    code = forms.RegexField(r"^[0-9A-Za-z_-]{1,40}$", label=_("机构代码"), error_messages={
        "invalid": _("机构代码只用数字、字母和横线，最多40位")})
    sort = forms.ChoiceField(label=_("类别"), choices=Sort.choices)


class EndUseForm(forms.Form):
    valid_to = DayField(label=_("停用日期"))


class EditPostForm(forms.Form):
    title = TextLine(label=_("岗位名称"), max_length=60)
    area = ReferenceField(choices_from="areas", label=_("责任区域"), required=False)
    duty_phone = PhoneField(label=_("值班电话"), required=False)
    hours = forms.CharField(label=_("工作时间"), max_length=20, required=False,
                            widget=forms.Select(choices=CallableChoiceIterator(calendar_choices)))
    deputy = ReferenceField(choices_from="posts", label=_("副岗"), required=False)


class CreatePostForm(EditPostForm, UseForm):
    field_order = ("organisation", "title", "area", "duty_phone", "hours", "deputy", "valid_from", "valid_to", "roles")
    organisation = ReferenceField(choices_from="organisations", label=_("所在机构"))
    roles = forms.MultipleChoiceField(label=_("角色"), choices=Role.choices, required=False,
                                      widget=forms.CheckboxSelectMultiple)


class RolesForm(forms.Form):
    roles = forms.MultipleChoiceField(label=_("角色"), choices=Role.choices, required=False,
                                      widget=forms.CheckboxSelectMultiple)


class EditPersonForm(forms.Form):
    name = TextLine(label=_("姓名"), max_length=40)
    phone = PhoneField(label=_("手机"), required=False)
    language = forms.ChoiceField(label=_("界面语言"), choices=LANGUAGES, required=False)


class RegisterPersonForm(EditPersonForm):
    field_order = ("name", "login_name", "phone")
    login_name = forms.RegexField(LOGIN_NAME, label=_("登录名"), required=False, error_messages={
        "invalid": _("登录名以小写字母开头，只用小写字母、数字、点、横线，2至40位")})


class AppointForm(TermForm):
    field_order = ("person", "post")
    person = ReferenceField(choices_from="people", label=_("人员"))
    post = ReferenceField(choices_from="posts", label=_("岗位"))


class EndTermForm(forms.Form):
    until = DayField(label=_("最后一天"))


class LicenceForm(TermForm):
    field_order = ("person", "sort", "number", "issuer")
    person = ReferenceField(choices_from="people", label=_("人员"))
    sort = forms.ChoiceField(label=_("证件种类"), choices=LICENCE_SORTS)
    number = TextLine(label=_("证件编号"), max_length=40)
    issuer = TextLine(label=_("发证机关"), max_length=80)


class DelegationForm(TermForm):
    field_order = ("from_post", "to_post", "to_person")
    from_post = ReferenceField(choices_from="posts", label=_("被代理岗位"))
    to_post = ReferenceField(choices_from="posts", label=_("代理岗位"), required=False)
    to_person = ReferenceField(choices_from="people", label=_("代理人"), required=False)
    reason = forms.CharField(label=_("原因"), max_length=200)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if bool(given.get("to_post")) == bool(given.get("to_person")):
            raise ValidationError(_("请在代理岗位和代理人之间选一个"))
        return given


class EntrustmentForm(TermForm):
    field_order = ("department", "street_office", "number", "scope")
    department = ReferenceField(choices_from="organisations", label=_("委托机关"))
    street_office = ReferenceField(choices_from="organisations", label=_("受委托街道"))
    number = TextLine(label=_("委托书编号"), max_length=60)
    scope = TextLine(label=_("委托范围"), max_length=300)
    scan = HashesField(label=_("委托书扫描件"), least=1, most=1, role="scan", error_messages={
        "required": _("请上传委托书扫描件"), "few": _("请上传委托书扫描件")})

"""Inputs of listed supervision."""

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.toolkit.formfields import HashesField, ReferenceField, TextField

from .listing_models import ListingLevel

WHOLE_DAYS = {"min_value": 1, "max_value": 3650}


class ListingForm(forms.Form):
    """What is left empty follows from the hazard: its wording, its trade's department and committee."""

    reason = TextField(label=_("提请理由"), max_length=500)
    level = forms.ChoiceField(label=_("督办级别"), choices=ListingLevel.choices, initial=ListingLevel.DISTRICT)
    batch = forms.IntegerField(label=_("年度批次"), min_value=1, max_value=99, required=False, help_text=_("本年度第几批"))
    days = forms.IntegerField(label=_("督办期限（天）"), required=False, **WHOLE_DAYS)
    what = TextField(label=_("隐患情况（公开表述）"), max_length=500, required=False,
                     help_text=_("会向社会公开，不写个人信息；不填即用隐患台账的表述。"))
    demand = TextField(label=_("督办要求"), max_length=1000, required=False, help_text=_("不填即用指令书的整改要求。"))
    department = ReferenceField(label=_("督办部门"), choices_from="organisations", required=False,
                                help_text=_("不填即为行业主管部门。"))
    committee = ReferenceField(label=_("督办委员会"), choices_from="organisations", required=False,
                               help_text=_("不填即为该部门牵头的专业委员会。"))
    leader = ReferenceField(label=_("督办区领导（岗位）"), choices_from="posts", required=False)


class ApproveForm(forms.Form):
    days = forms.IntegerField(label=_("督办期限（天）"), required=False, help_text=_("不填即同意提请的期限。"), **WHOLE_DAYS)


class EndForm(forms.Form):
    reason = TextField(label=_("理由"), max_length=500)


class PublishForm(forms.Form):
    media = forms.CharField(label=_("公布媒体"), max_length=120, help_text=_("销号时须在同一媒体公布。"))


class ProgressForm(forms.Form):
    text = TextField(label=_("本月进展"), max_length=1000)
    percent = forms.IntegerField(label=_("完成比例（%）"), min_value=0, max_value=100)
    photos = HashesField(label=_("照片"), required=False, most=9, role="progress")


class CheckForm(forms.Form):
    text = TextField(label=_("现场核查情况"), max_length=1000)
    photos = HashesField(label=_("照片"), required=False, most=9, role="progress")


class AskExtensionForm(forms.Form):
    days = forms.IntegerField(label=_("申请延长天数"), **WHOLE_DAYS)
    reason = TextField(label=_("延期理由"), max_length=500)


class GrantExtensionForm(forms.Form):
    days = forms.IntegerField(label=_("批准延长天数"), required=False, help_text=_("不填即同意申请的天数。"), **WHOLE_DAYS)


class TeamForm(forms.Form):
    """At least two officers and an expert."""

    first = ReferenceField(label=_("复查人员（一）"), choices_from="people")
    second = ReferenceField(label=_("复查人员（二）"), choices_from="people")
    third = ReferenceField(label=_("复查人员（三）"), choices_from="people", required=False)
    expert = ReferenceField(label=_("专家"), choices_from="people")


class OpinionForm(forms.Form):
    verdict = forms.ChoiceField(label=_("复查结论"), choices=[("passed", _("合格")), ("failed", _("不合格"))],
                                widget=forms.RadioSelect)
    opinion = TextField(label=_("复查意见"), max_length=1000)
    photos = HashesField(label=_("复查照片"), required=False, most=9, role="review")


class FailForm(forms.Form):
    days = forms.IntegerField(label=_("重新整改期限（天）"), min_value=0, max_value=90)
    reason = TextField(label=_("不合格的理由"), max_length=500)


class EscalateForm(forms.Form):
    level = forms.ChoiceField(label=_("提级为"), choices=[c for c in ListingLevel.choices if c[0] != ListingLevel.DISTRICT])
    reason = TextField(label=_("提级理由"), max_length=500)

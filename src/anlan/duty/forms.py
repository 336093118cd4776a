from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.toolkit.formfields import ReferenceField, TextField, UidListField

from .models import Place, Way

FEW = forms.Textarea({"rows": 3})
DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class PoolsForm(forms.Form):
    """Who takes turns. The places that nobody is named for stay empty, and a roster with empty places is not published."""

    leaders = UidListField(label=_("带班领导"))
    mains = UidListField(label=_("主班"))
    assistants = UidListField(label=_("副班"), required=False)


class DrawUpForm(PoolsForm):
    field_order = ("month", "leaders", "mains", "assistants")
    month = forms.DateField(label=_("月份（第一天）"), widget=DAY)


class ShiftForm(forms.Form):
    day = forms.DateField(label=_("值班日"), widget=DAY)
    leader = forms.UUIDField(label=_("带班领导"))
    main = forms.UUIDField(label=_("主班"), required=False)
    assistant = forms.UUIDField(label=_("副班"), required=False)


class ReasonForm(forms.Form):
    answer = forms.CharField(label=_("理由"), max_length=200, min_length=2)


class AskSwapForm(forms.Form):
    """back_day: the shift of the same place that one takes in return."""

    roster = forms.UUIDField(label=_("值班表"), widget=forms.HiddenInput)
    day = forms.DateField(label=_("要换出的值班日"), widget=DAY)
    taker = forms.UUIDField(label=_("请谁接班"))
    back_day = forms.DateField(label=_("换回的值班日"), required=False, widget=DAY, help_text=_("请对方代值、不换回的，留空。"))
    why = forms.CharField(label=_("事由"), max_length=200, min_length=2)


class LogForm(forms.Form):
    """In the order in which a telephone call goes."""

    way = forms.ChoiceField(label=_("来电或去电"), choices=Way.choices, initial=Way.IN)
    called_at = forms.DateTimeField(label=_("通话时间"), required=False, help_text=_("不填就是现在。"))
    number = forms.CharField(label=_("对方号码"), max_length=30, required=False, widget=forms.TextInput({"inputmode": "tel"}))
    caller = forms.CharField(label=_("对方姓名"), max_length=40, required=False)
    unit = forms.CharField(label=_("对方单位"), max_length=80, required=False)
    what = TextField(label=_("事由"), max_length=1000, widget=FEW)
    action = TextField(label=_("处理情况"), max_length=1000, required=False, widget=FEW)
    to_whom = forms.CharField(label=_("转告何人"), max_length=120, required=False)
    done = forms.BooleanField(label=_("已处理完"), required=False)


class FollowUpForm(forms.Form):
    action = TextField(label=_("处理情况"), max_length=1000, widget=FEW)
    to_whom = forms.CharField(label=_("转告何人"), max_length=120, required=False)


class HandOverForm(forms.Form):
    equipment = forms.CharField(label=_("设备状况"), max_length=300, initial=_("电话、传真、电台、网络正常"))
    keyring = forms.CharField(label=_("钥匙和印章"), max_length=300, initial=_("齐全"))
    warnings = forms.CharField(label=_("生效的预警"), max_length=300, required=False, help_text=_("没有就留空。"))
    note = TextField(label=_("交代事项"), max_length=2000, required=False, widget=FEW)


class HandoverNoteForm(forms.Form):
    text = TextField(label=_("哪一处要更正、应当是什么"), max_length=1000, widget=FEW)


class AnswerForm(forms.Form):
    answer = TextField(label=_("不同意的理由"), max_length=300, widget=FEW)


class WeatherForm(forms.Form):
    weather = forms.CharField(label=_("天气"), max_length=200, min_length=2)


class SwapIn(forms.Form):
    """What an approved swap tells the roster."""

    place = forms.ChoiceField(choices=Place.choices)
    day = forms.DateField()
    back_day = forms.DateField(required=False)
    giver = forms.IntegerField()
    taker = forms.IntegerField()


class MatterForm(forms.Form):
    matter = ReferenceField(label=_("事项"), choices_from="matters")

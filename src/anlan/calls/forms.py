from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.matters.informants import KeepsQuiet, SealedField, SealedPhone
from anlan.toolkit.formfields import HashesField, ReferenceField, TextField, UidListField

from .models import Level, Outcome, Priority, Reason, Trade

FEW = forms.Textarea({"rows": 3})
SAID = (Reason.POWER, Reason.MONEY, Reason.FORCE, Reason.CROSS_AREA, Reason.OVERDUE, Reason.BY_LAW, Reason.URGENT)
OPTIONAL = [("", _("（按事项自动确定）"))]
STARS = [(n, "★" * n) for n in range(5, 0, -1)]


class RingForm(forms.Form):
    """A call one rung up. What is left open follows from the matter: the rung, the lead department, the kind of work."""

    matter = ReferenceField(label=_("事项"), choices_from="matters")
    hazard = ReferenceField(label=_("隐患"), required=False, choices_from="hazards")
    goal = TextField(label=_("请对方做什么"), max_length=1000, widget=FEW)
    priority = forms.ChoiceField(label=_("紧急程度"), choices=Priority.choices, initial=Priority.P3)
    reason = forms.ChoiceField(label=_("呼叫原因"), choices=[(r.value, r.label) for r in (*SAID, Reason.REQUEST)])
    tried = TextField(label=_("本级已采取的措施"), max_length=1000, required=False, widget=FEW)
    trade = forms.ChoiceField(label=_("行业类别"), choices=[*OPTIONAL, *Trade.choices], required=False)
    to_level = forms.ChoiceField(label=_("呼叫哪一级"), choices=[*OPTIONAL, *Level.choices[1:]], required=False)
    department = ReferenceField(label=_("点名部门"), required=False, choices_from="organisations")
    assistants = UidListField(label=_("协办方"), required=False)
    wanted = forms.CharField(label=_("需要的人员"), max_length=200, required=False)
    meet_at = forms.DateTimeField(label=_("报到时间"), required=False)
    meet_place = forms.CharField(label=_("报到地点"), max_length=200, required=False)
    photos = HashesField(label=_("照片"), required=False, most=9, role="before")
    lower = forms.UUIDField(label=_("正在办理的呼叫"), required=False)
    on_behalf = forms.BooleanField(label=_("代来电居民呼叫"), required=False)


class RingPageForm(RingForm):
    """The same on its page, which knows the matter already and lists the bodies itself."""

    matter = forms.UUIDField(widget=forms.HiddenInput)
    hazard = forms.UUIDField(required=False, widget=forms.HiddenInput)
    lower = forms.UUIDField(required=False, widget=forms.HiddenInput)
    department = forms.UUIDField(label=_("点名部门"), required=False)


class ReplyForm(forms.Form):
    progress = TextField(label=_("进展"), max_length=1000, widget=FEW)
    photos = HashesField(label=_("照片"), required=False, most=9, role="scene")


class FinishForm(forms.Form):
    """finding: what was found and done, agreed by all who took part (会商意见)."""

    result = forms.ChoiceField(label=_("结果"), choices=Outcome.choices)
    finding = TextField(label=_("办理情况和会商意见"), max_length=2000, widget=FEW)
    photos = HashesField(label=_("处理后照片"), required=False, most=9, role="after")


class CloseForm(forms.Form):
    response_stars = forms.TypedChoiceField(label=_("响应是否及时"), choices=STARS, coerce=int)
    result_stars = forms.TypedChoiceField(label=_("结果是否满意"), choices=STARS, coerce=int)
    solved = forms.TypedChoiceField(label=_("问题是否解决"), choices=[("yes", _("已解决")), ("no", _("没有解决"))])
    comment = forms.CharField(label=_("评价"), max_length=500, required=False, widget=FEW)


class ReasonForm(forms.Form):
    reason_text = TextField(label=_("理由"), max_length=500, widget=FEW)


class ResendForm(forms.Form):
    answer = TextField(label=_("对退回理由的说明"), max_length=500, widget=FEW)
    trade = forms.ChoiceField(label=_("改按行业类别"), choices=[*OPTIONAL, *Trade.choices], required=False)
    department = ReferenceField(label=_("改派部门"), required=False, choices_from="organisations")


class CallHigherForm(forms.Form):
    reason = forms.ChoiceField(label=_("呼叫原因"), choices=[(r.value, r.label) for r in SAID], initial=Reason.OVERDUE)
    goal = TextField(label=_("请上一级做什么"), max_length=1000, widget=FEW)


class InviteForm(forms.Form):
    organisation = ReferenceField(label=_("协办方"), choices_from="organisations")
    why = forms.CharField(label=_("协办事由"), max_length=200)


class ReportForm(KeepsQuiet):
    """Somebody else reports the same: kept, and told like the first."""

    what = TextField(label=_("来电内容"), max_length=1000, widget=FEW)
    reporter_name = SealedField(label=_("上报人"), max_length=40, required=False)
    reporter_phone = SealedPhone(label=_("联系电话"), max_length=20, required=False)


class MergeForm(forms.Form):
    """The call about the same thing that leads."""

    lead = forms.UUIDField(label=_("并入哪次呼叫"))


class ComeForm(forms.Form):
    people = forms.CharField(label=_("到场人员"), max_length=200)


class LeaveForm(forms.Form):
    did = TextField(label=_("参与情况"), max_length=1000, widget=FEW)


class PhoneForm(KeepsQuiet):
    """A caller on the phone: in the order in which one asks."""

    reporter_phone = SealedPhone(label=_("来电号码"), max_length=20, required=False,
                                     widget=forms.TextInput({"autofocus": True, "inputmode": "tel", "autocomplete": "off"}))
    reporter_name = SealedField(label=_("来电人"), max_length=40, required=False)
    what = TextField(label=_("什么事"), max_length=1000, widget=FEW)
    premises = ReferenceField(label=_("单位"), required=False, choices_from="premises")
    area = ReferenceField(label=_("所在区域"), required=False, choices_from="areas")
    place = forms.CharField(label=_("详细地点"), max_length=200, required=False)
    priority = forms.ChoiceField(label=_("紧急程度"), choices=Priority.choices, widget=forms.RadioSelect)
    trade = forms.ChoiceField(label=_("行业类别"), choices=[*OPTIONAL, *Trade.choices], required=False)
    to_level = forms.ChoiceField(label=_("呼叫哪一级"), choices=[*OPTIONAL, *Level.choices[1:]], required=False)

    def clean(self) -> dict:
        given = super().clean()
        if not given.get("premises") and not given.get("area") and "area" not in self.errors and "premises" not in self.errors:
            self.add_error("area", _("请选择单位或区域"))
        return given


def call_on_behalf(given, matter_uid) -> dict:
    """What the phone page's call is opened with: on the caller's behalf, to the rung asked for or the nearest one."""
    return {"matter": str(matter_uid), "goal": given["what"], "priority": given["priority"], "reason": Reason.REQUEST.value,
            "on_behalf": True, **{k: given[k] for k in ("trade", "to_level") if given.get(k)}}

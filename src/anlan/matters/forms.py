from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.toolkit.formfields import HashesField, ReferenceField, TextField

from .informants import KeepsQuiet, SealedField, SealedPhone
from .models import Channel, Sort


class MatterForm(KeepsQuiet):
    """What anyone may report. The place is a unit, or a grid, or a point: one of the three is enough."""

    what = TextField(label=_("发生了什么"), max_length=2000)
    premises = ReferenceField(label=_("单位"), required=False, choices_from="premises")
    area = ReferenceField(label=_("所在区域"), required=False, choices_from="areas")
    place = forms.CharField(label=_("地点"), max_length=200, required=False)
    lon = forms.FloatField(label=_("经度"), required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("纬度"), required=False, min_value=-90, max_value=90)
    photos = HashesField(label=_("照片"), required=False, most=9)
    voice = HashesField(label=_("语音说明"), required=False, most=1, role="voice")
    channel = forms.ChoiceField(label=_("渠道"), choices=Channel.choices, required=False)
    reporter_name = SealedField(label=_("上报人"), max_length=40, required=False)
    reporter_phone = SealedPhone(label=_("联系电话"), max_length=20, required=False)

    def clean(self) -> dict:
        given = super().clean()
        if (given.get("lon") is None) != (given.get("lat") is None):
            self.add_error("lat", _("经度和纬度要同时填写"))
        placed = given.get("premises") or given.get("area") or given.get("lon") is not None
        if not placed and not self.errors:
            self.add_error("area", _("请选择单位、区域，或在地图上点一个位置"))
        return given


class AnswerForm(forms.Form):
    answer = TextField(label=_("答复"))


class ReasonForm(forms.Form):
    reason = TextField(label=_("理由"), max_length=500)


STARS = [(n, "★" * n) for n in range(5, 0, -1)]
FEW = forms.Textarea({"rows": 3})


class ReportForm(KeepsQuiet):
    """What a resident sends: a kind, a place, and words or a photo. urgent: it reads like an emergency."""

    sort = forms.ChoiceField(label=_("是什么情况"), choices=Sort.choices)
    what = TextField(label=_("补充说明"), max_length=500, required=False)
    premises = ReferenceField(label=_("单位"), required=False, choices_from="premises")
    area = ReferenceField(label=_("所在区域"), choices_from="areas")
    place = forms.CharField(label=_("地点"), max_length=200, required=False)
    lon = forms.FloatField(label=_("经度"), required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("纬度"), required=False, min_value=-85, max_value=85)
    photos = HashesField(label=_("照片"), required=False, most=3)
    urgent = forms.BooleanField(label=_("紧急"), required=False)
    reporter_phone = SealedPhone(label=_("联系电话"), max_length=20, required=False)


class JoinForm(KeepsQuiet):
    """The same seen by somebody else; her words stay in the trail."""

    what = TextField(label=_("补充说明"), max_length=500, required=False)
    photos = HashesField(label=_("照片"), required=False, most=3)
    reporter_phone = SealedPhone(label=_("联系电话"), max_length=20, required=False)


class RateForm(forms.Form):
    stars = forms.TypedChoiceField(label=_("您满意吗"), choices=STARS, coerce=int)
    solved = forms.TypedChoiceField(label=_("问题是否解决"), choices=[("yes", _("已解决")), ("no", _("没有解决"))])
    comment = forms.CharField(label=_("评价"), max_length=500, required=False, widget=FEW)


class AgainForm(forms.Form):
    reason = TextField(label=_("哪里没有解决"), max_length=500, widget=FEW)

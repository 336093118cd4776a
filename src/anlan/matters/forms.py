from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.toolkit.formfields import HashesField, ReferenceField, TextField

from .models import Channel


class MatterForm(forms.Form):
    """What anyone may report. The place is a unit, or a grid, or a point: one of the three is enough."""

    what = TextField(label=_("发生了什么"), max_length=2000)
    premises = ReferenceField(label=_("单位"), required=False, choices_from="premises")
    area = ReferenceField(label=_("所在区域"), required=False, choices_from="areas")
    place = forms.CharField(label=_("地点"), max_length=200, required=False)
    lon = forms.FloatField(label=_("经度"), required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("纬度"), required=False, min_value=-90, max_value=90)
    photos = HashesField(label=_("照片"), required=False, most=9)
    channel = forms.ChoiceField(label=_("渠道"), choices=Channel.choices, required=False)
    reporter_name = forms.CharField(label=_("上报人"), max_length=40, required=False)
    reporter_phone = forms.CharField(label=_("联系电话"), max_length=20, required=False)

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

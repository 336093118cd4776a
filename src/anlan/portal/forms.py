from __future__ import annotations

import math
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.matters.informants import KeepsQuiet, SealedPhone
from anlan.matters.models import Sort
from anlan.toolkit.formfields import TextField

ICONS = {Sort.BLOCKED: "blocked", Sort.ELECTRIC: "electric", Sort.GAS: "gas", Sort.FACILITY: "extinguisher",
         Sort.BUILDING: "building", Sort.ROAD: "road", Sort.SITE: "site", Sort.OTHER: "more"}
PICTURES = 3


class Degrees(forms.FloatField):
    """What no person has typed: none where it cannot be read, for then another way to the place is offered."""

    def to_python(self, value: Any) -> float | None:
        try:
            found = super().to_python(value)
        except forms.ValidationError:
            return None
        return found if found is not None and math.isfinite(found) and abs(found) <= 180 else None


class PortalForm(KeepsQuiet):
    """What the report page sends. ticket: made by the page; website: left empty by people, filled in by programs."""

    ticket = forms.UUIDField(widget=forms.HiddenInput)
    sort = forms.ChoiceField(label=_("是什么情况"), choices=Sort.choices,
                             error_messages={"required": _("请点选是什么情况。")})
    what = TextField(label=_("说几句"), max_length=500, required=False)
    area = forms.UUIDField(label=_("所在社区"), required=False, error_messages={"invalid": _("请从名单里选一个社区。")})
    place = forms.CharField(label=_("详细地点"), max_length=200, required=False)
    reporter_phone = SealedPhone(label=_("联系电话"), max_length=20, required=False)
    door = forms.UUIDField(required=False, widget=forms.HiddenInput)
    lon = Degrees(required=False, widget=forms.HiddenInput)
    lat = Degrees(required=False, widget=forms.HiddenInput)
    held = forms.CharField(required=False, widget=forms.HiddenInput)
    join = forms.CharField(required=False, widget=forms.HiddenInput)
    anyway = forms.BooleanField(required=False, widget=forms.HiddenInput)
    puzzle = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)
    solved = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    website = forms.CharField(required=False)

    @property
    def point(self) -> tuple[float, float] | None:
        """None where the phone did not say, or said what is no place on earth."""
        lon, lat = self.cleaned_data.get("lon"), self.cleaned_data.get("lat")
        return None if lon is None or lat is None else (lon, lat)

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("“网址”一栏请留空。"))
        return ""


class FollowForm(forms.Form):
    code = forms.CharField(label=_("编号"), max_length=20,
                           widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}))
    pin = forms.CharField(label=_("查询码"), max_length=12,
                          widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}))
    kept = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

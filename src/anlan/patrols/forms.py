"""The one input of a finished visit. Everything that Anlan knows already is not asked."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from anlan.hazards.models import Control, Level
from anlan.toolkit.formfields import HASH, HashesField, ReferenceField, TextField, UidListField

from .models import Result

FIND_KEYS = {"uid", "matter", "item", "what", "place", "level", "days", "reason", "control", "before", "after", "voice", "fixed"}
ANSWERS = {"ok", "na", "hazard"}


class JsonField(forms.CharField):
    """A JSON value, or its text."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        if value in (None, ""):
            return None
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as wrong:
            raise ValidationError(_("内容格式不对，请重新打开页面")) from wrong


class AnswersField(JsonField):
    """{item code: ok | na | hazard}."""

    def to_python(self, value: Any) -> dict[str, str]:
        held = super().to_python(value) or {}
        if not isinstance(held, dict) or not all(isinstance(k, str) and v in ANSWERS for k, v in held.items()):
            raise ValidationError(_("检查项的结果只能是正常、不涉及或有隐患"))
        return held


class FindsField(JsonField):
    """A list of finds; each is one matter and one hazard, with uids made by the sender."""

    def to_python(self, value: Any) -> list[dict[str, Any]]:
        held = super().to_python(value) or []
        if not isinstance(held, list) or len(held) > 50:
            raise ValidationError(_("一次检查最多登记50处隐患"))
        return [self._find(n, raw) for n, raw in enumerate(held, start=1)]

    def _find(self, n: int, raw: Any) -> dict[str, Any]:
        if not isinstance(raw, dict) or set(raw) - FIND_KEYS:
            raise ValidationError(_("第%(n)s处隐患有不认识的内容"), params={"n": n})
        try:
            find = {"uid": str(UUID(str(raw["uid"]))), "matter": str(UUID(str(raw["matter"])))}
        except (KeyError, ValueError) as wrong:
            raise ValidationError(_("第%(n)s处隐患缺少标识"), params={"n": n}) from wrong
        find |= {k: str(raw.get(k) or "")[:500] for k in ("item", "what", "place", "reason")}
        find |= {"level": raw.get("level") or "", "control": raw.get("control") or "", "days": raw.get("days"),
                 "fixed": str(raw.get("fixed") or "")[:500]}
        find |= {role: self._files(n, raw.get(role)) for role in ("before", "after")}
        find["voice"] = self._files(n, raw.get("voice"), most=1)
        self._check(n, find)
        return find

    def _files(self, n: int, raw: Any, most: int = 9) -> list[str]:
        items = raw if isinstance(raw, list) else [raw] if raw else []
        if not all(isinstance(i, str) and HASH.match(i) for i in items) or len(items) > most:
            raise ValidationError(_("第%(n)s处隐患的照片或录音标识不对"), params={"n": n})
        return items

    def _check(self, n: int, find: dict[str, Any]) -> None:
        if find["level"] not in ("", *Level.values) or find["control"] not in ("", *Control.values):
            raise ValidationError(_("第%(n)s处隐患的等级或控制措施不对"), params={"n": n})
        days = find["days"]
        if days is not None and (not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= 365):
            raise ValidationError(_("第%(n)s处隐患的整改天数应在0到365之间"), params={"n": n})
        if not (find["item"] or find["what"] or find["voice"]):
            raise ValidationError(_("第%(n)s处隐患没有写明情况"), params={"n": n})


class FinishForm(forms.Form):
    """result: normal, hazards, closed, refused or gone; the last three need no answers but a reason for refused."""

    result = forms.ChoiceField(label=_("结果"), choices=Result.choices)
    answers = AnswersField(label=_("检查项"), required=False)
    finds = FindsField(label=_("发现的隐患"), required=False)
    reason = TextField(label=_("说明"), max_length=300, required=False)
    photos = HashesField(label=_("现场照片"), required=False, role="scene")
    signature = HashesField(label=_("单位签字"), required=False, most=1, role="signature")
    signer = forms.CharField(label=_("签字人"), max_length=40, required=False)
    arrived_at = forms.DateTimeField(label=_("到达时间"), required=False)
    lon = forms.FloatField(label=_("经度"), required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("纬度"), required=False, min_value=-85, max_value=85)
    accuracy_m = forms.FloatField(label=_("定位精度（米）"), required=False, min_value=0)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        finds = given.get("finds") or []
        if given.get("result") == Result.HAZARDS and not finds and "finds" not in self.errors:
            self.add_error("finds", _("结果为发现隐患，请至少登记一处"))
        if given.get("result") not in (None, Result.HAZARDS) and finds:
            self.add_error("result", _("登记了隐患，结果应选“发现隐患”"))
        if given.get("result") == Result.REFUSED and not given.get("reason"):
            self.add_error("reason", _("请写明拒绝检查的情况"))
        return given


class DropInForm(FinishForm):
    premises = ReferenceField(label=_("单位"), choices_from="premises")


class PlanForm(forms.Form):
    premises = ReferenceField(label=_("单位"), choices_from="premises")
    due_on = forms.DateField(label=_("应查日期"))
    turn = forms.IntegerField(label=_("顺序"), min_value=0, max_value=999, required=False)


class RoundForm(forms.Form):
    post = ReferenceField(label=_("网格员岗位"), choices_from="posts")
    day = forms.DateField(label=_("日期"))
    name = forms.CharField(label=_("名称"), max_length=80)
    units = UidListField(label=_("单位，按行走顺序"), required=False)


class HandOverForm(forms.Form):
    post = ReferenceField(label=_("交给"), choices_from="posts")
    reason = TextField(label=_("原因"), max_length=300)

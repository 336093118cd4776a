from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.toolkit.formfields import ReferenceField, TextField

FEW = forms.Textarea({"rows": 3})


class CallForm(forms.Form):
    """for_kind, for_uid: the case that the team is called for, told by the page that offers it."""

    task = forms.CharField(label=_("任务"), max_length=200)
    place = forms.CharField(label=_("集合地点"), max_length=120)
    arrive_by = forms.DateTimeField(label=_("须到达时间"), required=False,
                                    widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))
    for_kind = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)
    for_uid = forms.UUIDField(required=False, widget=forms.HiddenInput)


class LeaderForm(forms.Form):
    """None: the body itself is called."""

    leader = ReferenceField(label=_("受调岗位"), required=False, choices_from="posts")


class DepartForm(forms.Form):
    people = forms.IntegerField(label=_("出动人数"), min_value=1)


class ResultForm(forms.Form):
    result = TextField(label=_("完成情况"), max_length=300, widget=FEW)


class ReasonForm(forms.Form):
    result = TextField(label=_("原因"), max_length=300, widget=FEW)


class OffForm(forms.Form):
    note = TextField(label=_("原因"), max_length=300, widget=FEW)

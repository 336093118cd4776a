from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.kernel.rulebook import rulebook
from anlan.toolkit.formfields import HashesField, ListWidget, ReferenceField, TextField

from .models import COUNTS, Decision, Fault, Grade, Incident, Level, Rung, Sort, Subtype

FEW = forms.Textarea({"rows": 2})
NOT_CHOSEN = [("", _("（未选）"))]


def moment(**kwargs) -> forms.DateTimeField:
    """A day and a time, as the browser asks for them."""
    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(required=False, widget=widget, **kwargs)


class CodesField(forms.Field):
    """Codes of a dated table; the rule of the deed's day says which there are."""

    widget = ListWidget

    def to_python(self, value) -> list[str]:
        items = value.split(",") if isinstance(value, str) else (value or [])
        return sorted({str(i).strip()[:8] for i in items if str(i).strip()})


def count(name: str) -> forms.IntegerField:
    return forms.IntegerField(label=Incident._meta.get_field(name).verbose_name, required=False, min_value=0, max_value=1_000_000,
                              widget=forms.NumberInput({"inputmode": "numeric"}))


class OpenForm(forms.Form):
    """In the order in which one asks on the phone. Only the sentence is needed: a first report waits for nothing."""

    title = forms.CharField(label=_("什么地方、什么事"), max_length=120, widget=forms.TextInput({"autofocus": True, "autocomplete": "off"}))
    triggers = CodesField(label=_("十逢十必"), required=False)
    area = ReferenceField(label=_("所在区域"), required=False, choices_from="areas")
    place = forms.CharField(label=_("详细地点"), max_length=200, required=False)
    sort = forms.ChoiceField(label=_("类别"), choices=Sort.choices, initial=Sort.ACCIDENT, required=False)
    dead, missing, serious, slight, trapped, evacuated = (count(n) for n in COUNTS)
    happened_at = moment(label=_("事发时间"))
    known_at = moment(label=_("本级知晓时间"), help_text=_("不填就是现在。报送时限从知晓时起算，不从事发时起算。"))
    source_rung = forms.ChoiceField(label=_("谁报来的"), required=False,
                                    choices=[*NOT_CHOSEN, *((r.value, r.label) for r in (Rung.UNIT, Rung.COMMUNITY, Rung.STREET))])
    source_known_at = moment(label=_("报告人何时知晓"))
    source = forms.CharField(label=_("报告人或来源"), max_length=80, required=False)
    subtype = forms.ChoiceField(label=_("种类"), choices=[*NOT_CHOSEN, *Subtype.choices], required=False)
    grade = forms.ChoiceField(label=_("等级（初判）"), choices=[*NOT_CHOSEN, *Grade.choices], required=False)
    measures = TextField(label=_("已采取的措施"), max_length=1000, required=False, widget=FEW)
    site_leader = forms.CharField(label=_("现场负责人"), max_length=40, required=False)
    site_phone = forms.CharField(label=_("现场电话"), max_length=30, required=False)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, min_value=-85, max_value=85, widget=forms.HiddenInput)
    matter = forms.UUIDField(required=False, widget=forms.HiddenInput)
    call = forms.UUIDField(required=False, widget=forms.HiddenInput)


class UpdateForm(forms.Form):
    """What is known by now; what is left empty stays as it is."""

    triggers = CodesField(label=_("新触发的情形（代码）"), required=False)
    dead, missing, serious, slight, trapped, evacuated = (count(n) for n in COUNTS)
    loss_yuan = forms.DecimalField(label=_("直接经济损失（元）"), required=False, min_value=0, max_digits=16, decimal_places=2)
    place = forms.CharField(label=_("详细地点"), max_length=200, required=False)
    happened_at = moment(label=_("事发时间"))
    subtype = forms.ChoiceField(label=_("种类"), choices=[*NOT_CHOSEN, *Subtype.choices], required=False)
    course = TextField(label=_("简要经过"), required=False, widget=FEW)
    cause = TextField(label=_("原因和性质"), required=False, widget=FEW)
    influence = TextField(label=_("影响、趋势和舆情"), required=False, widget=FEW)
    measures = TextField(label=_("已采取的措施"), required=False, widget=FEW)
    needs = TextField(label=_("困难、需求和建议"), required=False, widget=FEW)
    forces = TextField(label=_("到场领导和力量装备"), required=False, widget=FEW)
    site_leader = forms.CharField(label=_("现场负责人"), max_length=40, required=False)
    site_phone = forms.CharField(label=_("现场电话"), max_length=30, required=False)


def trigger_choices() -> list[tuple[str, str]]:
    """Of the newest table; what was met is for the rule to say."""
    return [*NOT_CHOSEN, *((row["code"], row["name"]) for row in rulebook().value("incident.triggers", date.max))]


class RetractForm(forms.Form):
    trigger = forms.ChoiceField(label=_("撤销哪一种触发情形"), choices=trigger_choices)
    reason = TextField(label=_("为什么不成立"), max_length=300, widget=FEW)

    def suit(self, case: Incident) -> None:
        """Of the ten those that it meets; the only one is chosen."""
        met = [(code, name) for code, name in trigger_choices() if code in case.triggers]
        self.fields["trigger"].widget.choices = met if len(met) == 1 else [*NOT_CHOSEN, *met]


class NoteForm(forms.Form):
    text = TextField(label=_("记一笔"), max_length=1000, widget=FEW)


class EndForm(forms.Form):
    reason = TextField(label=_("说明"), max_length=300, widget=FEW)


class PhoneForm(forms.Form):
    whom = forms.CharField(label=_("报给谁（单位、姓名）"), max_length=120)
    told_on = moment(label=_("什么时候报的"), help_text=_("不填就是现在。"))


class WriteForm(forms.Form):
    what = TextField(label=_("书面报告的内容或文号"), max_length=200, widget=FEW)
    told_on = moment(label=_("什么时候报的"), help_text=_("不填就是现在。"))


class LearnForm(forms.Form):
    known_at = moment(label=_("何时知晓"), help_text=_("不填就是现在。"))
    known_how = forms.CharField(label=_("如何知晓"), max_length=120)


class FaultForm(forms.Form):
    fault = forms.ChoiceField(label=_("认定"), choices=Fault.choices)
    reason = TextField(label=_("理由"), max_length=300, widget=FEW)


class ResponseForm(forms.Form):
    level = forms.ChoiceField(label=_("响应级别"), choices=Level.choices)
    plan = ReferenceField(label=_("启动哪个预案"), required=False, choices_from="contingency-plans")
    commander = forms.CharField(label=_("指挥长"), max_length=60, required=False, help_text=_("不填就按规则参数。"))


class ReadinessForm(forms.Form):
    level = forms.ChoiceField(label=_("战备等级"), required=False, help_text=_("不选就是恢复日常值守。战备等级和响应级别分开，可以不同。"),
                              choices=[*NOT_CHOSEN, *Incident._meta.get_field("readiness").flatchoices])
    reason = TextField(label=_("说明"), max_length=300, widget=FEW)


def law_steps() -> list[tuple[str, list[tuple[str, str]]]]:
    """Of the newest lists; whether one is law on the day is for the rule to say."""
    return [(found["name"], [(step, step) for step in found["steps"]]) for found in rulebook().value("incident.law_lists", date.max)]


class LawForm(forms.Form):
    step = forms.ChoiceField(label=_("哪一项措施"), choices=law_steps)
    note = TextField(label=_("怎样落实的"), max_length=300, required=False, widget=FEW)

    def suit(self, case: Incident) -> None:
        """What is not ticked yet, list by list."""
        done = {row["step"] for row in case.law_done}
        left = [(name, rest) for name, steps in law_steps() if (rest := [s for s in steps if s[0] not in done])]
        self.fields["step"].widget.choices = [*NOT_CHOSEN, *left]


class JudgementForm(forms.Form):
    incident = ReferenceField(label=_("突发事件"), required=False, choices_from="incidents", help_text=_("不选就是月度研判。"))
    people = forms.CharField(label=_("参加人员"), max_length=200)
    facts = TextField(label=_("基本情况"), widget=FEW)
    compared = TextField(label=_("与触发情形对照"), required=False, widget=FEW)
    chance = TextField(label=_("发生或扩大的可能"), required=False, widget=FEW)
    effect = TextField(label=_("可能的影响"), required=False, widget=FEW)
    grade = forms.ChoiceField(label=_("建议等级"), choices=[*NOT_CHOSEN, *Grade.choices], required=False)
    decision = forms.ChoiceField(label=_("研判结论"), choices=Decision.choices)
    level = forms.ChoiceField(label=_("建议响应级别"), choices=[*NOT_CHOSEN, *Level.choices], required=False)
    next_at = moment(label=_("下次研判"))

    @staticmethod
    def begins(asked: Any, actor: Any, at: Any) -> dict[str, str]:
        """The regular one of a month begins with what its hazards and incidents say."""
        from .monthly import drawn, month_of  # noqa: PLC0415  counting needs all apps

        month = month_of(asked.get("month", ""))
        return drawn(month, actor, at) if month else {}

    def clean(self) -> dict:
        given = super().clean()
        if given.get("decision") == Decision.RESPOND and not given.get("level"):
            self.add_error("level", _("启动或调整响应的，要写明建议的响应级别"))
        return given


class InstructionForm(forms.Form):
    incident = ReferenceField(label=_("突发事件"), choices_from="incidents")
    organisation = ReferenceField(label=_("责任单位"), choices_from="organisations")
    what = TextField(label=_("任务"), max_length=200, widget=FEW)
    minutes = forms.IntegerField(label=_("完成时限（分钟）"), min_value=1, max_value=100_000, initial=60)


class PlanTextForm(forms.Form):
    text = HashesField(label=_("预案文本（Word或PDF）"), least=1, most=5, role="file")


class DoneForm(forms.Form):
    result = TextField(label=_("完成情况"), max_length=300, widget=FEW)

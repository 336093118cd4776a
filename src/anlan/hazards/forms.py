from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.toolkit.formfields import HashesField, ReferenceField, TextField

from .models import Control, Level


class FindForm(forms.Form):
    """A hazard made of a matter that somebody reported."""

    matter = ReferenceField(label=_("事项"))
    what = TextField(label=_("隐患情况"))
    item_code = forms.CharField(label=_("检查项"), max_length=12, required=False)
    place = forms.CharField(label=_("部位"), max_length=200, required=False)
    photos = HashesField(label=_("照片"), required=False, most=9, role="before")


class RegisterForm(forms.Form):
    photos = HashesField(label=_("补充照片"), required=False, role="before")


class OwnerForm(forms.Form):
    """owner: the party of the unit that answers for it."""

    owner = forms.IntegerField()


class GradeForm(forms.Form):
    level = forms.ChoiceField(label=_("等级"), choices=Level.choices)
    days = forms.IntegerField(label=_("整改期限（天）"), min_value=0, max_value=365)
    reason = TextField(label=_("定级理由"), max_length=500, required=False)


class ConfirmForm(forms.Form):
    level = forms.ChoiceField(label=_("确认等级"), choices=Level.choices)
    days = forms.IntegerField(label=_("整改期限（天）"), min_value=0, max_value=365, required=False)
    reason = TextField(label=_("理由"), max_length=500, required=False)


class ControlForm(forms.Form):
    control = forms.ChoiceField(label=_("现场控制措施"), choices=Control.choices, widget=forms.RadioSelect)
    photos = HashesField(label=_("照片"), required=False, role="control")


class BlocksForm(forms.Form):
    """The five implementations 五落实 (domain.md 2.3 [sure]): duty, measures, funds, time, plan."""

    responsible = forms.CharField(label=_("责任人"), max_length=40)
    phone = forms.CharField(label=_("责任人电话"), max_length=20)
    leader = forms.CharField(label=_("督办领导"), max_length=40)
    measures = TextField(label=_("整改措施和临时防护"))
    budget_yuan = forms.DecimalField(label=_("资金（元）"), min_value=0, max_digits=12, decimal_places=2)
    funds_from = forms.ChoiceField(label=_("资金来源"), choices=[
        ("own", _("单位自筹")), ("maintenance", _("维修基金")), ("district", _("区级预算"))])
    due_on = forms.DateField(label=_("完成期限"), widget=forms.DateInput(attrs={"type": "date"}))
    plan = TextField(label=_("应急预案和疏散安排"))


class OrderForm(forms.Form):
    demand = TextField(label=_("整改要求"))
    due_on = forms.DateField(label=_("整改期限至"), widget=forms.DateInput(attrs={"type": "date"}))


class SelfCheckForm(forms.Form):
    fixed_what = TextField(label=_("整改情况"))
    fixer_name = forms.CharField(label=_("整改责任人"), max_length=40)
    photos = HashesField(label=_("整改后照片"), least=1, role="after")


class ReviewForm(forms.Form):
    opinion = TextField(label=_("复查意见"))
    photos = HashesField(label=_("复查照片"), required=False, role="review")


class FailForm(forms.Form):
    reason = TextField(label=_("不合格的理由"), max_length=500)
    days = forms.IntegerField(label=_("重新整改期限（天）"), min_value=0, max_value=90)
    photos = HashesField(label=_("复查照片"), required=False, role="review")


class ReasonForm(forms.Form):
    reason = TextField(label=_("理由"), max_length=500)


class TransferForm(forms.Form):
    department = ReferenceField(label=_("移交给"), choices_from="organisations")
    reason = TextField(label=_("理由"), max_length=500)


class ExtensionForm(forms.Form):
    reason = TextField(label=_("延期理由"), max_length=500)
    days = forms.IntegerField(label=_("延长天数"), min_value=1, max_value=180)


class AnswerForm(forms.Form):
    answer = TextField(label=_("答复意见"), max_length=500)


class RecheckForm(forms.Form):
    answer = TextField(label=_("抽查意见"), max_length=500)
    photos = HashesField(label=_("抽查照片"), required=False, role="recheck")


class FailRecheckForm(RecheckForm):
    days = forms.IntegerField(label=_("重新整改期限（天）"), min_value=0, max_value=90)

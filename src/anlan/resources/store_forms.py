from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.toolkit.formfields import ReferenceField, TextField

from .store_models import Basis, Measure

FEW = forms.Textarea({"rows": 3})
LEAST = Decimal("0.001")


def amount(label, *, required=True, least=LEAST):
    return forms.DecimalField(label=label, required=required, min_value=least, max_digits=13, decimal_places=3)


class LimitsForm(forms.Form):
    minimum = amount(_("最低库存"), required=False, least=0)
    maximum = amount(_("库存上限"), required=False, least=0)
    reserve = amount(_("保底数量"), required=False, least=0)
    supplier = forms.CharField(label=_("协议企业"), max_length=80, required=False)


class OpenForm(LimitsForm):
    store = ReferenceField(label=_("仓库"), choices_from="stores")
    good = ReferenceField(label=_("品名"), choices_from="goods")
    basis = forms.ChoiceField(label=_("权属"), choices=Basis.choices, initial=Basis.OWN)
    field_order = ("store", "good", "basis", "supplier", "minimum", "maximum", "reserve")


class TakeInForm(forms.Form):
    amount = amount(_("入库数量"))
    number = forms.CharField(label=_("批号"), max_length=40)
    expires_on = forms.DateField(label=_("有效期至"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    price_yuan = forms.DecimalField(label=_("单价（元）"), required=False, min_value=0, max_digits=12, decimal_places=2)
    source = forms.CharField(label=_("来源"), max_length=120, required=False)


class DrawForm(forms.Form):
    """use_reserve: also what is kept for the worst."""

    amount = amount(_("发出数量"))
    receiver = forms.CharField(label=_("领用人"), max_length=80)
    purpose = forms.CharField(label=_("用途"), max_length=200)
    use_reserve = forms.BooleanField(label=_("动用保底数量"), required=False)


class CallFirmForm(forms.Form):
    """What a firm holds under contract, and where it is to bring it."""

    amount = amount(_("调用数量"))
    destination = forms.CharField(label=_("送往"), max_length=120)
    purpose = forms.CharField(label=_("用途"), max_length=200)
    needed_by = forms.DateTimeField(label=_("需要时间"), required=False,
                                    widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))
    for_kind = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)
    for_uid = forms.UUIDField(required=False, widget=forms.HiddenInput)


class CountForm(forms.Form):
    """number: the lot as it is labelled."""

    number = forms.CharField(label=_("批号"), max_length=40)
    counted = amount(_("实盘数量"), least=0)
    reason = TextField(label=_("差异原因"), max_length=300, required=False, widget=FEW)


class WriteOffForm(forms.Form):
    number = forms.CharField(label=_("批号"), max_length=40)
    reason = TextField(label=_("报废原因"), max_length=300, widget=FEW)


class RelabelForm(forms.Form):
    number = forms.CharField(label=_("批号"), max_length=40)
    expires_on = forms.DateField(label=_("有效期至"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    reason = TextField(label=_("更正原因"), max_length=300, widget=FEW)


class ReasonForm(forms.Form):
    reason = TextField(label=_("原因"), max_length=300, widget=FEW)


class AskForm(forms.Form):
    to_stock = ReferenceField(label=_("调入库存"), choices_from="stocks")
    from_stock = ReferenceField(label=_("调出库存"), choices_from="stocks")
    amount = amount(_("申请数量"))
    purpose = forms.CharField(label=_("用途"), max_length=200)
    needed_by = forms.DateTimeField(label=_("需要时间"), required=False,
                                    widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))
    for_kind = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)
    for_uid = forms.UUIDField(required=False, widget=forms.HiddenInput)


class ApproveForm(forms.Form):
    amount = amount(_("批准数量"))


class SendForm(forms.Form):
    carrier = forms.CharField(label=_("运送人和车辆"), max_length=120, required=False)


class ReceiveForm(forms.Form):
    amount = amount(_("收到数量"), least=0)
    reason = TextField(label=_("短少原因"), max_length=300, required=False, widget=FEW)


class RequisitionForm(forms.Form):
    what = forms.CharField(label=_("征用财产"), max_length=120)
    amount = amount(_("数量"))
    measure = forms.ChoiceField(label=_("计量单位"), choices=Measure.choices)
    owner_name = forms.CharField(label=_("所有人"), max_length=80)
    owner_phone = forms.CharField(label=_("所有人电话"), max_length=30, required=False)
    order_no = forms.CharField(label=_("征用文书编号"), max_length=60)
    purpose = forms.CharField(label=_("用途"), max_length=200)


class GiveBackForm(forms.Form):
    amount = amount(_("返还数量"))
    receiver = forms.CharField(label=_("接收人"), max_length=80)


class PayForm(forms.Form):
    amount = amount(_("补偿数量"))
    yuan = forms.DecimalField(label=_("补偿金额（元）"), min_value=0, max_digits=14, decimal_places=2)
    receipt_no = forms.CharField(label=_("凭证编号"), max_length=60)

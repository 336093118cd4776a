from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.areas import within
from anlan.kernel.flows import SAME, Clock, Move
from anlan.kernel.instance import local_day
from anlan.kernel.rules import Rule
from anlan.kernel.worktime import Limit, Unit
from anlan.toolkit.formfields import HashesField
from anlan.toolkit.layers import Layer
from anlan.toolkit.registers import Col, Register

from .models import Depot, Pump, Siren


def permitted(permit, says):
    return Rule(says, lambda case, facts, actor, when, given:
                [] if actor.system or permit in actor.permits else [str(says)])


def on_the_ground(model):
    def seen_by(actor, at):
        rows = model.objects.all()
        if actor.system:
            return rows
        return rows.filter(area_id__in=within(actor.area_id, local_day(at))) if actor.area_id else rows.none()

    return seen_by


MAY_EDIT = permitted("pumps.edit", "水泵只能由管理员维护")


class CheckForm(forms.Form):
    seen = forms.CharField(label="所见", max_length=60)
    photos = HashesField(label="照片", least=1)


def checked(case, facts, actor, when, given):
    for sha256 in given.photos:
        yield c.Attach(sha256, "photo")


CHECK = Move("check", "现场核对", ("active",), SAME, by=MAY_EDIT, form=CheckForm, does=(checked,), says="{who}现场核对：{seen}",
             stops=("next_check",), clock=(Clock("next_check", Limit(30, Unit.CALENDAR_DAY), label="下次核对"),))


class Depots(Register):
    kind, slug, model, label = "depot", "depots", Depot, "库房"
    cols = (Col("code", search=True), Col("name", search=True), Col("area", filter="within"))
    seen_by = on_the_ground(Depot)
    may_create = may_edit = may_retire = MAY_EDIT
    key = ("code",)
    called_by = ("code", "name")
    small = True


class Sirens(Register):
    """Open to every post on duty, wherever it stands."""

    kind, slug, model, label = "siren", "sirens", Siren, "警报器"
    cols = (Col("code", search=True), Col("name", search=True), Col("area", filter="within"))
    scope = "district"
    may_create = may_edit = may_retire = MAY_EDIT
    key = ("code",)
    small = True


class Pumps(Register):
    kind, slug, model, label = "pump", "pumps", Pump, _("水泵")
    cols = (
        Col("code", search=True),
        Col("name", search=True, sort=True),
        Col("address", search=True),
        Col("area", label="区域", filter="within"),
        Col("sort", filter="exact"),
        Col("power_kw", filter="range"),
        Col("bought_on", filter="range"),
        Col("is_mobile", filter="exact"),
        Col("colour", badge="risk", filter="exact"),
        Col("depot", filter="exact"),
        Col("keeper", show=False),
        Col("phone", show=False, private="pumps.see_phones", hint="手机或座机"),
        Col("note", show=False),
        Col("lon", show=False),
        Col("lat", show=False),
        Col("age", label="年龄", read=lambda row: 2021 - row.bought_on.year if row.bought_on else None),
    )
    seen_by = on_the_ground(Pump)
    may_create = may_edit = may_retire = MAY_EDIT
    key = ("code",)
    counted = True
    moves = (CHECK,)
    layer = Layer("pumps", colour_by="colour")

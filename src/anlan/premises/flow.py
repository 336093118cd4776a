"""The life of a unit's file, of special objects and of risk points."""

from __future__ import annotations

from uuid import uuid5

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, SAME, Cell, Fact, Flow, Move, register
from anlan.kernel.rules import rule, sentences, system_only
from anlan.people.models import Organisation
from anlan.people.scope import kept_to_trade, sees_area
from anlan.places.named import named_many
from anlan.toolkit.tilekey import key as tile_key

from . import facts as load
from . import forms as f
from . import risk
from .grading import unit_colour
from .industries import facet_of
from .models import Colour, Premises, RiskPoint, SpecialObject
from .place_types import place_types


class State(models.TextChoices):
    UNCONFIRMED = "unconfirmed", _("待核实")
    ACTIVE = "active", _("在营")
    CLOSED = "closed", _("已停业")


class KeptState(models.TextChoices):
    ACTIVE = "active", _("在用")
    RETIRED = "retired", _("停用")


KEEPERS = ("community", "street", "officer", "department", "emergency")
PERSONAL = frozenset({"legal_phone", "operator_phone", "safety_phone"})


@rule(_("须由本辖区的社区、街道或有关部门维护"), reads=("ground",))
def keeps_files(case, facts, actor, when, given):
    """Of the ground where the file stands and, when it moves, of the one where it goes."""
    here = _inside(facts.ground, facts, actor) and _inside(case.area_id, facts, actor)
    return actor.system or (actor.is_any(*KEEPERS) and here)


@rule(_("须由本辖区的网格员或工作人员登记"), reads=("ground",))
def on_ground(case, facts, actor, when, given):
    return actor.is_any("warden", *KEEPERS) and _inside(facts.ground, facts, actor)


def _inside(area_id, facts, actor):
    return area_id is None or sees_area(actor, facts.lineage(area_id))


@rule(_("没有查到所在网格，请选择区域或核对经纬度"), reads=("ground",))
def ground_known(case, facts, actor, when, given):
    return facts.ground is not None


@sentences(_("同一地址同一信用代码只建一份档案"), reads=("twin",))
def no_twin(case, facts, actor, when, given):
    return [str(_("该地址已有同一信用代码的档案：{name}")).format(name=facts.twin)] if facts.twin else []


@rule(_("只能随检查一并办理"))
def within_visit(case, facts, actor, when, given):
    return facts.origin.startswith("visit.")


@rule(_("只能随变更经营者一并办理"))
def within_change(case, facts, actor, when, given):
    return facts.origin == "premises.change_tenant"


@rule(_("只能随风险点分级一并办理"))
def within_grading(case, facts, actor, when, given):
    return facts.origin.startswith("risk_point.")


def filled(case, facts, actor, when, given):
    """Every column the input names; the point converted at the door, the trade from the place type."""
    columns = {n: given[n] for n in f.PremisesForm.base_fields if n in given and n in COLUMNS - f.REFERENCES}
    kind = place_types().get(given.place_type)
    if kind and not given.trade_code:
        columns["trade_code"] = kind.industry
    if kind and not given.committee_no:
        columns["committee_no"] = kind.committee
    named = facts.organisations
    if named["owner"]:
        columns["owner_party"] = named["owner"].id
    if named["department"]:
        columns["department_party"] = named["department"].id
    elif not case.version and kept_to_trade(actor):
        columns["department_party"] = actor.organisation_id
    if given.lon is not None:
        columns |= {"lon": given.lon, "lat": given.lat, "tile_key": tile_key(given.lon, given.lat)}
        if (given.lon, given.lat) == (case.lon, case.lat):
            columns["datum"] = case.datum  # the same point still came in as it came in
    if not case.version:
        columns["door_token"] = uuid5(case.uid, "door")
    yield c.Set(area_id=facts.ground, **columns)


filled.reads = ("ground", "organisations")
COLUMNS = {x.name for x in Premises._meta.concrete_fields}


def on_file(case, facts, actor, when, given):
    yield c.Event("filed")


def owner_named(case, facts, actor, when, given):
    """Its people have signed in by the telephone on the file."""
    yield c.Set(owner_party=given.owner)


def spotted(case, facts, actor, when, given):
    kind = place_types()[given.place_type]
    point = {} if given.lon is None else {"lon": given.lon, "lat": given.lat,
                                          "tile_key": tile_key(given.lon, given.lat)}
    yield c.Set(area_id=facts.ground, name=given.name, sign_name=given.name, place_type=given.place_type,
                nine_small=kind.nine_small, trade_code=kind.industry, committee_no=kind.committee,
                address=given.address, door_token=uuid5(case.uid, "door"), **point)
    for sha in given.photos:
        yield c.Attach(sha, "plate")


spotted.reads = ("ground",)


def reported_gone(case, facts, actor, when, given):
    yield c.Set(gone_reported_on=given.on)


def still_there(case, facts, actor, when, given):
    yield c.Set(gone_reported_on=None)


def tenant_changed(case, facts, actor, when, given):
    yield c.Spawn("premises", given.successor, "succeed", {
        "area_id": case.area_id, "name": given.name, "place_type": given.place_type, "address": case.address,
        "credit_code": given.credit_code or "", "lon": case.lon, "lat": case.lat, "tile_key": case.tile_key,
        "building": case.building, "landlord": case.landlord, "floor_area_m2": case.floor_area_m2,
        "follows_id": case.id})


def succeeded(case, facts, actor, when, given):
    kind = place_types()[given.place_type]
    yield c.Set(**dict(given), sign_name=given.name, nine_small=kind.nine_small, trade_code=kind.industry,
                committee_no=kind.committee, door_token=uuid5(case.uid, "door"))


def coloured(case, facts, actor, when, given):
    yield c.Set(colour=given.colour, graded_on=given.on)


def cell(case) -> Cell:
    return Cell(case.state, case.area_id, case.department_party, case.colour, facet_of(case.trade_code, case.place_type))


LIVE = (State.UNCONFIRMED, State.ACTIVE)
PREMISES = register(Flow(
    kind="premises", label=_("单位"), model=Premises, states=State, final=(), cell=cell,
    families={"live": LIVE, "done": (State.CLOSED,)}, link="/desk/premises/{uid}/", title=str,
    load={"ground": Fact(load.grounds), "twin": Fact(load.twins),
          "organisations": named_many(Organisation, "owner", "department")},
    moves=(
        Move("create", _("登记"), NEW, State.ACTIVE, by=keeps_files, form=f.PremisesForm, says=_("{who}登记单位{name}"),
             needs=(ground_known, no_twin), does=(filled, on_file), secret=PERSONAL),
        Move("add_on_spot", _("新增门店"), NEW, State.UNCONFIRMED, by=on_ground, form=f.SpotForm,
             says=_("{who}现场新增门店{name}"), needs=(ground_known,), does=(spotted,)),
        Move("succeed", _("新经营者"), NEW, State.ACTIVE, by=within_change, says=_("接续登记{name}"), does=(succeeded, on_file),
             shown=False),
        Move("confirm", _("核实"), (State.UNCONFIRMED,), State.ACTIVE, by=keeps_files, form=f.PremisesForm, primary=True,
             says=_("{who}核实单位{name}"), needs=(ground_known, no_twin), does=(filled, on_file), secret=PERSONAL),
        Move("edit", _("修改档案"), LIVE, SAME, by=keeps_files, form=f.PremisesForm, says=_("{who}修改档案"),
             needs=(ground_known, no_twin), does=(filled,), secret=PERSONAL),
        Move("name_owner", _("登记责任单位"), LIVE, SAME, by=system_only, form=f.OwnerForm, says=_("按档案里的手机登记责任单位"),
             does=(owner_named,), shown=False),
        Move("report_gone", _("报称已搬离"), LIVE, SAME, by=within_visit, says=_("{who}检查时单位已搬离"),
             does=(reported_gone,), shown=False),
        Move("still_there", _("仍在经营"), LIVE, SAME, by=keeps_files, says=_("{who}核实单位仍在经营"), does=(still_there,)),
        Move("change_tenant", _("变更经营者"), LIVE, State.CLOSED, by=keeps_files, form=f.TenantForm,
             says=_("{who}登记经营者变更为{name}"), does=(tenant_changed,)),
        Move("close", _("停业注销"), LIVE, State.CLOSED, by=keeps_files, form=f.ReasonForm, says=_("{who}登记停业：{reason}"),
             asks=_("停业后不再安排检查，档案保留。确定吗？")),
        Move("reopen", _("恢复营业"), (State.CLOSED,), State.ACTIVE, by=keeps_files, form=f.ReasonForm,
             says=_("{who}恢复营业：{reason}"), needs=(no_twin,)),
        Move("colour", _("更新风险等级"), LIVE, SAME, by=within_grading, says=_("风险等级更新为{colour}"), does=(coloured,),
             shown=False),
    ),
))


def object_filled(case, facts, actor, when, given):
    columns = {n: given[n] for n in f.SpecialObjectForm.base_fields if n in given and n in OBJECT_COLUMNS - f.REFERENCES}
    if given.lon is not None:
        columns |= {"lon": given.lon, "lat": given.lat, "tile_key": tile_key(given.lon, given.lat)}
        if (given.lon, given.lat) == (case.lon, case.lat):
            columns["datum"] = case.datum  # the same point still came in as it came in
    columns["area_id"] = facts.ground
    yield c.Set(**columns)


object_filled.reads = ("ground",)
OBJECT_COLUMNS = {x.name for x in SpecialObject._meta.concrete_fields}
SPECIAL = register(Flow(
    kind="special_object", label=_("专项对象"), model=SpecialObject, states=KeptState, final=(),
    cell=lambda o: Cell(o.state, o.area_id, None, "", o.sort), link="/desk/special-objects/{uid}/",
    load={"ground": Fact(load.grounds)},
    moves=(
        Move("create", _("登记"), NEW, KeptState.ACTIVE, by=keeps_files, form=f.SpecialObjectForm,
             says=_("{who}登记{name}"), needs=(ground_known,), does=(object_filled,)),
        Move("edit", _("修改"), (KeptState.ACTIVE,), SAME, by=keeps_files, form=f.SpecialObjectForm, says=_("{who}修改{name}"),
             needs=(ground_known,), does=(object_filled,)),
        Move("retire", _("停用"), (KeptState.ACTIVE,), KeptState.RETIRED, by=keeps_files, form=f.ReasonForm,
             says=_("{who}停用：{reason}")),
        Move("restore", _("恢复"), (KeptState.RETIRED,), KeptState.ACTIVE, by=keeps_files, says=_("{who}恢复使用")),
    ),
))


@sentences(_("分级输入须在评价表之内"))
def gradable(case, facts, actor, when, given):
    try:
        risk.grade(given, facts.value)
    except ValueError as why:
        return [str(why)]
    return []


@rule(_("须由本辖区的社区、街道或有关部门分级"), reads=("unit",))
def grades_here(case, facts, actor, when, given):
    inside = facts.unit is None or _inside(facts.unit.area_id, facts, actor)
    return actor.system or (actor.is_any(*KEEPERS, "expert") and inside)


@rule(_("没有找到这个单位"), reads=("unit",))
def unit_known(case, facts, actor, when, given):
    return facts.unit is not None


def graded(case, facts, actor, when, given):
    """The point's grade, and the unit's colour as the worst of its points (domain.md 3.3)."""
    result = risk.grade(given, facts.value)
    yield c.Set(area_id=facts.unit.area_id, premises_id=facts.unit.id, name=given.name, method=given.method,
                inherent=risk.stored(given, result.inherent),
                residual=risk.stored(given, result.residual, "residual_") if given.residual_likelihood else None,
                forced=given.forced or "", colour=result.colour, measures=given.measures or "", graded_on=facts.day)
    yield from _recolour(facts, [*facts.others, result.colour])


graded.reads = ("unit", "others")


def dropped(case, facts, actor, when, given):
    yield from _recolour(facts, facts.others)


dropped.reads = ("unit", "others")


def _recolour(facts, colours):
    worst = unit_colour(colours) or Colour.UNGRADED
    if worst != facts.unit.colour:
        yield c.Also(c.Ref("premises", facts.unit.uid), "colour", {"colour": str(worst), "on": facts.day})


RISK = register(Flow(
    kind="risk_point", label=_("风险点"), model=RiskPoint, states=KeptState, final=(),
    cell=lambda p: Cell(p.state, p.area_id, None, p.colour), link="/desk/risk-points/{uid}/",
    load={"unit": Fact(load.units), "others": Fact(load.other_points)},
    moves=(
        Move("create", _("新增"), NEW, KeptState.ACTIVE, by=grades_here, form=f.RiskForm,
             says=_("{who}将风险点{name}定为{colour}"), needs=(unit_known, gradable), does=(graded,)),
        Move("regrade", _("重新分级"), (KeptState.ACTIVE,), SAME, by=grades_here, form=f.RiskForm,
             says=_("{who}将风险点{name}重新定为{colour}"), needs=(unit_known, gradable), does=(graded,)),
        Move("retire", _("消除"), (KeptState.ACTIVE,), KeptState.RETIRED, by=grades_here, form=f.ReasonForm,
             says=_("{who}确认风险点已消除：{reason}"), does=(dropped,)),
        Move("restore", _("恢复"), (KeptState.RETIRED,), KeptState.ACTIVE, by=grades_here, says=_("{who}恢复风险点")),
    ),
))

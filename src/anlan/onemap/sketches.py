"""Sketches 标绘: what someone draws on the map, kept and shared through the door, scoped like everything else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.actors import Actor
from anlan.kernel.flows import NEW, SAME, Cell, Fact, Flow, Move, register
from anlan.kernel.instance import local_day
from anlan.kernel.refusals import Refused
from anlan.kernel.rules import rule
from anlan.people.scope import in_scope
from anlan.places.geometry import Plane
from anlan.places.grids import Finder
from anlan.places.models import Level
from anlan.toolkit.layers import Layer
from anlan.toolkit.registers import Col, Facts, Register, Trail

from .drawn import geometry_from
from .models import Sketch, SketchSort
from .shapes import key_of_shape

SORTS = {"Point": SketchSort.POINT, "LineString": SketchSort.LINE, "Polygon": SketchSort.AREA}


class State(models.TextChoices):
    ACTIVE = "active", _("在用")
    WITHDRAWN = "withdrawn", _("已撤回")


class GeometryField(forms.JSONField):
    """GeoJSON in WGS-84; what is too large, crosses itself or lies beyond the map is refused in a sentence."""

    def clean(self, value: Any) -> Any:
        if value in (None, ""):
            raise ValidationError(_("请在图上画出要保存的点、线或面。"))
        try:
            geometry_from(value)
        except Refused as refused:
            raise ValidationError(list(refused.refusal.sentences)) from None
        return super().clean(value)


class DrawForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=80)
    note = forms.CharField(label=_("说明"), max_length=300, required=False)
    shared = forms.BooleanField(label=_("共享给本辖区的人员"), required=False)
    geometry = GeometryField(label=_("形状（GeoJSON）"))


class RenameForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=80)
    note = forms.CharField(label=_("说明"), max_length=300, required=False)


@rule(_("须以岗位身份标绘"))
def in_a_post(case: Any, facts: Any, actor: Actor, when: Any, given: Any) -> bool:
    return actor.post_id is not None and actor.area_id is not None


@rule(_("只有标绘的岗位可以更改"))
def drew_it(case: Any, facts: Any, actor: Actor, when: Any, given: Any) -> bool:
    return actor.post_id is not None and case.post_id in (None, actor.post_id)


@rule(_("标绘须落在自己的责任区内"), reads=("ground",))
def on_own_ground(case: Any, facts: Any, actor: Actor, when: Any, given: Any) -> bool:
    return facts.ground is not None and actor.area_id in facts.lineage(facts.ground)


def grounds(subjects: list[Any]) -> list[int | None]:
    """The smallest area that holds each sketch's point."""
    found: list[int | None] = []
    for s in subjects:
        told = s.given.get("geometry")
        found.append(_ground(told, s.when.at) if told else None)
    return found


def _ground(told: Any, at: datetime) -> int | None:
    lon, lat, _key = key_of_shape(geometry_from(told))
    for level in (Level.GRID, Level.COMMUNITY, Level.STREET, Level.DISTRICT):
        place = Finder(local_day(at), level).find(lon, lat)
        if place is not None:
            return place.area_id
    return None


def drawn(case: Any, facts: Any, actor: Actor, when: Any, given: Any) -> Iterator[c.Change]:
    geometry = geometry_from(given.geometry)
    lon, lat, code = key_of_shape(geometry)
    yield c.Set(name=given.name, note=given.note or "", shared=bool(given.shared), geometry=given.geometry,
                sort=SORTS[geometry.geom_type].value, lon=lon, lat=lat, tile_key=code, area_id=facts.ground,
                post_id=actor.post_id, drawn_on=local_day(when.at))


def renamed(case: Any, facts: Any, actor: Actor, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(name=given.name, note=given.note or "")


def is_shared(case: Any, facts: Any, actor: Actor, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(shared=True)


def is_private(case: Any, facts: Any, actor: Actor, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(shared=False)


@rule(_("尚未共享"))
def stands_shared(case: Any, facts: Any, actor: Actor, when: Any, given: Any) -> bool:
    return bool(case.shared)


@rule(_("已经共享"))
def stands_alone(case: Any, facts: Any, actor: Actor, when: Any, given: Any) -> bool:
    return not case.shared


SKETCH = register(Flow(
    kind="sketch", label=_("标绘"), model=Sketch, states=State, final=(State.WITHDRAWN,), title=str,
    cell=lambda s: Cell(s.state, s.area_id, None, "", s.sort), link="/desk/sketches/{uid}/",
    load={"ground": Fact(grounds, queries=1)},
    moves=(
        Move("draw", _("标绘"), NEW, State.ACTIVE, by=in_a_post, says=_("{who}在图上标绘{name}"), form=DrawForm,
             needs=(on_own_ground,), does=(drawn,)),
        Move("rename", _("改名"), (State.ACTIVE,), SAME, by=drew_it, says=_("{who}改名为{name}"), form=RenameForm,
             does=(renamed,)),
        Move("share", _("共享"), (State.ACTIVE,), SAME, by=drew_it, says=_("{who}共享给本辖区的人员"), needs=(stands_alone,),
             does=(is_shared,)),
        Move("unshare", _("取消共享"), (State.ACTIVE,), SAME, by=drew_it, says=_("{who}取消共享"), needs=(stands_shared,),
             does=(is_private,)),
        Move("withdraw", _("撤回"), (State.ACTIVE,), State.WITHDRAWN, by=drew_it, says=_("{who}撤回标绘"),
             asks=_("撤回后，图上不再显示这处标绘。现在撤回？")),
    ),
))


def sketches_seen_by(actor: Actor, at: datetime) -> QuerySet[Sketch]:
    """Shared ones on the actor's ground, and those of the actor's own post."""
    rows = Sketch.objects.select_related("area")
    if actor.system:
        return rows.order_by("-id")
    if actor.post_id is None:
        return rows.none()
    own = Q(post_id=actor.post_id)
    shared = in_scope(Sketch.objects.filter(shared=True), actor, at).order_by().values("id")
    return rows.filter(own | Q(id__in=shared)).order_by("-id")


def extent(row: Sketch) -> str:
    """Its length or its area, in words."""
    shape = geometry_from(row.geometry)
    flat = Plane.at(row.lon, row.lat).to_metres(shape)
    if row.sort == SketchSort.POINT:
        return ""
    return str(_("%(n)s 平方米") % {"n": f"{flat.area:,.0f}"} if flat.area else _("%(n)s 米") % {"n": f"{flat.length:,.0f}"})


class SketchRegister(Register):
    kind, slug, model, label, flow = "sketch", "sketches", Sketch, _("标绘"), SKETCH
    create_alone = True
    seen_by = sketches_seen_by
    create, edit, importable, small = "draw", "rename", False, True
    default_state = "active"
    tones = {"active": "working", "withdrawn": "stopped"}
    layer = Layer("sketches", _("标绘"), shape="geometry", colour_by="sort", from_zoom=0, counted=False)
    panels = (Facts(), Trail())
    cols = (Col("name", search=True, link=True), Col("sort", filter="exact", edit=False), Col("area", filter="within", edit=False),
            Col("extent", label=_("长度或面积"), read=extent), Col("shared", edit=False), Col("drawn_on", filter="range", edit=False),
            Col("note", show=False), Col("state", badge="state", edit=False))

    @staticmethod
    def initial(case: Sketch) -> dict[str, Any]:
        return {"name": case.name, "note": case.note}

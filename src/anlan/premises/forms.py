"""Inputs of the moves on units, special objects and risk points."""

from __future__ import annotations

from typing import Any

import shapely
from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _
from shapely.geometry import shape as shape_of

from anlan.places.coordinates import Datum, point_faults, to_wgs84
from anlan.places.forms import DayField
from anlan.toolkit.formfields import HashesField, ReferenceField, TextField
from anlan.toolkit.forms import TextLine, refuse_pictures

from . import credit_code
from .models import Premises, RiskPoint, Special, SpecialObject
from .place_types import choices, nine_small_choices

REFERENCES = {"area", "owner_party", "department_party", "follows"}
FIXED = {"id", "uid", "version", "state", "opened_at", "changed_at", "marked_at", "alarm", "tile_key", "door_token",
         "colour", "graded_on", "gone_reported_on", "datum", "geometry", "premises"}


def fields_of(model: type[models.Model], *extra: str) -> dict[str, forms.Field]:
    """A form field for each plain column of the file; days within reason."""
    out: dict[str, forms.Field] = {}
    for column in model._meta.concrete_fields:
        if column.name in FIXED | REFERENCES | set(extra):
            continue
        if isinstance(column, models.DateField):
            out[column.name] = DayField(label=column.verbose_name, required=False)
        elif (made := column.formfield()) is not None:
            out[column.name] = made
    return out


class PlacedForm(forms.Form):
    """A point may come from any Chinese map: it is converted once, here."""

    lon = forms.FloatField(label=_("经度"), required=False)
    lat = forms.FloatField(label=_("纬度"), required=False)
    datum = forms.ChoiceField(label=_("坐标系"), choices=Datum.choices, required=False)
    area = ReferenceField(label=_("所在网格"), required=False, choices_from="areas")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        lon, lat = given.get("lon"), given.get("lat")
        if self.errors.keys() & {"lon", "lat"}:
            return given
        if (lon is None) != (lat is None):
            self.add_error("lat", _("经度和纬度要同时填写"))
        elif lon is not None:
            self._place(given, lon, lat)
        elif not given.get("area") and self.place_needed and not self.errors:
            self.add_error("area", _("请选择所在网格，或填写经纬度"))
        return given

    place_needed = True

    def _place(self, given: dict[str, Any], lon: float, lat: float) -> None:
        if why := point_faults(lon, lat):
            self.add_error("lon", why)
        elif abs(lat) > 85:
            self.add_error("lat", _("纬度应在-85到85之间"))
        else:
            datum = given.get("datum") or Datum.WGS84
            given["lon"], given["lat"] = to_wgs84(lon, lat, Datum(datum))
            given["datum"] = datum


class PremisesBase(PlacedForm):
    def clean_credit_code(self) -> str:
        code = credit_code.normalise(self.cleaned_data.get("credit_code") or "")
        for why in credit_code.check(code) if code else []:
            self.add_error("credit_code", why)
        return code

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        refuse_pictures(name)
        return name


_columns = fields_of(Premises, "lon", "lat")
_columns["place_type"] = forms.ChoiceField(label=_("场所类型"), choices=choices)
_columns["nine_small"] = forms.ChoiceField(label=_("九小类型"), choices=lambda: [("", "—"), *nine_small_choices()],
                                           required=False)
_columns |= {"owner": ReferenceField(label=_("责任单位"), required=False, choices_from="organisations"),
             "department": ReferenceField(label=_("行业主管部门"), required=False, choices_from="organisations")}
FIRST = ["name", "sign_name", "place_type", "nine_small", "credit_code", "address", "area", "owner", "department",
         "legal_person", "legal_phone", "operator", "operator_phone", "safety_manager", "safety_phone"]
LAST = ["lon", "lat", "datum"]
_order = [*FIRST, *(n for n in _columns if n not in FIRST), *LAST]
PremisesForm = type("PremisesForm", (PremisesBase,), {**_columns, "field_order": _order, "__module__": __name__,
                                                     "__doc__": "The file of a unit, as domain.md 3.5 lists it."})


class OwnerForm(forms.Form):
    """owner: the party that answers for the unit."""

    owner = forms.IntegerField()


class SpotForm(PlacedForm):
    """A shop that is not on the list: what one sees from the street, and a photo of its plate."""

    name = TextLine(label=_("招牌名称"), max_length=120)
    place_type = forms.ChoiceField(label=_("场所类型"), choices=choices)
    address = forms.CharField(label=_("门牌地址"), max_length=200)
    photos = HashesField(label=_("门头照片"), least=1, role="plate")


class TenantForm(forms.Form):
    """The shop stays, the tenant changes: the old file ends, a new one follows it."""

    successor = forms.UUIDField(label=_("新档案标识"), widget=forms.HiddenInput)
    name = TextLine(label=_("新单位名称"), max_length=120)
    place_type = forms.ChoiceField(label=_("场所类型"), choices=choices)
    credit_code = forms.CharField(label=_("统一社会信用代码"), max_length=18, required=False)

    def clean_credit_code(self) -> str:
        code = credit_code.normalise(self.cleaned_data.get("credit_code") or "")
        for why in credit_code.check(code) if code else []:
            self.add_error("credit_code", why)
        return code


class ReasonForm(forms.Form):
    reason = TextField(label=_("理由"), max_length=300)


_special = fields_of(SpecialObject, "lon", "lat", "sort", "name")


class SpecialBase(PlacedForm):
    """geometry: GeoJSON LineString or Polygon in WGS-84, for pipes, walls and compounds."""

    sort = forms.ChoiceField(label=_("类别"), choices=Special.choices)
    name = TextLine(label=SpecialObject._meta.get_field("name").verbose_name, max_length=120)
    geometry = forms.JSONField(label=_("形状（GeoJSON）"), required=False)

    def clean_geometry(self) -> Any:
        shape = self.cleaned_data.get("geometry")
        if shape is not None and (not isinstance(shape, dict) or shape.get("type") not in ("LineString", "Polygon")):
            self.add_error("geometry", _("形状只能是一条线或一个面"))
        elif shape is not None and (why := shape_faults(shape)):
            self.add_error("geometry", why)
        return shape

    def clean(self) -> dict[str, Any]:
        """A shape without a point stands where it itself lies, else nothing on the map would find it."""
        told = self.cleaned_data
        if told.get("geometry") and told.get("lon") is None and told.get("lat") is None and not self.errors:
            inside = shape_of(told["geometry"]).representative_point()
            told |= {"lon": round(inside.x, 6), "lat": round(inside.y, 6), "datum": Datum.WGS84}
        return super().clean()


def shape_faults(told: Any) -> str:
    """Why a GeoJSON line or area cannot be drawn; empty when it can."""
    try:
        found = shape_of(told)
        whole = all(not point_faults(lon, lat) for lon, lat, *_height in shapely.get_coordinates(found).tolist())
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, shapely.errors.ShapelyError):
        whole = False
    if not whole or found.is_empty:
        return str(_("图形的坐标写法不对：线至少两点，面至少三点并首尾相接。"))
    return "" if found.is_valid else str(_("面的边线自己相交，请重新画一圈不交叉的边线。"))


SpecialObjectForm = type("SpecialObjectForm", (SpecialBase,), {
    **_special, "field_order": ["sort", "name", "area", *_special, "geometry", *LAST], "__module__": __name__,
                                                              "__doc__": "A special object."})


class RiskForm(forms.Form):
    """A risk point: LEC takes likelihood, exposure, consequence; LS takes likelihood and severity."""

    premises = ReferenceField(label=_("单位"), choices_from="premises")
    name = TextLine(label=_("风险点"), max_length=80)
    method = forms.ChoiceField(label=_("方法"), choices=RiskPoint._meta.get_field("method").choices)
    likelihood = forms.CharField(label=_("可能性"), max_length=6)
    exposure = forms.CharField(label=_("暴露频次"), max_length=6, required=False)
    consequence = forms.CharField(label=_("后果"), max_length=6)
    residual_likelihood = forms.CharField(label=_("管控后可能性"), max_length=6, required=False)
    residual_exposure = forms.CharField(label=_("管控后暴露频次"), max_length=6, required=False)
    residual_consequence = forms.CharField(label=_("管控后后果"), max_length=6, required=False)
    forced = forms.CharField(label=_("直接判定"), max_length=16, required=False)
    measures = TextField(label=_("管控措施"), required=False)

"""Registers of shelters and hydrants; open to any post on duty, since help crosses streets."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.toolkit.layers import Layer
from anlan.toolkit.registers import Col, Register

from . import road_register, station_register, store_register, team_register  # noqa: F401  their registers are known by being declared
from .models import Hydrant, Shelter
from .rules import MAY_KEEP


class ShelterRegister(Register):
    kind, slug, model, label, scope = "shelter", "shelters", Shelter, _("避难场所"), "district"
    may_create = may_edit = may_retire = MAY_KEEP
    key, order, small, counted = ("name",), "name", True, True
    layer = Layer("shelters", _("避难场所"), colour_by="sort", counted=False)
    cols = (Col("name", search=True, sort=True, link=True), Col("sort", filter="exact"), Col("capacity", sort=True, filter="range"),
            Col("area", filter="within"), Col("address", search=True), Col("keeper"), Col("phone"), Col("accessible", show=False),
            Col("state", badge="state", edit=False), Col("lon", show=False), Col("lat", show=False))


class HydrantRegister(Register):
    kind, slug, model, label, scope = "hydrant", "hydrants", Hydrant, _("消火栓"), "district"
    may_create = may_edit = may_retire = MAY_KEEP
    key, order, small, counted = ("code",), "code", True, True
    layer = Layer("hydrants", _("消火栓"), colour_by="sort", counted=False)
    cols = (Col("code", search=True, sort=True, link=True), Col("sort", filter="exact"), Col("place", search=True),
            Col("area", filter="within"), Col("faulty", filter="exact"), Col("checked_on", filter="range"),
            Col("state", badge="state", edit=False), Col("lon", show=False), Col("lat", show=False))

"""The register of road networks; the newest in force is driven on."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from anlan.kernel.actors import Actor
from anlan.people.scope import district_wide
from anlan.toolkit.registers import Col, Facts, Register, Trail

from .road_flow import ROADS
from .road_models import RoadNetwork


def networks_seen_by(actor: Actor, at: datetime) -> QuerySet[RoadNetwork]:
    return district_wide(RoadNetwork.objects.all(), actor, at).order_by("-valid_from", "-id")


class RoadRegister(Register):
    kind, slug, model, label, flow = "road_network", "roads", RoadNetwork, _("道路网"), ROADS
    seen_by = networks_seen_by
    create, edit, importable, small = "", "", False, True
    order, default_state, tones = "-valid_from", "active", {"active": "working", "withdrawn": "stopped"}
    panels = (Facts(), Trail())
    cols = (Col("name", search=True, link=True), Col("valid_from", sort=True, filter="range"), Col("road_count"),
            Col("node_count", show=False), Col("km"), Col("source", search=True), Col("datum", show=False),
            Col("file", show=False), Col("state", badge="state"))

    @staticmethod
    def adds(actor: Actor, at: datetime) -> tuple[str, str] | None:
        return (_now("导入道路网"), "/desk/resources/roads/") if "roads.edit" in actor.permits else None

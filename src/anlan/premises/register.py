"""The register of units, of special objects and of risk points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from anlan.kernel.actors import Actor
from anlan.toolkit.layers import Layer
from anlan.toolkit.registers import Col, Facts, Files, Linked, Panel, Papers, Register, Trail
from anlan.toolkit.registers.declare import REGISTERS

from .file_changes import FILE_CHANGE
from .flow import PREMISES, RISK, SPECIAL
from .models import FileChange, Premises, RiskPoint, SpecialObject, UnitRecord
from .panels import PRINTS, differences
from .place_types import choices, nine_small_choices
from .safety_book import UNIT_RECORD
from .selectors import (
    file_changes_seen_by,
    premises_seen_by,
    risk_points_seen_by,
    special_objects_seen_by,
    unit_records_seen_by,
)

PHONES = "people.see_phones"


def in_wgs84(register: Register, case: Any) -> dict[str, Any]:
    """A file's values as inputs: the point is kept in WGS-84, so it is offered as WGS-84, not as what it came in."""
    return {**Register.initial(register, case), "datum": "wgs84"}


class PremisesRegister(Register):
    kind, slug, model, label, flow = "premises", "premises", Premises, lazy("单位"), PREMISES
    seen_by = premises_seen_by
    key, else_by, called_by, order = ("credit_code", "address"), ("name", "address"), ("name",), "name"
    default_state = "active"
    tones = {"active": "working", "unconfirmed": "waiting", "closed": "stopped"}
    layer = Layer("premises", lazy("单位"), colour_by="colour", figure="grd-units")
    panels = (Facts(), Linked("hazards", "premises", lazy("隐患")), Linked("visits", "premises", lazy("检查")),
              Linked("risk-points", "premises", lazy("风险点")), Linked("special-objects", "premises", lazy("专项对象")),
              PRINTS, Papers(), Files(), Trail())
    cols = (
        Col("name", search=True, sort=True, link=True), Col("sign_name", search=True, show=False),
        Col("place_type", filter="exact", choices=choices), Col("area", lazy("所在网格"), filter="within"),
        Col("colour", filter="exact", badge="risk", edit=False), Col("address", search=True),
        Col("state", badge="state", edit=False), Col("credit_code", show=False),
        Col("nine_small", show=False, choices=nine_small_choices), Col("gas", show=False),
        Col("trade_code", show=False), Col("committee_no", show=False),
        Col("legal_person", show=False), Col("legal_phone", show=False, private=PHONES),
        Col("operator", show=False), Col("operator_phone", show=False, private=PHONES),
        Col("safety_manager", show=False), Col("safety_phone", show=False, private=PHONES),
        *(Col(n, show=False) for n in (
            "licence_from", "licence_to", "building", "storeys", "floor_area_m2", "landlord", "staff", "customers_peak",
            "beds", "seats", "dormitory_people", "cylinders", "hazardous_goods", "dust", "confined_space", "ammonia",
            "special_equipment", "fire_permit", "fire_facilities", "exits", "key_fire_unit", "fire_tested_on",
            "safety_organ", "trained_on", "plan_on", "drilled_on", "insured_to", "lon", "lat", "datum")),
        Col("graded_on", show=False, edit=False), Col("gone_reported_on", show=False, edit=False),
    )

    @staticmethod
    def initial(case: Premises) -> dict[str, Any]:
        return in_wgs84(REGISTERS["premises"], case)

    @staticmethod
    def duplicates(rows: Sequence[Any], actor: Actor, at: datetime) -> Iterable[tuple[int, str, str]]:
        """The same name at the same address, in the sheet or on file."""
        seen: dict[tuple[str, str], int] = {}
        known = set(premises_seen_by(actor, at).exclude(state="closed").values_list("name", "address"))
        for line, given in rows:
            key = (str(given.get("name") or ""), str(given.get("address") or ""))
            if key in seen:
                yield line, "name", _("与第{line}行是同一单位").format(line=seen[key])
            elif key in known:
                yield line, "name", _("已有同名同址的档案")
            seen.setdefault(key, line)


class SpecialObjectRegister(Register):
    kind, slug, model, label, flow = "special_object", "special-objects", SpecialObject, lazy("专项对象"), SPECIAL
    seen_by = special_objects_seen_by
    order, small = "name", True
    layer = Layer("special_objects", lazy("专项对象"), shape="geometry", colour_by="sort")
    cols = (Col("name", search=True, sort=True, link=True), Col("sort", filter="exact"), Col("area", filter="within"),
            Col("their_no"), Col("keeper", search=True), Col("built_year", show=False),
            Col("checked_on", show=False), Col("check_due_on", filter="range"), Col("details", show=False),
            Col("state", badge="state", edit=False), Col("lon", show=False), Col("lat", show=False))

    @staticmethod
    def initial(case: SpecialObject) -> dict[str, Any]:
        return in_wgs84(REGISTERS["special-objects"], case)


class RiskPointRegister(Register):
    kind, slug, model, label, flow = "risk_point", "risk-points", RiskPoint, lazy("风险点"), RISK
    seen_by = risk_points_seen_by
    edit, small, importable = "regrade", True, False
    layer = Layer("risk_points", lazy("风险点"), point="premises__tile_key", colour_by="colour", from_zoom=14)
    cols = (Col("name", search=True, link=True), Col("premises", link=True), Col("area", filter="within"),
            Col("colour", filter="exact", badge="risk", edit=False), Col("method", filter="exact"),
            Col("graded_on", edit=False), Col("state", badge="state", edit=False),
            Col("measures", show=False))


class FileChangeRegister(Register):
    kind, slug, model, label, flow = "file_change", "file-changes", FileChange, lazy("档案变更申请"), FILE_CHANGE
    seen_by = file_changes_seen_by
    create, edit, importable = "", "", False
    order, default_state = "-opened_at", "open"
    tones = {"open": "waiting", "confirmed": "closed", "refused": "stopped", "withdrawn": "stopped"}
    panels = (Panel(lazy("要变更的内容"), differences), Facts(), Trail())
    cols = (Col("premises", link=True), Col("area", filter="within"), Col("why"), Col("state", badge="state"),
            Col("opened_at", sort=True, filter="range", label=lazy("提出时间")), Col("answer", show=False), Col("answered_at", show=False))


class UnitRecordRegister(Register):
    kind, slug, model, label, flow = "unit_record", "unit-records", UnitRecord, lazy("单位安全台账"), UNIT_RECORD
    seen_by = unit_records_seen_by
    create, edit, importable = "", "", False
    order = "-on_day"
    tones = {"kept": "working", "ended": "stopped"}
    panels = (Facts(), Files(), Trail())
    cols = (Col("what", link=True), Col("premises"), Col("sort", filter="exact"), Col("people"),
            Col("on_day", sort=True, filter="range"), Col("heads"), Col("hours", show=False),
            Col("area", filter="within"), Col("state", badge="state"), Col("ended_on", show=False))

"""The risk notice card 风险告知卡 that hangs at the unit's door: colour, points, measures, whom to call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from anlan.toolkit.documents import Column, Fact, Facts, Kind, Paper, Picture, Rows, Text, Value
from anlan.toolkit.ui.signs import risk_word

from .models import Colour, Premises, RiskPoint


def risk_card(unit: Premises, points: Sequence[RiskPoint], *, on: date, issuer: str, code: bytes = b"") -> Paper:
    """Set from the file as it stands; code: a PNG of the doorplate's QR."""
    rows = tuple((p.name, _word(p.colour), p.measures or "—") for p in points)
    columns = (Column(_("风险点"), "risk_point.name", 1.4), Column(_("等级"), "risk_point.colour", 1),
               Column(_("管控措施"), "risk_point.measures", 3))
    facts = Facts((Fact(_("单位"), unit.name, "premises.name"), Fact(_("地址"), unit.address, "premises.address"),
                   Fact(_("风险等级"), _word(unit.colour), "premises.colour"),
                   Fact(_("安全管理人"), unit.safety_manager or unit.operator or "", "premises.safety_manager")))
    blocks = [facts, Rows(columns, rows, empty=_("尚未分级")), Text(_("发现险情请拨打119，并告知所在社区。"))]
    if code:
        blocks.append(Picture(code, _("扫码查看本单位安全信息"), 32, "premises.door_token"))
    return Paper(Kind.PLAIN, _("安全风险告知卡"), issuer=Value(issuer, "organisation.name"), blocks=tuple(blocks), date=on,
                 dated_by="instance.clock", sealed=False)


def _word(colour: str) -> str:
    return _("未分级") if colour == Colour.UNGRADED else risk_word(colour)  # type: ignore[arg-type]

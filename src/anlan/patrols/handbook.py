"""The inspection handbook 《安全生产排查指导手册》, version by version (domain.md 15)."""

from __future__ import annotations

import csv
from datetime import date
from importlib.resources import files

from django.db import transaction
from django.utils.translation import gettext as _

from anlan.hazards.models import Level
from anlan.kernel.refusals import Refusal, Refused

from .models import Handbook, Item

LEVELS = {"一般": Level.GENERAL, "重大": Level.MAJOR}
COLUMNS = ("code", "category_zh", "category_en", "item_zh", "item_en", "severity", "basis", "rectify_days")
FIRST_DAY = date(2018, 1, 1)


def own_rows() -> list[dict[str, str]]:
    """The 83 items that come with Anlan."""
    text = (files(__package__) / "data" / "handbook.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def faults(rows: list[dict[str, str]]) -> list[str]:
    """Every fault with its line (the heading is line 1)."""
    out, seen = [], set()
    for line, row in enumerate(rows, start=2):
        code = (row.get("code") or "").strip()
        if not code or code in seen:
            out.append(_("第{line}行：编号为空或重复").format(line=line))
        seen.add(code)
        if row.get("severity") not in LEVELS:
            out.append(_("第{line}行：等级只能是一般或重大").format(line=line))
        if not (row.get("rectify_days") or "").isdigit():
            out.append(_("第{line}行：整改天数应为整数").format(line=line))
        if not (row.get("item_zh") or "").strip():
            out.append(_("第{line}行：检查内容为空").format(line=line))
    return out


def load(rows: list[dict[str, str]] | None = None, *, valid_from: date = FIRST_DAY, name: str = "安全生产排查指导手册",
         source: str = "依据所列法律法规和标准编写") -> Handbook:
    """Add a version. Raises Refused with every fault; then nothing is saved."""
    rows = own_rows() if rows is None else rows
    if wrong := faults(rows):
        raise Refused(Refusal(tuple(wrong)))
    with transaction.atomic():
        last = Handbook.objects.select_for_update().order_by("-version").first()
        book = Handbook.objects.create(version=last.version + 1 if last else 1, name=name, valid_from=valid_from,
                                       source=source)
        Item.objects.bulk_create([_item(book, r) for r in rows])
    return book


def _item(book: Handbook, r: dict[str, str]) -> Item:
    code = r["code"].strip()
    return Item(handbook=book, code=code, category=code.rstrip("0123456789"), category_zh=r["category_zh"],
                category_en=r["category_en"], text_zh=r["item_zh"].strip(), text_en=r["item_en"].strip(),
                level=LEVELS[r["severity"]], basis=r["basis"].strip(), days=int(r["rectify_days"]))

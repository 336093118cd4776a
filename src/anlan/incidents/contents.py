"""What a report says: the field table of domain.md 5.5 [sure in substance], filled from the incident. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from anlan.kernel.instance import zone
from anlan.toolkit.papers.chinese import label, stored

from .models import Grade, Incident, Sort, Stage, Subtype

FIELDS: Mapping[str, Any] = {
    "source": lazy("信息来源和接报时间"), "happened": lazy("事发时间和地点"), "level": lazy("类别和等级"),
    "casualties": lazy("人员伤亡和疏散"), "loss": lazy("损失"), "course": lazy("经过"), "cause": lazy("原因和性质"),
    "influence": lazy("影响、趋势和舆情"), "forces": lazy("到场领导和力量装备"), "measures": lazy("已采取的措施"),
    "needs": lazy("困难、需求和建议"), "lessons": lazy("教训、善后、重建和评估"), "site": lazy("现场负责人和电话")}
DIGITS = "零一二三四五六七八九十"
COUNTS = (("dead", lazy("死亡")), ("missing", lazy("失联")), ("serious", lazy("重伤")), ("slight", lazy("轻伤")),
          ("trapped", lazy("被困")), ("evacuated", lazy("疏散转移")))


@stored
def drawn(x: Incident, stage: str, before: Mapping[str, str]) -> dict[str, str]:
    """The first words of a report: facts as they stand; a continued one says only what is new (domain.md 5.5)."""
    now = {"source": _source(x), "happened": _happened(x), "level": _level(x), "casualties": _casualties(x), "loss": _loss(x),
           "course": x.course or x.title, "cause": x.cause, "influence": x.influence, "forces": x.forces, "measures": x.measures,
           "needs": x.needs, "lessons": "", "site": " ".join(filter(None, (x.site_leader, x.site_phone)))}
    if stage != Stage.CONTINUED:
        return now
    only_if_new = ("source", "happened", "course", "site", "cause")
    return {k: "" if k in only_if_new and v == before.get(k) else v for k, v in now.items()}


def _at(moment) -> str:
    return moment.astimezone(zone()).strftime("%Y-%m-%d %H:%M") if moment else ""


def _source(x: Incident) -> str:
    return "，".join(filter(None, (x.source, _("{t}接报").format(t=_at(x.known_at)))))


def _happened(x: Incident) -> str:
    return "，".join(filter(None, (_at(x.happened_at), x.place or str(x.area))))


def _level(x: Incident) -> str:
    grade = label(Grade(x.grade)) if x.grade else _("等级待定")
    return "，".join(filter(None, (label(Sort(x.sort)), label(Subtype(x.subtype)) if x.subtype else "", grade)))


def _casualties(x: Incident) -> str:
    known = [f"{name}{getattr(x, key)}人" for key, name in COUNTS if getattr(x, key) is not None]
    return "，".join(known)


def _loss(x: Incident) -> str:
    return _("约{n}元").format(n=f"{x.loss_yuan:,.0f}") if x.loss_yuan is not None else ""


def lacking(table: Mapping[str, Mapping[str, str]], stage: str, content: Mapping[str, str]) -> list[str]:
    """Fields that the table of the day wants at this stage and that are empty, in the order of the paper."""
    return [name for name in FIELDS if table.get(name, {}).get(stage) == "must" and not (content.get(name) or "").strip()]


def said(names: Iterable[str]) -> str:
    return "、".join(str(FIELDS[n]) for n in names if n in FIELDS)


@stored
def stage_words(stage: str, no: int) -> str:
    """初报、续报一 … 续报十二、终报."""
    return label(Stage(stage)) + (counted(no) if stage == Stage.CONTINUED else "")


def counted(no: int) -> str:
    """1 → 一, 12 → 十二, 20 → 二十, up to 99."""
    tens, ones = divmod(no, 10)
    head = ("" if tens == 1 else DIGITS[tens]) + "十" if tens else ""
    return head + (DIGITS[ones] if ones or not tens else "")


@stored
def titled(x: Incident, stage: str, no: int, casualties: str) -> str:
    """Place, sort of event, casualties and how far it is (domain.md 5.5)."""
    hurt = f"（{casualties}）" if casualties else ""
    return _("关于{what}{hurt}的报告（{stage}）").format(what=x.title, hurt=hurt, stage=stage_words(stage, no))[:200]

"""The demands that the matcher is asked for, as rows of its page: each value stands in the address as often as there are rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from shapely.geometry import shape

from anlan.kernel.actors import Actor
from anlan.kernel.models import Area
from anlan.places.models import Boundary

from .matching import Demand
from .selectors import goods_seen_by
from .store_models import Good, Measure
from .supplying import Need
from .team_models import LEVELS, Skill

MOST_ROWS = 20
TEAM, GOODS = "team", "goods"


class TeamRow(forms.Form):
    skill = forms.ChoiceField(label=gettext_lazy("专长"), choices=Skill.choices)
    people = forms.IntegerField(label=gettext_lazy("需要人数"), min_value=1, max_value=5000)
    within = forms.IntegerField(label=gettext_lazy("几分钟内到达"), min_value=1, max_value=1440)
    level = forms.TypedChoiceField(label=gettext_lazy("能力等级不低于"), choices=LEVELS, coerce=int, initial=3)
    area = forms.UUIDField(label=gettext_lazy("地点"))


class GoodsRow(forms.Form):
    good = forms.UUIDField(label=gettext_lazy("品名"))
    amount = forms.DecimalField(label=gettext_lazy("需要数量"), min_value=Decimal("0.001"), max_digits=13, decimal_places=3)
    by = forms.IntegerField(label=gettext_lazy("几分钟内送到"), min_value=1, max_value=1440)
    to = forms.UUIDField(label=gettext_lazy("送到哪里"))


FORMS: dict[str, type[forms.Form]] = {TEAM: TeamRow, GOODS: GoodsRow}
FIRST = {TEAM: {"people": 50, "within": 60, "level": 3}, GOODS: {"by": 120}}
PLACE = {TEAM: "area", GOODS: "to"}


@dataclass(frozen=True)
class Known:
    """What the rows choose from: (uid, words); goods and areas by uid."""

    places: Sequence[tuple[str, str]]
    goods: dict[UUID, Good]

    @classmethod
    def read(cls, actor: Actor, at: datetime) -> Known:
        """Streets and communities that have a boundary, and kinds of goods in use. Two statements."""
        areas = Area.objects.filter(level__in=(1, 2), state="active", boundaries__state="active").distinct().order_by("code")
        return cls([(str(a.uid), ("　" if a.level == 2 else "") + a.name) for a in areas],
                   {g.uid: g for g in goods_seen_by(actor, at).filter(state="active")})

    def dress(self, form: forms.Form, sort: str) -> forms.Form:
        blank = ("", _("（未选）"))
        form.fields[PLACE[sort]].widget = forms.Select(choices=[blank, *self.places])
        if sort == GOODS:
            names = [(str(u), f"{g.name}（{Measure(g.measure).label}）") for u, g in self.goods.items()]
            form.fields["good"].widget = forms.Select(choices=[blank, *names])
        return form


def values_of(asked: QueryDict, sort: str) -> list[dict[str, str]]:
    """The rows of a sort as they were typed; what is missing of the last rows is blank. One more than may be, so that it shows."""
    lists = {name: asked.getlist(name) for name in FORMS[sort].base_fields}
    count = min(MOST_ROWS + 1, max(map(len, lists.values())))
    return [{name: (held[n] if n < len(held) else "").replace("\x00", "") for name, held in lists.items()} for n in range(count)]


@dataclass(frozen=True)
class Rows:
    """The page's rows by sort. asked: they are to be worked out, and not just begun, added to or taken from."""

    held: dict[str, list[forms.Form]]
    asked: bool

    @property
    def valid(self) -> bool:
        every = [f for rows in self.held.values() for f in rows]
        return bool(every) and all([f.is_valid() for f in every])

    @property
    def too_many(self) -> bool:
        return any(len(rows) > MOST_ROWS for rows in self.held.values())


def rows_of(asked: QueryDict, known: Known) -> Rows:
    """What the address says, with a row more where one is asked for, or one fewer. A page that is opened anew begins with one."""
    held = {sort: values_of(asked, sort) for sort in FORMS}
    adds, drops = asked.get("add", ""), asked.get("drop", "")
    begun = any(held.values())
    sort, _dash, n = drops.partition("-")
    if sort in FORMS and n.isdecimal() and int(n) < len(held[sort]):
        del held[sort][int(n)]
    if not begun and adds not in FORMS:
        held[TEAM] = [dict(FIRST[TEAM])]
    if adds in FORMS and len(held[adds]) < MOST_ROWS:
        held[adds].append({**FIRST[adds], **_as_above(held[adds], adds)})
    ready = begun and adds not in FORMS and not drops
    made = {s: [known.dress(_form(s, n, values, blank=not ready), s) for n, values in enumerate(rows)] for s, rows in held.items()}
    if adds in FORMS and made[adds]:
        next(iter(made[adds][-1].fields.values())).widget.attrs["autofocus"] = "autofocus"
    return Rows(made, ready)


def _as_above(rows: Sequence[dict[str, Any]], sort: str) -> dict[str, Any]:
    """A further row is mostly for the same place."""
    return {PLACE[sort]: rows[-1][PLACE[sort]]} if rows else {}


def _form(sort: str, n: int, values: dict[str, Any], *, blank: bool) -> forms.Form:
    """blank: as typed so far, without a word about what is missing."""
    told = {"initial": values} if blank else {"data": values}
    return FORMS[sort](auto_id=f"id_{sort}{n}_%s", **told)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Wanted:
    """What the rows ask for, ready for the matcher. Keys: t0, t1, …; g0, g1, …"""

    demands: list[Demand]
    needs: list[Need]


def wanted_of(rows: Rows, known: Known) -> Wanted | None:
    """None where a row names what is not known; it is said beside it. One statement."""
    where = _points({f.cleaned_data[PLACE[s]] for s, held in rows.held.items() for f in held})
    demands, needs = [], []
    for n, form in enumerate(rows.held[TEAM]):
        told, place = form.cleaned_data, _place(form, TEAM, where)
        if place is not None:
            demands.append(Demand(f"t{n}", place[0], told["skill"], told["people"], told["within"], place[1], place[2], told["level"]))
    for n, form in enumerate(rows.held[GOODS]):
        told, place, good = form.cleaned_data, _place(form, GOODS, where), known.goods.get(form.cleaned_data["good"])
        if good is None:
            form.add_error("good", _("没有这种物资，或已停用"))
        if place is not None and good is not None:
            needs.append(Need(f"g{n}", place[0], str(good.uid), good.name, str(Measure(good.measure).label), told["amount"], told["by"],
                              place[1], place[2]))
    return Wanted(demands, needs) if rows.valid else None


Place = tuple[str, float, float]


def _points(areas: set[UUID]) -> dict[UUID, Place]:
    """Area → its name and a point inside of it, by its newest boundary."""
    drawn = Boundary.objects.filter(area__uid__in=areas, state="active").select_related("area").order_by("valid_from")
    found = {}
    for row in drawn:
        inside = shape(row.geometry).representative_point()
        found[row.area.uid] = (row.area.name, inside.x, inside.y)
    return found


def _place(form: forms.Form, sort: str, where: dict[UUID, Place]) -> Place | None:
    found = where.get(form.cleaned_data[PLACE[sort]])
    if found is None:
        form.add_error(PLACE[sort], _("这个地点没有边界，算不出路程"))
    return found

"""Moves on areas, boundaries, parameters and years of holidays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.flows import NEW, SAME, Cell, Fact, Flow, Move, register
from anlan.kernel.models import Area, AreaIn, Calendar, Parameter

from . import forms, rules
from .models import Boundary, HolidayYear
from .named import named, taken


class AreaState(TextChoices):
    ACTIVE = "active", _("在用")
    RETIRED = "retired", _("停用")


def the_root(subjects: list[Any]) -> list[int | None]:
    """The area at the top, where one is about to be created."""
    if all(s.given.level is None for s in subjects):
        return [None] * len(subjects)
    root = Area.objects.filter(level=0).values_list("id", flat=True).first()
    return [root] * len(subjects)


def children_of(subjects: list[Any]) -> list[list[tuple[str, Any]]]:
    """(name, valid_to) of what lies right below an area that is about to be retired."""
    ids = [s.case.id for s in subjects if s.given.valid_to is not None and s.case.version]
    rows = AreaIn.objects.filter(ancestor_id__in=ids, depth=1, valid_to__isnull=True) if ids else AreaIn.objects.none()
    found: dict[int, list[tuple[str, Any]]] = {}
    for above, name, until in rows.values_list("ancestor_id", "area__name", "area__valid_to").order_by("area__code"):
        found.setdefault(above, []).append((name, until))
    return [found.get(s.case.id, []) for s in subjects]


def fill_area(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(code=given.code, name=given.name, level=given.level, valid_from=given.valid_from,
                valid_to=given.valid_to)
    yield c.Within(facts.parent.id if facts.parent else None, given.valid_from)


def rename_area(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(name=given.name)


def move_area(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Within(facts.parent.id, given.since)


def end_area(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(valid_to=given.valid_to)


def reopen_area(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(valid_to=None)


ACTIVE, RETIRED = AreaState.ACTIVE, AreaState.RETIRED
BOTH = (ACTIVE, RETIRED)

AREA = register(Flow(
    kind="area", label=_("区域"), model=Area, states=AreaState, link="/desk/areas/{uid}/", touches=("areas",),
    load={"parent": named(Area, "parent"), "code_taken": taken(Area, "code"), "root": Fact(the_root),
          "children": Fact(children_of)},
    moves=(
        Move("create", _("新建"), NEW, ACTIVE, by=rules.may_edit_areas, says=_("{who}建立区域{name}（{code}）"),
             form=forms.CreateAreaForm, needs=(rules.code_is_free, rules.parent_fits), does=(fill_area,)),
        Move("rename", _("更名"), BOTH, SAME, by=rules.may_edit_areas, says=_("{who}把区域更名为{name}"),
             form=forms.RenameAreaForm, does=(rename_area,)),
        Move("move", _("划归另一上级"), (ACTIVE,), SAME, by=rules.may_edit_areas, says=_("{who}自{since}起划归另一上级"),
             form=forms.MoveAreaForm, needs=(rules.is_below_the_top, rules.parent_fits), does=(move_area,)),
        Move("retire", _("停用"), (ACTIVE,), RETIRED, by=rules.may_edit_areas, says=_("{who}自{valid_to}起停用"),
             form=forms.RetireAreaForm, needs=(rules.ends_after_it_begins, rules.nothing_below), does=(end_area,)),
        Move("reopen", _("恢复使用"), (RETIRED,), ACTIVE, by=rules.may_edit_areas, says=_("{who}恢复使用：{reason}"),
             form=forms.ReasonForm, does=(reopen_area,)),
    ),
))


class BoundaryState(TextChoices):
    ACTIVE = "active", _("生效")
    WITHDRAWN = "withdrawn", _("已撤回")


def drawn_before(subjects: list[Any]) -> list[bool]:
    """An active boundary of the named area on the same day."""
    wanted = {(s.given.area, s.given.valid_from) for s in subjects if s.given.area}
    rows = Boundary.objects.filter(area__uid__in={w[0] for w in wanted}, state="active").exclude(
        uid__in=[s.case.uid for s in subjects])
    held = set(rows.values_list("area__uid", "valid_from")) if wanted else set()
    return [(s.given.area, s.given.valid_from) in held for s in subjects]


def fill_boundary(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(area_id=facts.of_area.id, geometry=given.geometry, source=given.source, datum=given.datum,
                generated=bool(given.generated), valid_from=given.valid_from)


BOUNDARY = register(Flow(
    kind="boundary", label=_("区域边界"), model=Boundary, states=BoundaryState, final=(BoundaryState.WITHDRAWN,),
    link="/desk/boundaries/{uid}/", touches=("areas",),
    load={"of_area": named(Area, "area"), "drawn_before": Fact(drawn_before)},
    moves=(
        Move("draw", _("登记边界"), NEW, BoundaryState.ACTIVE, by=rules.may_edit_areas,
             says=_("{who}登记自{valid_from}起的边界，来源：{source}"), form=forms.DrawBoundaryForm,
             needs=(rules.area_is_known, rules.one_boundary_a_day), does=(fill_boundary,)),
        Move("withdraw", _("撤回边界"), (BoundaryState.ACTIVE,), BoundaryState.WITHDRAWN, by=rules.may_edit_areas,
             says=_("{who}撤回边界：{reason}"), form=forms.ReasonForm),
    ),
))


class ParameterState(TextChoices):
    ACTIVE = "active", _("有效")
    WITHDRAWN = "withdrawn", _("已撤回")


def dated_before(subjects: list[Any]) -> list[bool]:
    wanted = {(s.given.key, s.given.valid_from) for s in subjects if s.given.key}
    rows = Parameter.objects.filter(key__in={w[0] for w in wanted}, state="active").exclude(
        uid__in=[s.case.uid for s in subjects])
    held = set(rows.values_list("key", "valid_from")) if wanted else set()
    return [(s.given.key, s.given.valid_from) in held for s in subjects]


def other_days(subjects: list[Any]) -> list[list[Any]]:
    """The days from which other values of the same parameter stand."""
    rows = Parameter.objects.filter(key__in={s.case.key for s in subjects} - {""}, state="active")
    held = list(rows.values_list("key", "valid_from", "uid"))
    return [[day for key, day, uid in held if key == s.case.key and uid != s.case.uid] for s in subjects]


def fill_parameter(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(key=given.key, label=given.label, value=given.value, valid_from=given.valid_from,
                source=given.source, confidence=given.confidence)


PARAMETER = register(Flow(
    kind="parameter", label=_("规则参数"), model=Parameter, states=ParameterState, final=(ParameterState.WITHDRAWN,),
    link="/desk/settings/{uid}/", touches=("parameters",), cell=lambda case: Cell(None, 0), title=lambda case: case.label,
    load={"dated_before": Fact(dated_before), "others": Fact(other_days)},
    moves=(
        Move("decide", _("定下取值"), NEW, ParameterState.ACTIVE, by=rules.may_edit_rules,
             says=_("{who}定下“{label}”自{valid_from}起的取值，依据：{source}"), form=forms.ParameterForm,
             needs=(rules.one_value_a_day,), does=(fill_parameter,), shown=False),
        Move("withdraw", _("撤回取值"), (ParameterState.ACTIVE,), ParameterState.WITHDRAWN, by=rules.may_edit_rules,
             says=_("{who}撤回取值：{reason}"), form=forms.ReasonForm, needs=(rules.another_value_stands,)),
    ),
))


class HolidayState(TextChoices):
    PUBLISHED = "published", _("已公布")


def calendars_named(subjects: list[Any]) -> list[Calendar | None]:
    found = {x.code: x for x in Calendar.objects.filter(code__in={s.given.calendar for s in subjects} - {None})}
    return [found.get(s.given.calendar) for s in subjects]


def years_taken(subjects: list[Any]) -> list[bool]:
    rows = HolidayYear.objects.filter(year__in={s.given.year for s in subjects} - {None}).exclude(
        uid__in=[s.case.uid for s in subjects])
    held = set(rows.values_list("calendar__code", "year"))
    return [(s.given.calendar, s.given.year) in held for s in subjects]


def fill_year(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(calendar_id=facts.calendar.id, year=given.year, source=given.source)


def amend_year(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
    yield c.Set(source=given.source)


HOLIDAYS = register(Flow(
    kind="holidays", label=_("年度节假日安排"), model=HolidayYear, states=HolidayState, final=(),
    link="/desk/calendar/", touches=("calendars",), cell=lambda case: Cell(None, 0),
    load={"calendar": Fact(calendars_named), "year_taken": Fact(years_taken)},
    moves=(
        Move("publish", _("登记年度安排"), NEW, HolidayState.PUBLISHED, by=rules.may_edit_calendars,
             says=_("{who}登记{year}年节假日安排，依据：{source}"), form=forms.HolidayYearForm,
             needs=(rules.calendar_is_known, rules.year_is_new), does=(fill_year,)),
        Move("amend", _("修改年度安排"), (HolidayState.PUBLISHED,), SAME, by=rules.may_edit_calendars,
             says=_("{who}修改节假日安排，依据：{source}"), form=forms.AmendHolidaysForm, does=(amend_year,)),
    ),
))

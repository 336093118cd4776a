"""The workflow of a register, built from its columns: registers change through the same door as cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, TextChoices
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.areas import within
from anlan.kernel.flows import NEW, SAME, Cell, Fact, Flow, Move, register
from anlan.kernel.instance import local_day
from anlan.kernel.lastresort import last_resort
from anlan.kernel.models import Area
from anlan.kernel.rules import Rule, rule, system_only
from anlan.toolkit.formfields import TextField
from anlan.toolkit.forms import field_of, form_of
from anlan.toolkit.layers import Placed, place_at

from .columns import Column

if TYPE_CHECKING:
    from .declare import Register

LAST_RESORT = "nobody_acted"
MAY_NOT_SEE = _("没有找到这一项，或者它不在您的范围内")


class UseState(TextChoices):
    ACTIVE = "active", _("在用")
    RETIRED = "retired", _("停用")


class RetireForm(forms.Form):
    reason = TextField(label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


def build_flow(register_: Register) -> Flow:
    """States active and retired; a move whose rule is None is left out; where a move has a clock, the last resort comes along."""
    from .declare import BY_MODEL  # noqa: PLC0415  the registry is filled by those who call this

    def slug_of(column: Column) -> str:
        if not column.is_reference:
            return ""
        target = register_ if column.target is register_.model else BY_MODEL.get(column.target)  # type: ignore[call-overload]
        return target.slug if target is not None else ""

    editable = [col for col in register_.columns if col.editable]
    form = register_.form or form_of(f"{register_.kind.title()}Form", {
        col.name: field_of(col.field, label=col.col.label, required=col.col.required, hint=col.col.hint,
                           choices=col.col.choices, choices_from=slug_of(col)) for col in editable})
    if issubclass(register_.model, Placed):
        _bound_degrees(form)
    moves = tuple(_moves(register_, form, editable))
    if any(m.clock for m in moves) and LAST_RESORT not in {m.name for m in moves}:
        moves = (*moves, last_resort(UseState.values, name=LAST_RESORT))
    return register(Flow(
        kind=register_.kind, label=register_.label, model=register_.model, states=UseState, moves=moves,
        last_resort=LAST_RESORT if LAST_RESORT in {m.name for m in moves} else "", load=_facts(register_, editable),
        link=f"/desk/{register_.slug}/{{uid}}/", title=lambda case: register_.title(case), cell=_cell(register_)))


def _bound_degrees(form: type[forms.Form]) -> None:
    for name, most in (("lon", 180), ("lat", 85)):
        if isinstance(field := form.base_fields.get(name), forms.FloatField):  # type: ignore[attr-defined]
            field.validators += [MinValueValidator(-most), MaxValueValidator(most)]


def _moves(register_: Register, form: type[forms.Form], editable: list[Column]) -> Iterator[Move]:
    label, both = register_.label, (UseState.ACTIVE, UseState.RETIRED)
    secret = frozenset(col.name for col in editable if col.col.private)
    rules = (*_rules(editable), *((whole_point,) if issubclass(register_.model, Placed) else ()), *register_.needs)
    does = (_fill(register_, editable), *register_.does)
    sight = Rule(MAY_NOT_SEE, lambda case, facts, *_rest: [] if facts.seen else [str(MAY_NOT_SEE)],
                 frozenset({"seen"}))
    if register_.may_create is not None:
        yield Move("create", _("登记"), NEW, UseState.ACTIVE, by=register_.may_create, form=form, needs=rules, does=does,
                   says=_("{who}登记{title}"), secret=secret)
        if register_.importable:
            yield Move("import_row", _("从表格导入"), NEW, UseState.ACTIVE, by=register_.may_create, form=form, needs=rules,
                       does=does, says=_("{who}从表格导入{title}"), secret=secret, shown=False)
    if register_.may_edit is not None:
        yield Move("edit", _("修改"), both, SAME, by=sight & register_.may_edit, form=form, needs=rules, does=does,
                   says=_("{who}修改{title}的资料"), secret=secret, primary=True)
    if register_.may_retire is not None:
        may = sight & register_.may_retire
        yield Move("retire", _("停用"), (UseState.ACTIVE,), UseState.RETIRED, by=may, form=RetireForm,
                   says=_("{who}停用{title}：{reason}"))
        yield Move("restore", _("恢复使用"), (UseState.RETIRED,), UseState.ACTIVE, by=may, says=_("{who}恢复使用{title}"))
    yield from (m if m.opens or m.by is system_only else replace(m, by=sight & m.by) for m in register_.moves)
    if label is None:
        raise ValueError(f"{register_.slug}: a register needs a label")


@rule(_("经度和纬度要同时填写"))
def whole_point(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return (given.lon is None) == (given.lat is None)


def _cell(register_: Register) -> Any:
    if hasattr(type(register_), "cell"):
        return type(register_).cell

    def place(case: Any) -> Cell:
        return Cell(case.state if register_.counted else None, getattr(case, "area_id", None) or 0)

    return place


def _fill(register_: Register, editable: list[Column]) -> Any:
    """The effect that writes what was given; only what differs is set, so that the journal shows what changed."""
    placed = issubclass(register_.model, Placed)

    def fill(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> Iterator[c.Change]:
        values = {col.field.attname: _value(col, facts, given) for col in editable if col.name in _inputs(register_)}
        if placed and {"lon", "lat"} & set(values):
            values |= place_at(values.get("lon"), values.get("lat")).values
        changed = {k: v for k, v in values.items() if not case.version or getattr(case, k) != v}
        if changed:
            yield c.Set(**changed)

    fill.reads = ("named",)  # type: ignore[attr-defined]
    return fill


def _inputs(register_: Register) -> Iterable[str]:
    form = form_for(register_)
    return form.base_fields if form else ()  # type: ignore[attr-defined]


def _value(column: Column, facts: Any, given: Any) -> Any:
    if column.is_reference:
        row = facts.named[column.name]
        return row.pk if row is not None else None
    value, field = given.get(column.name), column.field
    if value is None or (value == "" and not field.blank):
        return None if field.null else field.get_default()
    return value


def _facts(register_: Register, editable: list[Column]) -> dict[str, Fact]:
    references = [col for col in editable if col.is_reference]
    unique = [col for col in editable if col.field.unique]
    facts = {"named": Fact(_named(references), queries=len({col.target for col in references})),
             "taken": Fact(_taken(register_, unique), queries=bool(unique)),
             "seen": Fact(_seen(register_))}
    return facts | dict(register_.load)


def _named(references: list[Column]) -> Any:
    """{input: the row its uid names, where the actor may see it}; one query a target and actor."""

    def load(subjects: list[Any]) -> list[dict[str, Any]]:
        wanted: dict[Any, set[Any]] = defaultdict(set)
        for s in subjects:
            for col in references:
                if (uid := s.given.get(col.name)) is not None:
                    wanted[col.target, _reader(s)].add(uid)
        readers = {_reader(s): (s.actor, s.when.at) for s in subjects}
        found = {(target, who): {row.uid: row for row in rows_in_sight(target, *readers[who]).filter(uid__in=uids)}
                 for (target, who), uids in wanted.items()}
        return [{col.name: found.get((col.target, _reader(s)), {}).get(s.given.get(col.name)) for col in references}
                for s in subjects]

    return load


def _reader(subject: Any) -> tuple[int, Any]:
    return id(subject.actor), subject.when.at


def rows_in_sight(model: Any, actor: Any, at: Any) -> Any:
    """The rows a reference may point to: through the target's register, where it has one."""
    from .declare import BY_MODEL  # noqa: PLC0415  the registry is filled by those who call this

    found = BY_MODEL.get(model)
    if actor.system:
        return model._default_manager.all()
    if found is not None:
        return found.seen_by(actor, at)
    if model is Area and actor.area_id is not None:
        return Area.objects.filter(id__in=within(actor.area_id, local_day(at)))
    return model._default_manager.all()


def _taken(register_: Register, unique: list[Column]) -> Any:
    """The unique columns whose given value another row holds, in the table or earlier in the set."""

    def load(subjects: list[Any]) -> list[set[str]]:
        where = Q()
        for col in unique:
            if values := {s.given.get(col.name) for s in subjects} - {None, ""}:
                where |= Q(**{f"{col.name}__in": values})
        rows = register_.model._default_manager.filter(where) if where else ()
        held = {(col.name, getattr(row, col.name)): row.uid for row in rows for col in unique}
        return [{col.name for col in unique if s.given.get(col.name) not in (None, "")
                 and held.setdefault((col.name, s.given.get(col.name)), s.case.uid) != s.case.uid} for s in subjects]

    return load


def _seen(register_: Register) -> Any:
    """Whether the actor may see the row at all; a new one has nothing to see."""

    def load(subjects: list[Any]) -> list[bool]:
        ids: dict[Any, set[int]] = defaultdict(set)
        for s in subjects:
            if s.case.version and not s.actor.system:
                ids[_reader(s)].add(s.case.id)
        readers = {_reader(s): (s.actor, s.when.at) for s in subjects}
        seen = {who: set(register_.seen_by(*readers[who]).filter(id__in=of).order_by().values_list("id", flat=True))
                for who, of in ids.items()}
        return [s.case.id in seen.get(_reader(s), {s.case.id}) for s in subjects]

    return load


def _rules(editable: list[Column]) -> Iterator[Rule]:
    references = [col for col in editable if col.is_reference]
    if references:
        yield Rule(_("所选的各项须存在、在用并在自己的范围内"), lambda *a: list(_reference_faults(references, *a)),
                   frozenset({"named"}))
    if unique := [col for col in editable if col.field.unique]:
        yield Rule(_("编号不能与已有的重复"), lambda case, facts, actor, when, given: [
            _now("%(label)s“%(value)s”已被使用") % {"label": col.label, "value": given.get(col.name)}
            for col in unique if col.name in facts.taken], frozenset({"taken"}))


def _reference_faults(references: list[Column], case: Any, facts: Any, actor: Any, when: Any,
                      given: Any) -> Iterator[str]:
    for col in references:
        row = facts.named[col.name]
        kept = row is not None and case.version and getattr(case, col.field.attname) == row.pk
        if row is None and given.get(col.name) is not None:
            yield _now("%(label)s：没有找到所选的一项，或者它不在您的范围内") % {"label": col.label}
        elif row is not None and not kept and getattr(row, "state", "") == UseState.RETIRED:
            yield _now("%(label)s“%(name)s”已停用，不能再选") % {"label": col.label, "name": row}
        elif isinstance(row, Area) and not kept and not _on_own_ground(row, facts, actor):
            yield _now("%(label)s“%(name)s”不在您的责任区内") % {"label": col.label, "name": row}


def _on_own_ground(area: Area, facts: Any, actor: Any) -> bool:
    return actor.system or actor.area_id is None or actor.area_id in facts.lineage(area.pk)


def form_for(register_: Register) -> type[forms.Form] | None:
    """The form by which a row is written: of the edit move, else of the opening one."""
    for name in (register_.edit, register_.create):
        move = register_.flow.by_name.get(name) if register_.flow and name else None  # type: ignore[attr-defined]
        if move is not None and move.form is not None:
            return move.form
    return register_.form

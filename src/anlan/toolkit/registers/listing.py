"""One page of a register's list: scope, filters, search, order, and the key from which the next page starts."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Func, Q, QuerySet, Value
from django.utils.translation import gettext as _

from anlan.kernel.actors import Actor
from anlan.kernel.folds import end_of
from anlan.kernel.instance import local_day
from anlan.kernel.models import AreaIn
from anlan.toolkit import search
from anlan.toolkit.forms import Day
from anlan.toolkit.search import CANDIDATES

from .columns import Column
from .declare import Register

EVERY_STATE = "all"


class Listing:
    """What a reader asked of a list, by the words of its address; asking never changes anything."""

    def __init__(self, register: Register, actor: Actor, at: datetime, asked: Mapping[str, str],
                 page: int | None = None) -> None:
        self.register, self.actor, self.at = register, actor, at
        self.asked = {k: v.replace("\x00", "") for k, v in asked.items()}
        self.page = page or register.page
        self.faults: list[str] = []
        self._quick, self._slow = Q(), Q()
        for column in register.columns:
            if column.col.filter and column.name != "state":
                self._take(column, self._condition(column))
        self._columns = self._quick & self._slow
        self._quick &= self._state()

    @property
    def narrowed(self) -> Q:
        """What its column filters ask for, without states, search and bound: for whoever bounds the rows otherwise."""
        return self._columns

    @property
    def state(self) -> str:
        """The state asked for; all: every state."""
        told = self.asked.get("state")
        return (self.register.state_column() or EVERY_STATE) if told is None else (told or EVERY_STATE)

    def _state(self) -> Q:
        states = self.register.flow.states.values  # type: ignore[union-attr]
        return Q(state=self.state) if self.state in states else Q()

    def _take(self, column: Column, condition: Q) -> None:
        if condition and not self.register.small and not is_indexed(self.register.model, column.name):
            self._slow &= condition
        else:
            self._quick &= condition

    def _condition(self, column: Column) -> Q:
        name = column.name
        try:
            if column.col.filter == "range":
                return self._between(column)
            raw = self.asked.get(name, "").strip()
            if not raw:
                return Q()
            return self._inside(name, raw) if column.col.filter == "within" else self._equal(column, raw)
        except (ValidationError, ValueError):
            self.faults.append(_("筛选条件“%(label)s”写法不对，没有使用。") % {"label": column.label})
            return Q()

    def _between(self, column: Column) -> Q:
        since, until = (self.asked.get(f"{column.name}_{end}", "").strip() for end in ("since", "until"))
        condition = Q()
        if since:
            condition &= Q(**{f"{column.name}__gte": _bound(column, since, first=True)})
        if until:
            upper = _bound(column, until, first=False)
            condition &= Q(**{f"{column.name}__{'lt' if isinstance(upper, datetime) else 'lte'}": upper})
        return condition

    def _inside(self, name: str, raw: str) -> Q:
        """All that lies in an area, named by uid or code; its ids are read first, so that the rows have one plan."""
        which = {"ancestor__uid": UUID(raw)} if _is_uid(raw) else {"ancestor__code": raw}
        inside = AreaIn.objects.filter(lies_on(local_day(self.at)), **which).values_list("area_id", flat=True)
        return Q(**{f"{name}__in": list(inside)})

    def _equal(self, column: Column, raw: str) -> Q:
        if column.is_reference:
            return Q(**{f"{column.name}__uid": UUID(raw)})
        if column.is_yes_no:
            return Q(**{column.name: raw in ("1", "true", "是")})
        if column.field.get_internal_type() == "ArrayField":
            return Q(**{f"{column.name}__contains": [raw]})
        return Q(**{column.name: column.field.to_python(raw)})

    @cached_property
    def words(self) -> list[str]:
        return search.words_of(self.asked.get("q", "")) if self.register.searched else []

    @cached_property
    def sort(self) -> tuple[str, bool]:
        """(column, descending): as asked where the column may sort, else the register's own order."""
        for told in (self.asked.get("order", ""), self.register.order):
            name = told.removeprefix("-")
            column = self.register.column(name)
            if name == "id" or (column is not None and column.col.sort):
                return name, told.startswith("-")
        return "id", True

    @cached_property
    def everything(self) -> QuerySet[Any]:
        """All rows asked for, within the bound, in order."""
        rows = self.register.rows(self.actor, self.at).filter(self._quick)
        if self.is_bounded:
            ids = list(self._candidates.values_list("id", flat=True))
            self.overflows = len(ids) > CANDIDATES
            rows = self.register.rows(self.actor, self.at).filter(one_of(ids[:CANDIDATES])).filter(self._slow)
            annotations, condition = search.holds(self.register.searched, self.words)
            rows = rows.alias(**annotations).filter(condition) if self.words else rows
        name, descending = self.sort
        keys = [name] if name == "id" else [name, "id"]
        return rows.order_by(*(f"-{k}" if descending else k for k in keys))

    overflows = False

    @property
    def is_bounded(self) -> bool:
        return bool(self.words or self._slow)

    @cached_property
    def _candidates(self) -> QuerySet[Any]:
        """At most one more than the bound: what the pair index finds, or the first rows in order."""
        rows = self.register.seen_by(self.actor, self.at).order_by().filter(self._quick)
        index = search.index_of(self.register.model, self.register.searched)
        found = search.candidates(index, self.words) if index is not None and self.words else None
        if found is not None:
            return rows.alias(**found[0]).filter(found[1])[: CANDIDATES + 1]
        name, descending = self.sort
        return rows.order_by(f"-{name}" if descending else name)[: CANDIDATES + 1]

    @cached_property
    def rows(self) -> list[Any]:
        """This page's rows."""
        return self._ahead[: self.page]

    @cached_property
    def _ahead(self) -> list[Any]:
        return list(self._after(self.everything)[: self.page + 1])

    def _after(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        if (start := self._start) is None:
            return rows
        (name, descending), (value, key) = self.sort, start
        way = "lt" if descending else "gt"
        if name == "id":
            return rows.filter(**{f"id__{way}": key})
        beyond = Q(**{f"{name}__{way}": value}) | Q(**{name: value, f"id__{way}": key})
        return rows.filter(beyond, **{f"{name}__{way}e": value})

    @cached_property
    def _start(self) -> tuple[Any, int] | None:
        """The key in the address; one that cannot be read starts at the first page."""
        told, name = self.asked.get("after", ""), self.sort[0]
        if not told:
            return None
        try:
            text = base64.urlsafe_b64decode(told.encode() + b"=" * (-len(told) % 4)).decode()
            value, key = json.loads(text.replace("\\u0000", ""))
            return self.register.model._meta.get_field(name).to_python(value), int(key)
        except (ValueError, TypeError, binascii.Error, ValidationError, OverflowError):
            self.faults.append(_("这一页的地址不完整，已回到第一页。"))
            return None

    @property
    def next_key(self) -> str:
        """The key of the next page, empty on the last."""
        if len(self._ahead) <= self.page:
            return ""
        last = self.rows[-1]
        told = json.dumps([getattr(last, self.sort[0]), last.id], cls=DjangoJSONEncoder)
        return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")

    @property
    def is_first(self) -> bool:
        return self._start is None

    @cached_property
    def count(self) -> int:
        """How many, up to one more than the bound."""
        if self.is_first and len(self._ahead) <= self.page:
            return len(self._ahead)
        return self.everything.order_by().values("id")[: CANDIDATES + 1].count()

    @property
    def note(self) -> str:
        """What a reader must know of a search that did not look at everything."""
        if not self.overflows:
            return ""
        return _("符合的太多，只在其中%(n)s条里查找，结果可能不全；请再加一个条件或字词。") % {"n": f"{CANDIDATES:,}"}


def one_of(ids: list[int]) -> Func:
    """id = ANY(one array): thousands of ids cost no more to send than one."""
    held = Value(ids, output_field=ArrayField(models.BigIntegerField()))
    return Func(F("id"), held, template="(%(expressions)s))", arg_joiner=" = ANY(", output_field=models.BooleanField())


def lies_on(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def _is_uid(raw: str) -> bool:
    try:
        UUID(raw)
    except ValueError:
        return False
    return True


def _bound(column: Column, raw: str, first: bool) -> Any:
    """A limit as the column's own type: days of an instant begin and end in the district's time."""
    if isinstance(column.field, models.DateField):
        day: date = Day().clean(raw)
        if isinstance(column.field, models.DateTimeField):
            return end_of(day - timedelta(days=1)) if first else end_of(day)
        return day
    return column.field.to_python(raw)


def is_indexed(model: type[models.Model], name: str) -> bool:
    """An index begins with the column, or with area or state and then the column."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    if field.db_index or field.unique:
        return True
    return any(name in _head(fields) for fields in _indexed(model))


def sorts_by_index(model: type[models.Model], name: str) -> bool:
    """An index holds (column, id), so that a page by key costs the same everywhere."""
    return name == "id" or any(fields[-2:] == [name, "id"] or fields[:2] == [name, "id"] for fields in _indexed(model))


def _indexed(model: type[models.Model]) -> list[list[str]]:
    found = [[f.removeprefix("-") for f in index.fields] for index in model._meta.indexes if index.fields]
    return found + [list(c.fields) for c in model._meta.constraints if isinstance(c, models.UniqueConstraint)]


def _head(fields: list[str]) -> list[str]:
    leading = 0
    while leading < len(fields) - 1 and fields[leading] in ("area", "state"):
        leading += 1
    return fields[: leading + 1]


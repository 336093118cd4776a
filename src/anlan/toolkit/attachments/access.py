"""Who may see a file or a paper: whoever may see a case it belongs to, by that kind's own selector."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from anlan.kernel.actors import Actor
from anlan.kernel.models import Attached

from .models import File, FileState

Selector = Callable[[Actor, datetime], "QuerySet[Any]"]
SELECTORS: dict[str, Selector] = {}


def may_see(kind: str, selector: Selector) -> None:
    """selector(actor, at): the cases of this kind that the actor may see. Kinds without one are seen by nobody."""
    SELECTORS[kind] = selector


def sees_any(actor: Actor, at: datetime, cases: Iterable[tuple[str, int]]) -> bool:
    """Whether the actor may see one of these cases, given as (kind, id)."""
    by_kind: dict[str, set[int]] = defaultdict(set)
    for kind, case_id in cases:
        by_kind[kind].add(case_id)
    return any(
        SELECTORS[kind](actor, at).filter(pk__in=by_kind[kind]).exists() for kind in sorted(by_kind.keys() & SELECTORS)
    )


def file_for(actor: Actor, at: datetime, sha256: str) -> File | None:
    """The file under this hash, if the actor sent it or may see a case it is attached to."""
    file = File.objects.filter(sha256=sha256, state=FileState.KEPT).first()
    if file is None:
        return None
    return file if _sent_by(file, actor) or sees_any(actor, at, _cases_with(sha256)) else None


def _sent_by(file: File, actor: Actor) -> bool:
    """The same person, or for a system without one the same post."""
    if file.person_id is None and actor.person_id is None:
        return file.post_id is not None and file.post_id == actor.post_id
    return file.person_id == actor.person_id


def _cases_with(sha256: str) -> list[tuple[str, int]]:
    return list(Attached.objects.filter(sha256=sha256).values_list("kind", "case_id").distinct()[:200])


def files_of(kind: str, case_ids: Sequence[int]) -> Mapping[int, list[tuple[str, str, File | None]]]:
    """For pages: of each case its (role, sha256, file) in the order attached; no file: its bytes have not come yet."""
    named = list(Attached.objects.filter(kind=kind, case_id__in=case_ids).order_by("id")
                 .values_list("case_id", "role", "sha256"))
    held = {f.sha256: f for f in File.objects.filter(sha256__in={sha for _case, _role, sha in named})}
    found: dict[int, list[tuple[str, str, File | None]]] = defaultdict(list)
    for case_id, role, sha in named:
        found[case_id].append((role, sha, held.get(sha)))
    return found

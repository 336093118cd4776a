"""The 30 % street score of a department (domain.md 4.8 [sure] the share, 4.9 [unsure] the split 10/10/10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from anlan.kernel.marks import Count, by_party
from anlan.kernel.rulebook import parameter
from anlan.people.models import Organisation, Sort

from .models import Level

CELLS = ("called", "signed_in_time", "finished", "solved", "rated", "satisfied")
PLACES = Decimal("0.01")


@dataclass(frozen=True)
class Score:
    """Shares from 0 to 1, None where there is nothing to share in; points: what they make, None where all are."""

    department: str
    calls: int
    response: Decimal | None
    solving: Decimal | None
    satisfaction: Decimal | None
    points: Decimal | None
    most: int

    @property
    def response_said(self) -> str:
        return said(self.response)

    @property
    def solving_said(self) -> str:
        return said(self.solving)

    @property
    def satisfaction_said(self) -> str:
        return said(self.satisfaction)


def said(share: Decimal | None) -> str:
    return "—" if share is None else f"{(share * 100).quantize(Decimal('0.1'))}%"


def scores_of(since: date, until: date, *, at: datetime, head: int | None = None) -> list[Score]:
    """Every department that was called in the period, the best first. Calls at the department's rung alone count."""
    split = [int(n) for n in parameter("call.score_split", until)]
    counted = {cell: by_party(Count("call", (cell,), None, at=at, since=since, until=until, head=head,
                                    level=Level.DEPARTMENT.value)) for cell in CELLS}
    names = dict(Organisation.objects.filter(id__in=counted["called"], sort=Sort.DEPARTMENT).values_list("id", "name"))
    found = [_score(name, {cell: counted[cell].get(party, Decimal(0)) for cell in CELLS}, split)
             for party, name in names.items()]
    return sorted(found, key=lambda s: (s.points is None, -(s.points or 0), s.department))


def _score(name: str, n: dict[str, Decimal], split: list[int]) -> Score:
    shares = [_share(n["signed_in_time"], n["called"]), _share(n["solved"], n["finished"]), _share(n["satisfied"], n["rated"])]
    return Score(name, int(n["called"]), *shares, points_of(shares, split), sum(split))


def _share(part: Decimal, whole: Decimal) -> Decimal | None:
    return part / whole if whole else None


def points_of(shares: list[Decimal | None], split: list[int]) -> Decimal | None:
    """Out of the whole split; what could not be counted leaves its points to the others in proportion."""
    known = [(share, most) for share, most in zip(shares, split, strict=True) if share is not None]
    worth = sum(most for _share, most in known)
    if not worth:
        return None
    return (sum(share * most for share, most in known) / worth * sum(split)).quantize(PLACES)

"""What of a listing's journal anybody may check: its entries without a name, their place in the chain, their anchors.

The content of an entry is shown where the listing's own moves made it: names and free text stand apart there, as salted
commitments (Listing.personal). Of any other entry only the digest is shown.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from anlan.kernel.flows import FLOWS
from anlan.kernel.journal_format import instant
from anlan.kernel.models import Entry
from anlan.kernel.proofs import Proven, proven
from anlan.kernel.wording import sentence
from anlan.people.models import Post, Sort

from .listing_models import Listing


class Line(NamedTuple):
    """An entry as the public page tells it."""

    sentence: str
    at: datetime
    proof: Proven
    open: bool


def lines_of(listing: Listing) -> list[Line]:
    found = proven("listing", listing.id)
    houses = _houses({p.entry.post_id for p in found} - {None})
    return [Line(_told(p.entry, houses), p.entry.at, p, _is_open(p.entry)) for p in found]


def _is_open(entry: Entry) -> bool:
    """Made by a move of the listing, whose content holds no personal value."""
    return entry.verb in FLOWS["listing"].by_name


def _houses(posts: set[int | None]) -> dict[int, str]:
    """Which organisation acted; a unit's people act as the unit."""
    rows = Post.objects.filter(id__in=posts).values_list("id", "organisation__sort", "organisation__name")
    return {i: str(_("责任单位")) if sort == Sort.UNIT_OWNER else name for i, sort, name in rows}


def _told(entry: Entry, houses: dict[int, str]) -> str:
    who = houses.get(entry.post_id or 0, str(_("系统")) if entry.actor_id is None else str(_("工作人员")))
    return sentence(entry, who) if _is_open(entry) else _("{who}：内部记录，内容不公开").format(who=who)


def proof_of(listing: Listing, lines: list[Line]) -> dict[str, Any]:
    """The same as plain values; `check_listing.py` recomputes every one of them."""
    return {
        "listing": listing.listing_no, "unit": listing.unit_name,
        "digest_of": "SHA-256(content, joined by 0x1f, UTF-8)", "link_of": "SHA-256(previous + no as 8 bytes + digest)",
        "entries": [_entry(line) for line in lines]}


def _entry(line: Line) -> dict[str, Any]:
    p = line.proof
    return {
        "n": p.entry.n, "no": p.no, "verb": p.entry.verb, "at": instant(p.entry.at), "sentence": line.sentence,
        "content": p.parts if line.open else None, "digest": bytes(p.entry.digest).hex(), "previous": p.previous.hex(),
        "link": p.link.hex(), "anchor": p.anchor and {
            "no": p.anchor.no, "link": p.anchor.link.hex(), "at": instant(p.anchor.at),
            "between": None if p.anchor.between is None else [d.hex() for d in p.anchor.between]}}

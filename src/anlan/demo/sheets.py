"""The sheets of the upper office that the emergency bureau has brought: a ledger of hazards and a monthly return."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.refusals import Refusal
from anlan.toolkit.attachments.keeping import keep
from anlan.toolkit.layouts.samples import LEDGER_TITLE, RETURN_TITLE, ledger_sheet, return_sheet

from .deeds import NotBuilt
from .world import World

SPACE = UUID("5f0a2c9e-3b1d-5e7a-9c44-8d2f6b1e0a73")


def bring(world: World, at: datetime) -> None:
    """Through the door, matched as they come."""
    actor = world.actors["emergency"]
    streets = [world.ground.names[code] for code in world.ground.streets]
    for name, sort, slug, data in ((LEDGER_TITLE, "ledger", "hazards", ledger_sheet()),
                                   (RETURN_TITLE, "return", "", return_sheet(streets))):
        file = keep(data, f"{name}.xlsx", actor=actor, at=at)
        if isinstance(file, Refusal):
            raise NotBuilt(str(file))
        advance(Ref("layout", uuid5(SPACE, name)), "create", actor=actor, at=at, given={
            "name": name, "sort": sort, "slug": slug, "file": [file.sha256]})

"""Taking files in: cleaned, put into the store, and written down under the hash of the bytes as they were sent."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction

from anlan.kernel.actors import Actor
from anlan.kernel.refusals import Refusal
from anlan.kernel.spaces import files

from .kinds import clean_name
from .media import Limits, Media, Store, take_in
from .models import File, FileState


def store() -> Store:
    """Where this instance keeps its files."""
    return Store(files())


def keep(data: bytes, name: str, *, actor: Actor, at: datetime, limits: Limits | None = None) -> File | Refusal:
    """The file, or why it was not taken. Sent again, it is the file that is there already.

    A deed may name the hash before the bytes come; a refusal is written down so that its page can say so.
    """
    digest = hashlib.sha256(data).hexdigest()
    held = File.objects.filter(sha256=digest, state=FileState.KEPT).first()
    if held is not None and held.kept_sha256 in store():
        return held
    media = take_in(data, name, limits)
    if isinstance(media, Refusal):
        _write_down(digest, _of_refusal(media, name, data), actor, at)
        return media
    kept = _put(media)
    return _write_down(digest, {**kept, "state": FileState.KEPT, "reason": ""}, actor, at)


def _put(media: Media) -> dict[str, Any]:
    shelf = store()
    place = media.place
    return {
        "kept_sha256": shelf.put(media.data), "preview_sha256": shelf.put(media.preview) if media.preview else "",
        "name": media.name, "mime": media.mime, "size": media.size, "width": media.width, "height": media.height,
        "taken_at": media.taken_at, "lon": place.lon if place else None, "lat": place.lat if place else None,
    }


def _of_refusal(refusal: Refusal, name: str, data: bytes) -> dict[str, Any]:
    return {"state": FileState.REFUSED, "reason": str(refusal)[:400], "name": clean_name(name) or "—", "size": len(data)}


@transaction.atomic
def _write_down(digest: str, values: dict[str, Any], actor: Actor, at: datetime) -> File:
    """A refusal never takes the place of a file that was kept."""
    sent = {"sent_at": at, "person_id": actor.person_id, "post_id": actor.post_id}
    held, made = File.objects.select_for_update().get_or_create(sha256=digest, defaults={**values, **sent})
    if not made and (held.state == FileState.REFUSED or values["state"] == FileState.KEPT):
        for column, value in {**values, **sent}.items():
            setattr(held, column, value)
        held.save()
    return held

"""Who sees which channel and message: the person it is of, the members of the party it is of, and the bureau."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from anlan.kernel.actors import Actor

from .models import Channel, Gateway, Message


def own(actor: Actor) -> Q:
    """Of this person, or of one of the parties she reads for."""
    found = Q(party_id__in=actor.parties)
    return found if actor.person_id is None else found | Q(person_id=actor.person_id)


def gateways_seen_by(actor: Actor, at: datetime) -> QuerySet[Gateway]:
    rows = Gateway.objects.all()
    return rows if actor.system or "gateways.edit" in actor.permits else rows.none()


def channels_seen_by(actor: Actor, at: datetime) -> QuerySet[Channel]:
    rows = Channel.objects.select_related("gateway")
    if actor.system:
        return rows
    return rows.filter(own(actor) | Q(party_id__isnull=False)) if "gateways.edit" in actor.permits else rows.filter(own(actor))


def messages_seen_by(actor: Actor, at: datetime) -> QuerySet[Message]:
    """With their text. Whoever keeps the system sees the states of all by `states_of_all`, and no text."""
    rows = Message.objects.select_related("channel")
    return rows if actor.system else rows.filter(own(actor))


def states_of_all() -> QuerySet[Message]:
    """Without text and link."""
    return Message.objects.defer("text", "url").order_by("-id")

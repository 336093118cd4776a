"""The words in which the settings page tells the tables of this app."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.places.words import OF_RULE, WORDS

from .models import Place

NEW = {Place.MAIN.value: Place.MAIN.label, Place.ASSISTANT.value: Place.ASSISTANT.label,
       "plain": _("平日"), "weekend": _("双休日"), "holiday": _("节假日"), "key": _("重点时段")}
OF_RULE["duty.seats"] = {Place.LEADER.value: Place.LEADER.label}  # elsewhere a leader is one of the district
for name, word in NEW.items():
    WORDS.setdefault(name, word)

"""What the phone's page of a visit says, turned into the input of the move `finish`.

uids of finds derive from the visit and the item, so a page sent twice makes one matter and one hazard.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from anlan.kernel.actors import Actor
from anlan.kernel.refusals import Refusal
from anlan.toolkit.attachments.keeping import keep
from anlan.toolkit.ui.fields import SignatureField

from .facts import Asked
from .models import Result

ANSWERS = {"normal": "ok", "skip": "na", "hazard": "hazard"}
EXTRA = ("extra1", "extra2", "extra3")


@dataclass
class Filled:
    """given: input of `finish`; faults: sentences for the top of the page."""

    given: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


class Reader:
    """Reads one posted page. Photos are kept at once under their hash, so nothing is lost when it is refused."""

    def __init__(self, visit_uid: UUID, data: Any, files: Any, actor: Actor, at: datetime) -> None:
        self.uid, self.data, self.files, self.actor, self.at = visit_uid, data, files, actor, at
        self.faults: list[str] = []

    def read(self, items: Iterable[Asked]) -> Filled:
        answers, finds = {}, []
        for item in items:
            answer = ANSWERS.get(self.data.get(f"answer-{item.code}", ""))
            if answer:
                answers[item.code] = answer
            if answer == "hazard":
                finds.append(self._find(item.code, item.code, ""))
        for name in EXTRA:
            if what := self.data.get(f"note-{name}", "").strip():
                finds.append(self._find(name, "", what))
        result = self.data.get("result") or (Result.HAZARDS if finds else Result.NORMAL)
        given = {"result": Result.HAZARDS if finds else result, "answers": answers, "finds": finds,
                 "reason": self.data.get("reason", ""), "signer": self.data.get("signer", ""),
                 "photos": self._photos("scene"), "signature": self._signature(), **self._place()}
        return Filled({k: v for k, v in given.items() if v not in ("", None, [])}, self.faults)

    def _find(self, name: str, code: str, what: str) -> dict[str, Any]:
        fixed = self.data.get(f"fixed-{name}", "").strip()
        after = self._photos(f"after-{name}")
        find = {"uid": str(uuid5(self.uid, f"hazard{name}")), "matter": str(uuid5(self.uid, f"matter{name}")),
                "item": code, "what": what or self.data.get(f"note-{name}", "").strip(),
                "place": self.data.get(f"place-{name}", "").strip(), "control": self.data.get(f"control-{name}", ""),
                "before": self._photos(f"photo-{name}"), "after": after,
                "fixed": fixed or (_("当场整改完毕") if after else "")}
        if not code:
            find["level"], find["days"] = self.data.get(f"level-{name}") or "general", self._days(name)
            find["reason"] = self.data.get(f"grade-{name}", "")
        return find

    def _days(self, name: str) -> int:
        raw = self.data.get(f"days-{name}", "3")
        return int(raw) if raw.isdigit() else 3

    def _photos(self, name: str) -> list[str]:
        held = [h for h in self.data.getlist(f"kept-{name}") if h]
        return held + [sha for sha in (self._keep(f) for f in self.files.getlist(name)) if sha]

    def _keep(self, upload: UploadedFile) -> str:
        return self._kept(upload.read(), upload.name or "photo.jpg")

    def _kept(self, content: bytes, name: str) -> str:
        kept = keep(content, name, actor=self.actor, at=self.at)
        if isinstance(kept, Refusal):
            self.faults += kept.sentences
            return ""
        return str(kept.sha256)

    def _signature(self) -> list[str]:
        drawn = self.data.get("signature", "")
        if not drawn:
            return []
        try:
            signed = SignatureField(required=False).clean((drawn, ""))
        except Exception as broken:
            self.faults += list(getattr(broken, "messages", [str(broken)]))
            return []
        sha = self._kept(signed.image, "signature.png") if signed and signed.image else ""
        return [sha] if sha else []

    def _place(self) -> Mapping[str, Any]:
        out = {}
        for name in ("lon", "lat", "accuracy_m", "arrived_at"):
            if raw := self.data.get(name, "").strip():
                out[name] = raw
        return out


def items_for(items: Mapping[str, Asked], categories: Sequence[str]) -> list[Asked]:
    """The handbook's items for a place type, in the handbook's order; all of them when the type has none."""
    wanted = [i for i in items.values() if i.code.rstrip("0123456789") in categories]
    return wanted or list(items.values())

"""A phone for tests, in Python: it signs as the browser does (ECDSA on P-256 with SHA-256, r and s)."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from .keys import NOWHERE, G, N, P, _add, _double


def times(k: int, point: tuple[int, int]) -> tuple[int, int]:
    """k·point, in the curve's plain coordinates."""
    total, step = NOWHERE, (*point, 1)
    while k:
        if k & 1:
            total = _add(total, step)
        step, k = _double(step), k >> 1
    x, y, z = total
    return x * pow(z, -2, P) % P, y * pow(z, -3, P) % P


@dataclass
class Phone:
    """clock_off: how far its clock runs ahead of ours."""

    post: UUID
    uid: UUID = field(default_factory=uuid4)
    secret: int = field(default_factory=lambda: secrets.randbelow(N - 1) + 1)
    clock_off: timedelta = timedelta(0)
    n: int = 0

    @property
    def key(self) -> str:
        x, y = times(self.secret, G)
        return (b"\x04" + x.to_bytes(32) + y.to_bytes(32)).hex()

    def sign(self, text: str) -> str:
        digest, k = int.from_bytes(hashlib.sha256(text.encode()).digest()), secrets.randbelow(N - 1) + 1
        r = times(k, G)[0] % N
        s = pow(k, -1, N) * (digest + r * self.secret) % N
        return base64.b64encode(r.to_bytes(32) + s.to_bytes(32)).decode()

    def envelope(self, kind: str, move: str, case: UUID, at: datetime, given: dict[str, Any],
                 parents: tuple[tuple[str, UUID], ...] = (), **more: Any) -> dict[str, str]:
        self.n += 1
        body = {"v": 1, "id": str(uuid4()), "device": str(self.uid), "n": self.n, "kind": kind, "move": move,
                "case": str(case), "post": str(self.post), "at": (at + self.clock_off).isoformat(), "given": given,
                "parents": [{"kind": k, "uid": str(u)} for k, u in parents], **more}
        text = json.dumps(body, ensure_ascii=False)
        return {"body": text, "signature": self.sign(text)}

    def batch(self, envelopes: list[dict[str, str]], now: datetime) -> dict[str, Any]:
        return {"sent_at": (now + self.clock_off).isoformat(), "envelopes": envelopes}

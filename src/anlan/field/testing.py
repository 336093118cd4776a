"""A phone for tests, in Python: it signs as the browser does (ECDSA on P-256 with SHA-256, r and s)."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


@dataclass
class Phone:
    """clock_off: how far its clock runs ahead of ours."""

    post: UUID
    uid: UUID = field(default_factory=uuid4)
    secret: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    clock_off: timedelta = timedelta(0)
    n: int = 0

    @property
    def key(self) -> str:
        return self.secret.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint).hex()

    def sign(self, text: str) -> str:
        r, s = decode_dss_signature(self.secret.sign(text.encode(), ECDSA(SHA256())))
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

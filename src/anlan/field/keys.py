"""Whether a phone signed what it sent: ECDSA on P-256 with SHA-256 (FIPS 186-5), as the browser's Web Crypto signs."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

UNCOMPRESSED = 65
"""Bytes of a public key: 4, then x and y."""


def key_of(key: bytes) -> EllipticCurvePublicKey | None:
    """None where it is no uncompressed point of the curve."""
    if len(key) != UNCOMPRESSED:
        return None
    try:
        return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), key)
    except ValueError:
        return None


def signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """signature: r and s, 32 bytes each."""
    public = key_of(key)
    if public is None or len(signature) != 64:
        return False
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    try:
        public.verify(encode_dss_signature(r, s), message, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True

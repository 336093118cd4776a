"""Whether a phone signed what it sent: ECDSA on P-256 with SHA-256 (FIPS 186-5), checking only.

Nothing here is secret, so nothing needs to take constant time; the phone signs with the browser's own Web Crypto.
"""

from __future__ import annotations

import hashlib

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)

Jacobian = tuple[int, int, int]
NOWHERE: Jacobian = (1, 1, 0)


def point_of(key: bytes) -> tuple[int, int] | None:
    """The point of an uncompressed public key (65 bytes); None where it is none of the curve."""
    if len(key) != 65 or key[0] != 4:
        return None
    x, y = int.from_bytes(key[1:33]), int.from_bytes(key[33:])
    on_curve = x < P and y < P and (y * y - (x * x * x - 3 * x + B)) % P == 0
    return (x, y) if on_curve else None


def signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """signature: r and s, 32 bytes each, as Web Crypto gives them."""
    point = point_of(key)
    if point is None or len(signature) != 64:
        return False
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    if not (0 < r < N and 0 < s < N):
        return False
    inverse = pow(s, -1, N)
    u, v = int.from_bytes(hashlib.sha256(message).digest()) * inverse % N, r * inverse % N
    x, _y, z = _sum_of_products(u, v, point)
    return z != 0 and x * pow(z, -2, P) % P % N == r


def _sum_of_products(u: int, v: int, point: tuple[int, int]) -> Jacobian:
    """u·G + v·point, both at once."""
    g, q = (*G, 1), (*point, 1)
    table = (NOWHERE, g, q, _add(g, q))
    total = NOWHERE
    for bit in range(255, -1, -1):
        total = _double(total)
        if chosen := (u >> bit & 1) | (v >> bit & 1) << 1:
            total = _add(total, table[chosen])
    return total


def _double(a: Jacobian) -> Jacobian:
    x, y, z = a
    if not z or not y:
        return NOWHERE
    zz, yy = z * z % P, y * y % P
    s = 4 * x * yy % P
    m = 3 * (x - zz) * (x + zz) % P
    xx = (m * m - 2 * s) % P
    return xx, (m * (s - xx) - 8 * yy * yy) % P, 2 * y * z % P


def _add(a: Jacobian, b: Jacobian) -> Jacobian:
    if not a[2]:
        return b
    if not b[2]:
        return a
    (x1, y1, z1), (x2, y2, z2) = a, b
    z1z1, z2z2 = z1 * z1 % P, z2 * z2 % P
    u1, u2 = x1 * z2z2 % P, x2 * z1z1 % P
    s1, s2 = y1 * z2 * z2z2 % P, y2 * z1 * z1z1 % P
    if u1 == u2:
        return _double(a) if s1 == s2 else NOWHERE
    h, r = u2 - u1, s2 - s1
    hh = h * h % P
    hhh, v = h * hh % P, u1 * hh % P
    x = (r * r - hhh - 2 * v) % P
    return x, (r * (v - x) - s1 * hhh) % P, h * z1 * z2 % P

"""Whose address a request has where proxies stand before the house: rates and locks are counted by it."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

Networks = tuple[IPv4Network | IPv6Network, ...]


def networks(written: Iterable[str]) -> Networks:
    """Addresses and networks, as 10.0.0.5 or 10.0.0.0/24. Raises ValueError."""
    return tuple(ip_network(one.strip(), strict=False) for one in written if one.strip())


def address_behind(peer: str, forwarded: str, ours: Networks) -> str:
    """The peer; where that is a proxy of ours, the last address of X-Forwarded-For that is none. What the asker wrote there
    herself stands further left, and counts for nothing."""
    found = peer
    for told in map(str.strip, reversed(forwarded.split(","))):
        if not _is_of(found, ours) or not _is_address(told):
            break
        found = told
    return found


def _is_of(address: str, ours: Networks) -> bool:
    return _is_address(address) and any(ip_address(address) in network for network in ours)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True

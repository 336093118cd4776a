"""Names of people who do not exist. Combinations with a known bearer are left out (data/people_names.csv, avoid)."""

from __future__ import annotations

from collections.abc import Iterator

from .cast import CAST
from .chance import Chance, words


def people(topic: str = "people") -> Iterator[str]:
    """Names without end of the lists, each once; common surnames come more often."""
    dice = Chance(topic)
    surnames, given = words("people_names", "surname"), words("people_names", "given")
    weights = [1 / (rank + 12) for rank in range(len(surnames))]
    seen = {*words("people_names", "avoid"), *(part.name for part in CAST)}
    while True:
        name = dice.choices(surnames, weights)[0] + dice.choice(given)
        if name not in seen:
            seen.add(name)
            yield name


def phone(dice: Chance) -> str:
    """A mobile number under 154, which no operator has given out (likely): nobody's telephone rings."""
    return f"154{dice.randrange(10**8):08d}"


def duty_phone(dice: Chance) -> str:
    """A Wuhan number that begins with 0, as none does."""
    return f"027-0{dice.randrange(10**7):07d}"

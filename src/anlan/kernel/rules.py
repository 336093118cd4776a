"""Rules refuse in sentences: `rule(case, facts, actor, when, given) -> list[str]`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

Test = Callable[..., bool]
Effect = TypeVar("Effect", bound=Callable[..., Any])


@dataclass(frozen=True)
class Rule:
    """`of` gives the sentences; `reads` names the facts it needs; `says` is its plain wording."""

    says: Any
    of: Callable[..., list[str]]
    reads: frozenset[str] = frozenset()

    def __call__(self, case: Any, facts: Any, actor: Any, when: Any, given: Any) -> list[str]:
        return self.of(case, facts, actor, when, given)

    def __and__(self, other: Rule) -> Rule:
        return Rule(f"{self.says}；{other.says}", lambda *a: self.of(*a) + other.of(*a), self.reads | other.reads)

    def __or__(self, other: Rule) -> Rule:
        def either(*a: Any) -> list[str]:
            first = self.of(*a)
            return [] if not first or not other.of(*a) else [f"{self.says}，或{other.says}"]

        return Rule(f"{self.says}，或{other.says}", either, self.reads | other.reads)


def rule(says: Any, reads: tuple[str, ...] = ()) -> Callable[[Test], Rule]:
    """Turn a predicate into a rule that refuses with one sentence."""

    def make(test: Test) -> Rule:
        return Rule(says, lambda *a: [] if test(*a) else [str(says)], frozenset(reads))

    return make


def sentences(says: Any, reads: tuple[str, ...] = ()) -> Callable[[Callable[..., list[str]]], Rule]:
    """Turn a function that lists sentences into a rule."""
    return lambda of: Rule(says, of, frozenset(reads))


def reads(*facts: str) -> Callable[[Effect], Effect]:
    """Say which facts an effect needs: the start-up checks compare them with those that its flow declares."""

    def mark(effect: Effect) -> Effect:
        effect.reads = facts  # type: ignore[attr-defined]
        return effect

    return mark


anyone = Rule("任何人", lambda *a: [])


@rule("只能由系统按时限执行")
def system_only(case: Any, facts: Any, actor: Any, when: Any, given: Any) -> bool:
    return bool(actor.system)

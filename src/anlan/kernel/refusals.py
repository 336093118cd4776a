"""A refusal is sentences a person can act on."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Refusal:
    """fields: input name → sentences, where a form was at fault."""

    sentences: tuple[str, ...]
    fields: tuple[tuple[str, tuple[str, ...]], ...] = field(default=())

    def __str__(self) -> str:
        return "；".join(self.sentences)

    def __bool__(self) -> bool:
        return False


class Refused(Exception):
    """Raised by `advance` where the caller wants an exception instead of a Refusal."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


class Absent(Exception):
    """No such case, or not for this actor: both look the same."""

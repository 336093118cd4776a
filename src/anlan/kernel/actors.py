"""Who acts, and in which post. Resolved at the edge for one instant; the kernel only carries it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Actor:
    """parties: the post, its organisation, and whom it acts for. area_id: the ground it answers for."""

    name: str
    person_id: int | None = None
    post_id: int | None = None
    title: str = ""
    organisation_id: int | None = None
    roles: frozenset[str] = frozenset()
    permits: frozenset[str] = frozenset()
    licences: frozenset[str] = frozenset()
    parties: tuple[int, ...] = ()
    area_id: int | None = None
    device_id: int | None = None
    system: bool = False
    extra: tuple[tuple[str, object], ...] = field(default=())

    def is_any(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)

    def detail(self, name: str) -> object:
        return dict(self.extra).get(name)


SYSTEM = Actor(name="系统", system=True, roles=frozenset({"system"}))

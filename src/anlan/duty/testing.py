"""Rosters of the small district, for the tests of every app that asks who is on duty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from anlan.kernel.actors import SYSTEM, Actor
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.people.models import Person, Post
from anlan.people.standing import actor_for
from anlan.people.testing import NOON, District
from anlan.places.actions import open_many
from anlan.places.testing import BEGAN, by_uid

from .models import Roster

MORE = {"chief2": "街道办副主任", "chief3": "街道武装部长", "chief4": "街道纪工委书记",
        "clerk1": "值班员甲", "clerk2": "值班员乙", "clerk3": "值班员丙", "clerk4": "值班员丁"}
"""Posts of the eastern street that nobody of the cast holds."""


def staff_of(house: str) -> dict[str, int]:
    """Post ids of the eastern street by the cast's names and those of MORE."""
    titles = {title: key for key, title in MORE.items()}
    rows = Post.objects.filter(organisation__code=house).select_related("organisation").values_list(
        "id", "title", "appointments__person__login_name")
    return {titles.get(title, login): id for id, title, login in rows}


class Seat(NamedTuple):
    """A post that somebody new is to hold."""

    title: str
    house: str
    area: str
    roles: tuple[str, ...] = ("street",)


def more_staff(place: District) -> None:
    """Three more leaders and four clerks for the eastern street, and as many for the western one."""
    _seat(place, {f"{side}{key}": Seat(title, house, area) for key, title in MORE.items()
                  for side, house, area in (("", "street1_office", "S1"), ("west_", "street2_office", "S2"))})


def _seat(place: District, wanted: Mapping[str, Seat]) -> None:
    """Each gets a post and somebody in it, all at once; who has one already keeps it."""
    new = {key: seat for key, seat in wanted.items() if key not in place.posts}
    posts = open_many("post", "create", [
        {"title": s.title, "organisation": place.houses[s.house].uid, "roles": list(s.roles), "area": place.areas[s.area].uid,
         "valid_from": BEGAN} for s in new.values()], actor=SYSTEM, at=place.at)
    people = open_many("person", "register", [
        {"name": f"{s.title}{s.house[6]}" if s.roles else s.title} for s in new.values()], actor=SYSTEM, at=place.at)
    open_many("appointment", "appoint", [
        {"person": person, "post": post, "since": BEGAN} for post, person in zip(posts, people, strict=True)],
        actor=SYSTEM, at=place.at)
    place.posts |= by_uid(Post, dict(zip(new, posts, strict=True)))
    place.people |= by_uid(Person, dict(zip(new, people, strict=True)))


def draw_up(place: District, who: str, month: date, *, leaders: tuple[str, ...] = (), mains: tuple[str, ...] = (),
            assistants: tuple[str, ...] | None = None, uid: UUID | None = None) -> Roster:
    """A street's draft; the cast's officers and two clerks take turns where nobody else is named."""
    more_staff(place)
    west = place.posts[who].organisation_id == place.houses["street2_office"].id
    usual = (("street2", "west_chief2", "west_chief3", "west_chief4"), ("west_clerk1", "west_clerk2"),
             ("west_clerk3", "west_clerk4")) if west else (
        ("street", "reviewer"), ("officer1", "officer2"), ("clerk1", "clerk2"))
    given = {name: [str(place.posts[k].uid) for k in (own if own else default)] for name, own, default in (
        ("leaders", leaders, usual[0]), ("mains", mains, usual[1]))}
    given["assistants"] = [str(place.posts[k].uid) for k in (usual[2] if assistants is None else assistants)]
    uid = uid or uuid4()
    advance(Ref("roster", uid), "draw_up", actor=place.actor(who), at=NOON, given={"month": month, **given})
    return Roster.objects.get(uid=uid)


DESKS = {"emergency_bureau": "emergency", "government": "govoffice"}
"""The two duty rooms of the district, and who of the cast arranges duty there."""


def desk_roster(place: District, house: str, month: date, leaders: tuple[str, ...] = ()) -> Roster:
    """A published roster of one of the two desks: four clerks without any role take turns, and two leaders.

    leaders: of the cast; else two posts without a role. Under "{house}_leader0" … in place.posts.
    """
    _seat(place, {f"{house}_{n}": Seat(f"{'值班领导' if 'leader' in n else '值班员'}{n[-1]}号", house, "D", roles=())
                  for n in ("leader0", "leader1", "clerk0", "clerk1", "clerk2", "clerk3")})
    named = [leaders or (f"{house}_leader0", f"{house}_leader1"), (f"{house}_clerk0", f"{house}_clerk1"),
             (f"{house}_clerk2", f"{house}_clerk3")]
    pools = dict(zip(("leaders", "mains", "assistants"), [[str(place.posts[k].uid) for k in keys] for keys in named], strict=True))
    uid = uuid4()
    advance(Ref("roster", uid), "draw_up", actor=place.actor(DESKS[house]), at=place.at, given={"month": month, **pools})
    return publish(place, Roster.objects.get(uid=uid), DESKS[house])


def swap_asked(place: District, roster: Roster, who: str, why: str = "家中有事") -> UUID:
    """Who leads asks whoever leads two days later to change with her. Four leaders at least must take turns."""
    mine = place.posts[who].id
    day = next(d for d in sorted(roster.shifts) if d[-2:] > "01" and roster.shifts[d]["leader"] == mine)
    back = (date.fromisoformat(day) + timedelta(days=2)).isoformat()
    taker, uid = Post.objects.get(id=roster.shifts[back]["leader"]), uuid4()
    advance(Ref("swap", uid), "ask", actor=place.actor(who), at=NOON, given={
        "roster": roster.uid, "day": day, "taker": taker.uid, "back_day": back, "why": why})
    return uid


def publish(place: District, roster: Roster, who: str) -> Roster:
    advance(Ref("roster", roster.uid), "publish", actor=place.actor(who), at=NOON)
    return Roster.objects.get(uid=roster.uid)


def on_duty(place: District, post: str, as_person: str) -> Actor:
    """Somebody of the district who holds another's post besides his own."""
    other = place.people[as_person]
    return replace(place.actor(post), name=other.name, person_id=other.id)


def holding(place: District, roster: Roster, day: str, seat: str) -> Actor:
    """Who stands there, in that post, whether the cast has a log-in for it or not."""
    post = Post.objects.select_related("organisation").get(id=roster.shifts[day][seat])
    person = Person.objects.filter(appointments__post=post).get()
    return actor_for(person, post.id, place.at)

"""Deeds in the exercise and in the live district, in any order: the live one is what its twin is, which did only the live ones."""

import sys
from datetime import timedelta
from types import SimpleNamespace
from uuid import NAMESPACE_URL, uuid5

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from anlan.exercises import testing as exercises
from anlan.incidents.models import Incident, InfoReport
from anlan.kernel import instance, rulebook, spaces
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all
from anlan.kernel.models import Parameter, Revision
from anlan.kernel.rulebook import touch
from anlan.resources.models import RescueTeam
from tests.world import forget

from .test_exercise import district, everything, inside  # noqa: F401

pytestmark = pytest.mark.django_db
LIVE, BESIDE = True, False
WHAT = ("matter", "incident", "report", "note", "team", "rule", "clock", "carry")
DEEDS = st.lists(st.tuples(st.booleans(), st.sampled_from(WHAT)), min_size=2, max_size=5)


def deed(place, what, name):
    """name: from which the uids of what is new are made, so that the twin's are the same."""
    at, desk, ground = instance.instance_clock(), place.actor("emergency"), str(place.areas["G111"].uid)
    if what == "matter":
        advance(Ref("matter", uid(name)), "open", actor=place.actor("warden"), at=at, given={"what": "渍水", "area": ground})
    elif what == "incident":
        advance(Ref("incident", uid(name)), "open", actor=desk, at=at, given={"title": "渍水", "area": ground, "trapped": 1})
    elif what == "report":
        report(place, Incident.objects.order_by("-id").first(), Ref("info_report", uid(name)))
    elif what == "note":
        advance(Ref("incident", Incident.objects.order_by("-id").first().uid), "note", actor=desk, at=at, given={"text": "已核实"})
    elif what == "team" and (team := RescueTeam.objects.filter(standing="ready").order_by("id").first()):
        advance(Ref("rescue_team", team.uid), "call", actor=desk, at=at, given={"task": "抽排", "place": "东街"})
    elif what == "rule":
        limits = Parameter.objects.get(key="incident.report_limits").value
        Parameter.objects.filter(key="incident.report_limits").update(value={**limits, "bureau": {"phone": [7, "minute"]}})
        touch("parameters")
    elif what == "clock":
        instance.set_clock(at + timedelta(minutes=10), running=False)
    elif what == "carry":
        seal_all()
        follow_all()


def report(place, case, ref):
    """The next report of an incident, with a number and on paper."""
    here = {"actor": place.actor("emergency"), "at": instance.instance_clock()}
    sort = "continued" if InfoReport.objects.filter(incident=case).exists() else "first"
    advance(ref, "draft", **here, given={"incident": str(case.uid), "sort": sort})
    advance(ref, "sign", **{**here, "actor": place.actor("director")})
    advance(ref, "send", **here)


def uid(name):
    return uuid5(NAMESPACE_URL, name)


@pytest.fixture
def history(district, inside, monkeypatch):  # noqa: F811
    """history(deeds): what the live district was at first and after each of them; then nothing of it has happened."""
    at = instance.real_time()
    for module in [m for name, m in sys.modules.items() if name.startswith("anlan.") and hasattr(m, "real_time")]:
        monkeypatch.setattr(module, "real_time", lambda: at)  # recorded at the same instant as by the twin
    monkeypatch.setattr(rulebook, "secrets", SimpleNamespace(randbits=lambda _bits: revision()))
    exercises.open_exercise()
    with inside():
        deed(district, "incident", "of the exercise")
    began = numbers()

    def do(deeds):
        with transaction.atomic():
            count_from(began)
            seen = [everything(district.folder)]
            for n, (real, what) in enumerate(deeds):
                if real:
                    deed(district, what, f"live {sum(r for r, _what in deeds[:n])}")
                else:
                    with inside():
                        deed(district, what, f"exercise {n}")
                seen.append(everything(district.folder))
            transaction.set_rollback(True)
        forget()
        return seen

    return do


@pytest.fixture(autouse=True)
def folder(district, settings):  # noqa: F811
    district.folder = settings.MEDIA_ROOT


def revision():
    """One that this space has not had and the other never has."""
    return (10**9 if spaces.in_exercise() else 0) + max(Revision.objects.values_list("n", flat=True), default=0) + 1


def numbers():
    """Every sequence of both schemas: (schema, name, the last it gave)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT schemaname, sequencename, last_value FROM pg_sequences WHERE schemaname NOT LIKE 'pg\\_%'")
        return cursor.fetchall()


def count_from(began):
    """What a rollback does not take back."""
    with connection.cursor() as cursor:
        cursor.executemany("SELECT setval(format('%%I.%%I', %s::text, %s::text)::regclass, coalesce(%s, 1), %s)",
                           [(schema, name, last, last is not None) for schema, name, last in began])


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(deeds=[(BESIDE, "rule"), (BESIDE, "report"), (LIVE, "incident"), (BESIDE, "clock"), (LIVE, "report"), (BESIDE, "carry"),
                (LIVE, "carry")])
@given(deeds=DEEDS)
def test_every_table_figure_and_number_of_the_live_district_is_that_of_its_twin_without_an_exercise(history, deeds):
    twin = history([d for d in deeds if d[0]])
    for n, seen in enumerate(history(deeds)):
        expected = twin[sum(real for real, _what in deeds[:n])]
        assert {name: (expected[name], seen[name]) for name in seen if seen[name] != expected[name]} == {}

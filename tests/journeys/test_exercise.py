"""An evening is played in the exercise, and the real district is, row for row and figure for figure, what it was."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anlan.exercises import command
from anlan.exercises import testing as exercises
from anlan.exercises.models import Exercise
from anlan.incidents.models import Incident, InfoReport, Instruction, Relay
from anlan.kernel import instance, spaces
from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import head_of_chain, seal_all, verify
from anlan.kernel.models import Counter, Entry, Paper
from anlan.kernel.refusals import Absent, Refused
from anlan.matters.models import Matter
from anlan.people.testing import NOON
from anlan.places.actions import open_one
from anlan.resources.models import Callout, RescueTeam
from anlan.toolkit.attachments.keeping import keep
from anlan.toolkit.documents import DRILL
from anlan.toolkit.indicators import INDICATORS, period_of, value_of
from anlan.toolkit.papers.screen import sheet
from anlan.toolkit.papers.templates import document, file_name, render

from .conftest import picture

pytestmark = pytest.mark.django_db
OWN = sorted(i.id for i in INDICATORS.values() if ".tests." not in i.ask.__module__)


@pytest.fixture
def inside(monkeypatch):
    monkeypatch.setattr(spaces, "carrier", exercises.on_own_connection)
    return lambda: spaces.within(spaces.EXERCISE)


@pytest.fixture
def district(place, settings, tmp_path):
    """Two teams and some work of a real day, one incident in it with a first report that has left."""
    settings.MEDIA_ROOT = tmp_path / "files"
    for n in (1, 2):
        open_one("rescue_team", "create", {
            "name": f"东街抢险{n}队", "tier": "grassroots", "skill": "flood", "level": "2", "people": 20, "echelon": "first",
            "owner": place.houses["street1_office"].uid, "area": place.areas["S1"].uid}, actor=SYSTEM, at=NOON)
    reported(place)
    keep(picture().read(), "现场.jpg", actor=place.actor("emergency"), at=NOON)
    seal_all()
    follow_all()
    return place


def reported(place):
    """An incident whose first report has left."""
    here = {"actor": place.actor("emergency"), "at": instance.instance_clock()}
    incident, report = uuid4(), uuid4()
    advance(Ref("incident", incident), "open", **here, given={
        "title": "三楼起火", "area": str(place.areas["G111"].uid), "trapped": 1, "place": "中山路9号"})
    advance(Ref("info_report", report), "draft", **here, given={"incident": str(incident), "sort": "first"})
    advance(Ref("info_report", report), "sign", **{**here, "actor": place.actor("director")})
    advance(Ref("info_report", report), "send", **here)
    return InfoReport.objects.get(uid=report)


def figures():
    """Every indicator, of the whole district and of a street, up to tonight."""
    period = period_of(at=NOON + timedelta(days=1), since=NOON.date() - timedelta(days=30))
    return {id: str(value_of(INDICATORS[id], period, None)) for id in OWN}


def tables():
    """Every row of every table, as text."""
    names = [m._meta.db_table for m in apps.get_models() if m is not Exercise]
    asked = " UNION ALL ".join(
        f"SELECT '{n}', count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \"{n}\" t" for n in names)
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return {name: (count, digest) for name, count, digest in cursor.fetchall()}


def sequences():
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema()"
                       " AND sequencename NOT LIKE 'exercises%%' ORDER BY 1")
        return cursor.fetchall()


def everything(folder):
    files = sorted((str(f.relative_to(folder)), f.read_bytes()) for f in folder.rglob("*") if f.is_file())
    return {"figures": figures(), "head": head_of_chain(), "tables": tables(),
            "numbers": list(Counter.objects.order_by("id").values_list()), "ids": sequences(), "files": files,
            "clock": instance.instance_clock()}


def play(capsys, *words):
    done = command.main(["rainstorm", "--ground", "东街街道", "--speed", "0", "--json", *words])
    out = capsys.readouterr()
    assert done == 0, out.err + out.out
    return json.loads(out.out)


def test_a_simulated_evening_leaves_the_real_district_as_it_was(district, inside, capsys, settings):
    exercises.open_exercise("暴雨之夜", speed=3)
    before = everything(settings.MEDIA_ROOT)
    told = play(capsys)
    with inside():
        case = Incident.objects.get()
        assert (case.state, case.response, set(case.triggers)) == ("closed", "", {"F05", "F07"})
        assert Incident.objects.count() == 1 and Matter.objects.count() == 1
        assert list(Instruction.objects.values_list("state", flat=True)) == ["done"]
        assert list(Callout.objects.values_list("state", flat=True)) == ["stood_down"] * 2
        first, continued, final = InfoReport.objects.order_by("id")
        assert first.number.startswith("演练") and first.number.endswith("第001期") and final.number.endswith("第003期")
        paper = Paper.objects.get(subject_id=first.id, kind="info_report")
        assert (document_marks(paper)[0], "演练" in file_name(paper, "docx")) == (DRILL.text, True)
        assert len(render(paper, "docx")) > 1000
        keep(picture(shade=10).read(), "演练.jpg", actor=district.actor("emergency"), at=instance.instance_clock())
        assert instance.speed() == 3  # the clock runs on as fast as the exercise was opened with
        verdict = verify()
        assert (verdict.breaks, verdict.unsealed) == ([], 0)
    assert told["papers"] == [first.number, continued.number, final.number]
    assert told["late"] == ["东街街道办事处：用时42分钟，时限30分钟，超过12分钟"]
    assert [s["does"] for s in told["steps"] if not s["done"]] == []
    after = everything(settings.MEDIA_ROOT)
    assert {name: (before[name], after[name]) for name in before if before[name] != after[name]} == {}


def document_marks(paper):
    return sheet(document(paper))["marks"]


def test_an_exercise_report_sent_to_a_live_desk_is_refused_with_a_sentence(district, inside):
    exercises.open_exercise()
    with inside():
        sent = reported(district)
    at, desk, incident = NOON + timedelta(minutes=5), district.actor("emergency"), Incident.objects.get()
    relay = Relay.objects.get(rung="govoffice")
    sent_there = (("relay", relay.uid, "write", {"what": f"收到{sent.number}"}), ("relay", relay.uid, "phone", {"whom": sent.number}),
                  ("incident", incident.uid, "update", {"course": f"见{sent.number}"}),
                  ("incident", uuid4(), "open", {"title": sent.number, "area": str(district.areas["G111"].uid)}))
    for kind, uid, move, told in sent_there:
        with pytest.raises(Refused, match="这是演练的报告，不能送到实战的值班室"):
            advance(Ref(kind, uid), move, actor=desk, at=at, given=told)
    with pytest.raises(Absent):
        advance(Ref("info_report", sent.uid), "receive", actor=desk, at=at)


def test_a_script_is_refused_where_no_exercise_is_open_or_it_cannot_be_played(district, inside, capsys, tmp_path):
    assert command.main(["rainstorm"]) == 1
    assert "没有正在进行的演练" in capsys.readouterr().err
    assert command.main(["nothing"]) == 1
    assert "现有脚本：rainstorm" in capsys.readouterr().err
    bad = tmp_path / "bad.toml"
    bad.write_text("[script]\nname='a'\nabout='b'\nground='c'\nbegins='18:00'\n[cast.a]\nrole='street'\nat='street'\n"
                   "[[step]]\nafter=1\nwho='a'\ndoes='incident.fly'\n", encoding="utf-8")
    assert command.main([str(bad)]) == 1
    assert "第1步的操作“incident.fly”不存在" in capsys.readouterr().err
    bad.write_text(bad.read_text(encoding="utf-8").replace("incident.fly'", "incident.open'\nwhom='b'"), encoding="utf-8")
    assert command.main([str(bad)]) == 1
    assert "第1步有不认识的项：whom" in capsys.readouterr().err
    assert Exercise.objects.count() == 0


MOVES = st.lists(st.tuples(st.booleans(), st.sampled_from(["matter", "incident", "note", "team", "tick", "clock"])), min_size=1, max_size=6)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=MOVES)
def test_exercise_and_live_never_mix(mixing, deeds):
    """Whatever is done in either, in whatever order: the other does not change by it."""
    for real, what in deeds:
        mixing(real, what)


@pytest.fixture
def mixing(district, inside):
    """mixing(real, what): do it in one space and hold the other against what it was."""
    exercises.open_exercise()

    def counted():
        return (Entry.objects.count(), Paper.objects.count(), Matter.objects.count(), Incident.objects.count(),
                list(RescueTeam.objects.order_by("id").values_list("version", "standing")), sequences(), instance.instance_clock())

    def beside(real):
        if not real:
            return counted()
        with inside():
            return counted()

    def do(real, what):
        before = beside(real)
        if real:
            _deed(district, what)
        else:
            with inside():
                _deed(district, what)
        assert beside(real) == before

    return do


def _deed(district, what):
    at, desk = instance.instance_clock(), district.actor("emergency")
    if what == "matter":
        advance(Ref("matter", uuid4()), "open", actor=district.actor("warden"), at=at, given={
            "what": "渍水", "area": str(district.areas["G111"].uid)})
    elif what == "incident":
        advance(Ref("incident", uuid4()), "open", actor=desk, at=at, given={"title": "渍水", "area": str(district.areas["G111"].uid)})
    elif what == "note" and (case := Incident.objects.order_by("-id").first()):
        advance(Ref("incident", case.uid), "note", actor=desk, at=at, given={"text": "已核实"})
    elif what == "team" and (team := RescueTeam.objects.filter(standing="ready").first()):
        advance(Ref("rescue_team", team.uid), "call", actor=desk, at=at, given={"task": "抽排", "place": "东街"})
    elif what == "clock":
        instance.set_clock(at + timedelta(minutes=10), running=False)
    else:
        seal_all()
        follow_all()

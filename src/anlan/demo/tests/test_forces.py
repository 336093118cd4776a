"""Teams, goods, stations and incidents of the demonstration, as whoever opens it finds them."""

from collections import Counter

import pytest

from anlan.demo import totals
from anlan.demo.cast import COMMUNITY, STREET
from anlan.demo.forces import split
from anlan.demo.today import OPENS_AT
from anlan.incidents import tracing
from anlan.incidents.models import Crew, Incident, InfoReport, Judgement, Need, Relay
from anlan.kernel.models import Clock
from anlan.kernel.rulebook import rulebook
from anlan.resources.models import Callout, Lot, RescueTeam, ServiceStation, Stock, Transfer
from anlan.resources.store_facts import lots_with_balance
from anlan.toolkit.registers import BY_KIND

WHOLE = totals.read()
KINDS = ("rescue_team", "callout", "transfer", "lot", "service_station", "incident", "relay", "info_report", "instruction")


@pytest.mark.parametrize(("total", "weights"), [(1250, [1, 2.5, 0.7]), (3, [5, 5, 5]), (2, [1, 2, 3]), (0, [1.0]), (100, [0.1] * 7)])
def test_shares_are_whole_at_least_one_and_add_up(total, weights):
    shares = split(total, weights)
    assert (sum(shares), min(shares, default=1) >= 1, len(shares)) == (total, True, min(total, len(weights)))


def test_a_file_without_forces_has_the_demonstrations_and_one_that_contradicts_itself_is_not_built_to(tmp_path):
    text = (totals.files("anlan.demo") / "totals.toml").read_text(encoding="utf-8")
    start, end = text.index("[forces]"), text.index("# For each pair of figures")
    (tmp_path / "old.toml").write_text(text[:start] + text[end:], encoding="utf-8")
    assert totals.read(tmp_path / "old.toml").forces == WHOLE.forces
    wrong = {**WHOLE.forces, "tiers": 6, "model_stations": 142, "kickoff": WHOLE.forces["finish"]}
    assert totals.faults(totals.replace(WHOLE, forces=wrong)) == [
        "tiers应在1至5之间", "model_stations应在0至141之间", "现场会、启动会议和完成期限须有先后"]


def test_an_incident_of_this_morning_waits_for_whoever_opens_the_command_room(demo):
    case = Incident.objects.get(state="open")
    assert (case.area.code, case.known_at < case.opened_at < OPENS_AT, case.response) == (COMMUNITY, True, "")
    assert set(case.relays.values_list("rung", "state")) == {(rung, "running") for rung in ("community", "bureau", "govoffice")}
    assert Counter(Callout.objects.filter(for_uid=case.uid).values_list("state", flat=True)) == {"arrived": 1, "on_way": 2}
    crews = Crew.objects.filter(incident=case)
    assert ({c.state for c in crews}, len(crews), "燃气抢修班" in {c.name for c in crews}) == ({"inside"}, 2, True)
    assert [(n.state, n.amount) for n in Need.objects.filter(incident=case)] == [("open", 6)]
    assert not InfoReport.objects.filter(incident=case).exists()
    runs = Clock.objects.filter(stopped_at=None, kind__in=("relay", "callout", "field_crew"))
    assert {c.due_at > OPENS_AT for c in runs} == {True}
    assert {("relay", "written"), ("callout", "arrive"), ("field_crew", "check_in")} <= set(runs.values_list("kind", "name"))


def test_firms_keep_goods_ready_under_contract_for_the_district_and_the_street(demo):
    agreed = Stock.objects.filter(basis="agreement").select_related("store__owner")
    assert Counter(s.store.level for s in agreed) == {"district": 3, "street": 2}
    assert {s.store.area.code for s in agreed if s.store.level == "street"} == {STREET}
    lots = lots_with_balance().filter(stock__in=agreed)
    assert ({lot.source == lot.stock.supplier and lot.balance > 0 for lot in lots}, len(lots)) == ({True}, 5)


def test_every_other_incident_went_its_whole_way(demo):
    held = list(Incident.objects.exclude(state="open"))
    assert {(x.state, x.gaps == [], x.response) for x in held} == {("closed", True, "")}
    sent = Counter(InfoReport.objects.filter(state="sent").values_list("incident_id", flat=True))
    assert set(sent) == {x.id for x in held} and set(sent.values()) == {2, 3}
    assert [r.title for r in InfoReport.objects.all() if not r.number or (r.sort == "final" and r.missing)] == []
    numbers = [r.number for r in InfoReport.objects.filter(sent_at__year=2021).order_by("sent_at")]
    assert numbers == sorted(numbers), "as their numbers follow, so do their days"
    assert set(Relay.objects.exclude(incident__state="open").values_list("state", flat=True)) == {"done"}
    assert set(Relay.objects.values_list("rung", flat=True)) == {"community", "street", "bureau", "govoffice"}
    assert Judgement.objects.filter(incident=None).count() == 5


def test_crews_said_that_all_was_well_and_came_out_and_what_was_needed_was_given_in_time(demo):
    crews, needs = (list(kind.objects.exclude(incident__state="open")) for kind in (Crew, Need))
    assert {(c.state, c.silent_since, c.people_out == c.people) for c in crews} == {("left", None, True)}
    assert {(n.state, n.late, n.lacking, n.delivered == n.amount) for n in needs} == {("met", False, 0, True)}
    assert len(crews) > 2 and len(needs) > 1
    assert [n for n in needs if n.party in {p["party"] for p in n.pledges}] == [], "another body gives"
    assert Clock.objects.filter(kind="field_crew", outcome__in=("fired", "late")).count() == 0


def test_one_street_was_late_and_the_trail_says_by_how_much(demo):
    (late,) = Relay.objects.exclude(fault="")
    rows = {x.id: tracing.gaps(x, x.relays.order_by("id"), rulebook(), OPENS_AT) for x in Incident.objects.all()}
    assert {(incident, g.how, g.late) for incident, gaps in rows.items() for g in gaps if g.late} == {(late.incident_id, "written", 25)}
    assert (late.fault, late.rung) == ("late", "street")


def test_no_limit_of_forces_and_incidents_has_run_out_unseen(demo):
    assert Clock.objects.filter(kind__in=KINDS, stopped_at=None, due_at__lte=OPENS_AT).count() == 0
    assert set(Callout.objects.values_list("late", "unsigned", "tired")) == {(False, False, False)}
    today = Incident.objects.get(state="open").uid
    assert set(Callout.objects.exclude(for_uid=today).values_list("state", flat=True)) == {"stood_down"}


def test_whoever_keeps_the_store_has_something_to_sign_for_and_the_leader_leads_a_team(demo):
    keeper, leader = demo.actor("storekeeper"), demo.actor("teamleader")
    parcel = Transfer.objects.get(state="sent")
    assert (parcel.to_party in keeper.parties, parcel.area.code) == (True, STREET)
    assert RescueTeam.objects.get(leader_id__in=leader.parties).area.code == STREET
    assert [lot.number for lot in lots_with_balance() if lot.balance < 0] == []
    assert Lot.objects.filter(expires_on__isnull=False).count() > 10


def test_each_register_of_forces_has_rows_for_who_reads_it(demo):
    reader = demo.actor("street2")
    held = {kind: BY_KIND[kind].rows(reader, OPENS_AT).count() for kind in (
        "rescue_team", "team_certificate", "callout", "equipment", "store", "stock", "lot", "good", "transfer", "service_station",
        "station_meeting", "contingency_plan", "plan_step", "rescue_station", "shelter", "hydrant", "expert")}
    assert [kind for kind, rows in held.items() if rows < 2] == []
    assert ServiceStation.objects.filter(state="building").count() == demo.totals.forces["model_stations"] - 1

"""Goods that a firm holds under contract: called from it, answered for by name, brought or not brought."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all
from anlan.kernel.ledger import balance
from anlan.kernel.models import Stake
from anlan.kernel.refusals import Refused
from anlan.kernel.tick import tick
from anlan.people.testing import CAST, NOON, small_district
from anlan.resources.firm_flow import left_over
from anlan.resources.selectors import agreement_calls_seen_by
from anlan.toolkit.notices.models import Notice

from .of_the_district import OfTheDistrict
from .shop import DRAW, Firm
from .test_forces_page import enter

HOUR = timedelta(hours=1)
D = Decimal


@pytest.fixture
def place(district_stands, db):
    return small_district()


@pytest.fixture
def firm(place):
    return Firm(place)


class TestAgreementCalls(OfTheDistrict):
    slug, formula_input = "agreement-calls", ""

    @pytest.fixture
    def made_by(self, place):
        return Firm(place)

    @pytest.fixture
    def make(self, made_by):
        return lambda **more: made_by.ask(1, "emergency", **more).call


PROMISE = {"answerer": "王经理", "promised_at": (NOON + HOUR).isoformat()}


def test_goods_of_a_firm_are_called_promised_and_delivered(place, firm):
    firm.ask(250, for_kind="incident")
    assert (firm.left("firm"), balance("called", firm.call.id), firm.under_way()) == ({"早": 0, "晚": 250}, 250, 250)
    owed = Stake.objects.filter(kind="agreement_call").values_list("role", "party_id")
    assert list(owed) == [("answer", place.parties["street1_office"])]
    firm.step("accept", **PROMISE)
    assert (firm.call.answerer, firm.call.promised_at, firm.call.answered_at) == ("王经理", NOON + HOUR, NOON)
    stake = Stake.objects.get(kind="agreement_call")
    assert (stake.role, stake.due_at) == ("deliver", NOON + HOUR)
    firm.step("deliver", amount="250", receiver="何勇", at=NOON + HOUR / 2)
    call = firm.call
    assert (call.state, call.delivered, call.receiver, call.delivered_at) == ("delivered", 250, "何勇", NOON + HOUR / 2)
    assert (firm.left("firm"), balance("called", call.id), firm.under_way()) == ({"早": 0, "晚": 250}, 0, 0)
    assert not Stake.objects.filter(kind="agreement_call").exists()


def test_what_does_not_come_stands_in_the_firms_stock_again(firm):
    firm.ask(250).step("accept", **PROMISE)
    assert firm.why_not("deliver", amount="251", receiver="何勇") == ("送达数量不能多于调用数量",)
    assert firm.why_not("deliver", amount="210", receiver="何勇") == ("送达的比调用的少，须写明短少原因",)
    firm.step("deliver", amount="210", receiver="何勇", reason="车坏在半路")
    assert (firm.left("firm"), balance("called", firm.call.id)) == ({"早": 0, "晚": 290}, 0)
    firm.ask(290).step("refuse", answerer="王经理", reason="货已卖出")
    assert (firm.call.state, firm.call.answerer, firm.left("firm")) == ("refused", "王经理", {"早": 0, "晚": 290})
    firm.ask(10).step("accept", **PROMISE).step("cancel", reason="雨停了")
    assert (firm.call.state, firm.left("firm"), firm.under_way()) == ("cancelled", {"早": 0, "晚": 290}, 0)


def test_each_goods_is_given_out_in_its_own_way(firm):
    firm.fill(10)
    assert firm.why("draw", where="firm", amount="1", **DRAW) == ("协议储备由企业保管，请用“向企业调用”",)
    told = {"amount": "1", "destination": "闸口", "purpose": "加固"}
    assert firm.why("call_firm", where="street", **told) == ("只有协议储备才向企业调用",)
    assert firm.why("call_firm", where="firm", **told | {"amount": "501"}) == ("可以发出500条，不能发出501条",)
    assert firm.why("call_firm", "street2", "firm", **told) == ("只能由负责所在区域的单位办理",)
    firm.ask(5)
    assert firm.why_not("accept", **PROMISE | {"promised_at": NOON.isoformat()}) == ("约定送达时间须晚于答复的时间",)
    assert firm.why_not("accept", "street2", **PROMISE) == ("只能由负责所在区域的单位办理",)
    with pytest.raises(Refused, match="只能随协议调用一并办理"):
        advance(Ref("stock", firm.stocks["firm"].uid), "take_back", actor=SYSTEM, at=NOON, given={})


def test_the_room_of_what_may_come_back_is_kept(firm):
    firm.do("set_limits", where="firm", minimum="0", maximum="500", supplier="江城建材公司")
    firm.ask(100)
    assert firm.why("take_in", where="firm", amount="1", number="C") == ("入库后为401条，另有100条在途，超过上限500条",)
    firm.step("refuse", answerer="王经理", reason="无车")
    assert sum(firm.left("firm").values()) == 500


def test_a_firm_that_does_not_answer_or_come_is_chased(place, firm):
    firm.ask(100)
    tick(at=NOON + timedelta(minutes=30))
    late = NOON + timedelta(minutes=31)
    firm.step("accept", at=late, **PROMISE)
    tick(at=NOON + HOUR)
    seal_all()
    follow_all()
    told = Notice.objects.filter(party_id=place.parties["street1_office"], text__contains="江城建材公司").order_by("id")
    assert list(told.values_list("text", flat=True)) == [
        "请联系江城建材公司，按协议调用沙袋100条，送往月湖闸口，并登记企业的答复",
        "江城建材公司到期没有答复，请再打电话或改从别处调用：加固堤段",
        "江城建材公司到约定时间没有送达，请催问：加固堤段"]
    assert firm.call.state == "promised"


def test_any_post_on_duty_sees_the_call_and_no_unit(place, firm):
    firm.ask(1)
    seen = {who for who in CAST if firm.call in agreement_calls_seen_by(place.actor(who), NOON)}
    assert seen == set(CAST) - {"unit", "unit2"}


def test_the_stocks_page_has_the_button_and_the_goods_page_the_call(firm):
    firm.ask(20)
    stock = f"/desk/stocks/{firm.stocks['firm'].uid}/"
    page = enter("storekeeper").get(stock).content.decode()
    assert f"{stock}call_firm" in page and f"{stock}draw" not in page
    own = f"/desk/stocks/{firm.stocks['street'].uid}/"
    assert f"{own}call_firm" not in enter("storekeeper").get(own).content.decode()
    goods = enter("storekeeper").get("/desk/resources/goods/").content.decode()
    assert f"/desk/agreement-calls/{firm.call.uid}/" in goods and "江城建材公司 → 月湖闸口" in goods and "待企业答复" in goods
    call = enter("storekeeper").get(f"/desk/agreement-calls/{firm.call.uid}/").content.decode()
    assert "登记企业答应" in call and "登记企业不能供应" in call


PARCELS = st.lists(st.decimals(min_value=D("0.5"), max_value=50, places=1), min_size=1, max_size=5)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amounts=PARCELS, share=st.decimals(min_value=0, max_value=1, places=2))
def test_what_stays_is_what_did_not_come_and_never_more_than_left_a_lot(amounts, share):
    parcels = [{"lot": n, "amount": str(a)} for n, a in enumerate(amounts)]
    back = (sum(amounts) * share).quantize(D("0.1"))
    kept = list(left_over(parcels, back))
    assert sum(n for _lot, n in kept) == back
    assert all(0 < n <= amounts[lot] for lot, n in kept)

"""Stores: goods come in by lot, leave first expired first, are counted, lent between levels, and never fall below nothing."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.follow import follow_all
from anlan.kernel.journal import seal_all
from anlan.kernel.ledger import balance
from anlan.kernel.models import LedgerLine, Stake
from anlan.kernel.refusals import Refused
from anlan.kernel.tick import tick
from anlan.people.testing import CAST, NOON, small_district
from anlan.places.actions import open_one
from anlan.resources import shelves
from anlan.resources.models import Lot, Requisition, Stock, Transfer
from anlan.resources.selectors import requisitions_seen_by, stocks_seen_by
from anlan.resources.shelves import Pile
from anlan.toolkit.notices.models import Notice
from anlan.toolkit.registers import REGISTERS

from .of_the_district import OfTheDistrict
from .shop import DRAW, Loan, Shop, good, store

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
D = Decimal


@pytest.fixture
def place(district_stands, db):
    return small_district()


class TestStores(OfTheDistrict):
    slug, one = "stores", staticmethod(store)


class TestGoods(OfTheDistrict):
    slug, one = "goods", staticmethod(good)


def stock(place, n=1, actor=SYSTEM, **more):
    basis = ("own", "agreement")[n % 2]
    return Stock.objects.get(uid=open_one("stock", "open", {
        "store": store(place, n).uid, "good": good(place, n).uid, "basis": basis, "supplier": f"建材{n}公司", "minimum": n % 2, **more},
        actor=actor, at=NOON))


def lot(place, n=1, **more):
    held = stock(place, n)
    given = {"amount": n, "number": f"批{n}", "expires_on": date(2021, 7, n % 28 + 1), "source": f"捐赠{n}", **more}
    advance(Ref("stock", held.uid), "take_in", actor=SYSTEM, at=NOON, given=given)
    return Lot.objects.get(stock=held)


def transfer(place, n=1, **more):
    to = stock(place, n, basis="own")
    there = open_one("stock", "open", {"store": store(place, n + 50).uid, "good": to.good.uid, "basis": "own"}, actor=SYSTEM, at=NOON)
    return Transfer.objects.get(uid=open_one("transfer", "ask", {
        "to_stock": to.uid, "from_stock": there, "amount": n, "purpose": f"抽排{n}号路渍水", **more}, actor=SYSTEM, at=NOON))


class TestStocks(OfTheDistrict):
    slug, formula_input, one = "stocks", "supplier", staticmethod(stock)


class TestLots(OfTheDistrict):
    slug, formula_input, one = "lots", "number", staticmethod(lot)


class TestTransfers(OfTheDistrict):
    slug, formula_input, one = "transfers", "purpose", staticmethod(transfer)


class TestRequisitions(OfTheDistrict):
    slug, formula_input = "requisitions", "what"

    def one(self, place, n, **more):
        return taken(place, n=n, **more)


@pytest.fixture
def shop(place):
    return Shop(place)


def test_what_expires_first_leaves_first_and_what_keeps_leaves_last(shop):
    shop.fill(100, "永久")
    shop.fill(50, "秋", "2021-10-01")
    shop.fill(30, "夏", "2021-07-01")
    shop.draw(60)
    assert shop.left() == {"永久": 100, "秋": 20, "夏": 0}
    shop.draw(25)
    assert shop.left() == {"永久": 95, "秋": 0, "夏": 0}


def test_stock_does_not_fall_below_nothing(shop):
    shop.fill(100)
    assert shop.why("draw", amount="100.5", **DRAW) == ("可以发出100条，不能发出100.5条",)
    assert shop.why("draw", amount="-3", **DRAW) == ("发出数量：确保该值大于或等于0.001。",)
    shop.draw(100)
    assert shop.why("draw", amount="1", **DRAW) == ("可以发出0条，不能发出1条",)


def test_goods_past_their_day_are_not_given_out_and_do_not_come_in(shop):
    shop.fill(100, "旧", "2021-06-02")
    shop.fill(40, "新", "2021-12-31")
    after = NOON + 2 * DAY
    assert shop.why("draw", at=after, amount="41", **DRAW) == ("可以发出40条，不能发出41条；另有100条已过期，不得发出",)
    shop.draw(40, at=after)
    assert shop.left() == {"旧": 100, "新": 0}
    assert shop.why("take_in", at=after, amount="5", number="过", expires_on="2021-06-02") == ("这批物资已经过期，不能入库",)
    shop.do("write_off", at=after, number="旧", reason="过期")
    assert shop.left()["旧"] == 0
    assert shop.why("write_off", at=after, number="旧", reason="过期") == ("这批物资已没有结存",)


def test_the_reserve_is_kept_unless_the_district_says_so(shop):
    shop.fill(100)
    shop.do("set_limits", minimum="20", reserve="70")
    assert shop.why("draw", amount="31", **DRAW) == ("可以发出30条，不能发出31条；保底70条不在其内",)
    assert shop.why("draw", amount="31", use_reserve="on", **DRAW) == ("动用保底数量须由应急管理部门或区领导决定",)
    shop.draw(100, "emergency", use_reserve="on")
    assert shop.left() == {"A": 0}


def test_a_stock_under_its_minimum_is_told_once_and_rises_again(place, shop):
    shop.fill(100)
    assert shop.do("set_limits", minimum="50").low is False
    assert shop.draw(60).low is True
    assert shop.draw(1).low is True
    seal_all()
    follow_all()
    texts = Notice.objects.filter(party_id=place.parties["street1_office"], text__contains="低于最低库存").values_list("text", flat=True)
    assert list(texts) == ["东街1号库 · 沙袋只剩40条可用，低于最低库存，请补充"]
    assert shop.fill(200, "B").low is False


def test_more_than_the_maximum_does_not_fit(shop):
    shop.do("set_limits", minimum="0", maximum="120")
    shop.fill(100)
    assert shop.why("take_in", amount="21", number="B") == ("入库后为121条，超过上限120条",)
    assert shop.why("count", number="A", counted="121", reason="清点") == ("盘点后为121条，超过上限120条，请先修改库存上限",)
    assert shop.why("set_limits", minimum="0", maximum="99") == ("现有和在途共100条，上限不能再小",)
    assert "库存上限不能小于最低库存" in shop.why("set_limits", minimum="50", maximum="20")


def test_a_count_is_kept_and_its_difference_is_signed_with_a_reason(shop):
    shop.fill(100)
    assert shop.why("count", number="A", counted="97") == ("账面100，实盘97，差异-3，须写明原因",)
    shop.do("count", number="A", counted="97", reason="受潮破损")
    shop.do("count", number="A", counted="97")
    lot = Lot.objects.get()
    assert list(LedgerLine.objects.filter(item_id=lot.id, ledger="stock").order_by("id").values_list("sort", "amount")) == [
        ("entry", 100), ("count", 97), ("entry", -3), ("count", 97)]
    assert shop.why("count", number="没有", counted="1") == ("这项库存没有批号“没有”",)


def test_what_a_firm_holds_under_contract_stands_apart(place, shop):
    def open_agreement(**more):
        return shop.open("street", place.actor("storekeeper"), basis="agreement", **more)

    with pytest.raises(Refused, match="协议储备须写明协议企业"):
        open_agreement()
    shop.stocks["firm"] = open_agreement(supplier="江城建材公司")
    shop.fill(500, where="firm")
    shop.fill(10)
    free = {s.basis: s.free for s in stocks_seen_by(place.actor("street"), NOON).filter(store=shop.stores["street"])}
    assert free == {"own": 10, "agreement": 500}
    with pytest.raises(Refused, match="已有同一权属的这种物资"):
        open_agreement(supplier="另一家")


def test_warnings_come_before_the_last_day_and_then_the_lot_is_red(place, shop):
    shop.fill(100, "A", "2021-07-05")
    shop.do("set_limits", minimum="50")
    for day in (6, 29, 36):
        tick(at=NOON + day * DAY)
    seal_all()
    follow_all()
    told = list(Notice.objects.filter(party_id=place.parties["street1_office"]).order_by("id").values_list("text", flat=True))
    assert told == ["东街1号库 · 沙袋批号A将于2021-07-05到期，请先用或轮换"] * 2 + [
        "东街1号库 · 沙袋批号A已过期，不得发出，请报废", "东街1号库 · 沙袋只剩0条可用，低于最低库存，请补充"]
    shop.stocks["street"].refresh_from_db()
    assert (Lot.objects.get().state, shop.stocks["street"].low) == ("expired", True)
    lot = Lot.objects.get()
    advance(Ref("lot", lot.uid), "relabel", actor=place.actor("storekeeper", at=NOON + 37 * DAY), at=NOON + 37 * DAY,
            given={"number": "A", "expires_on": "2021-09-05", "reason": "标签写错"})
    shop.draw(10, at=NOON + 37 * DAY)
    assert shop.left() == {"A": 90}


def test_only_who_answers_for_the_ground_keeps_its_stores(place, shop):
    shop.fill(10, where="other")
    assert shop.why("draw", where="other", amount="1", **DRAW) == ("只能由负责所在区域的单位办理",)
    assert shop.why("draw", who="teamleader", amount="1", **DRAW) == ("物资由仓库保管员、社区、街道或应急管理部门办理",)
    seen = {who for who in CAST if shop.stocks["other"] in REGISTERS["stocks"].rows(place.actor(who), NOON)}
    assert seen == set(CAST) - {"unit", "unit2"}


def test_a_stock_that_holds_something_is_not_closed(shop):
    shop.fill(5)
    assert shop.why("close", reason="搬迁") == ("还有结存，不能停用",)
    shop.draw(5)
    assert shop.do("close", reason="搬迁").state == "closed"
    assert shop.do("reopen").state == "kept"


# Between levels


@pytest.fixture
def loan(shop):
    return Loan(shop)


def test_goods_are_asked_for_approved_sent_and_received(place, shop, loan):
    shop.fill(30, "旧", "2021-07-01", "district")
    shop.fill(100, "新", "2021-12-01", "district")
    loan.ask(80)
    assert set(Stake.objects.filter(kind="transfer").values_list("role", "party_id")) == {
        ("approve", place.parties["emergency_bureau"]), ("follow", place.parties["street1_office"])}
    loan.do("approve", "emergency", amount="60").do("send", "emergency", carrier="鄂A12345")
    assert (shop.left("district"), shop.left("street"), balance("transit", loan.case.id)) == ({"旧": 0, "新": 70}, {}, 60)
    loan.do("receive", "storekeeper", amount="58", reason="途中破损")
    assert (shop.left("street"), balance("transit", loan.case.id), loan.case.state) == ({"旧": 30, "新": 28}, 0, "received")
    assert {lot.number: lot.expires_on for lot in Lot.objects.filter(stock=shop.stocks["street"])} == {
        "旧": date(2021, 7, 1), "新": date(2021, 12, 1)}
    assert not Stake.objects.filter(kind="transfer").exists()


def test_each_side_does_its_own_part(shop, loan):
    shop.fill(50, where="district")
    with pytest.raises(Refused, match="须由调入仓库的管理单位办理"):
        Loan(shop).ask(1, "street2")
    loan.ask(20)
    assert loan.why("approve", "storekeeper", amount="20") == ("须由调出仓库的管理单位批准",)
    assert loan.why("approve", "emergency", amount="21") == ("批准数量不能多于申请数量",)
    loan.do("approve", "director", amount="20")
    assert loan.why("send", "storekeeper") == ("须由调出仓库的管理单位办理",)
    loan.do("send", "emergency")
    assert loan.why("receive", "street2", amount="20") == ("须由调入仓库的管理单位办理",)
    assert loan.why("receive", "storekeeper", amount="21") == ("收到数量不能多于发出数量",)
    assert loan.why("receive", "storekeeper", amount="19") == ("收到的比发出的少，须写明短少原因",)


def test_what_is_no_longer_there_is_not_sent(shop, loan):
    shop.fill(50, where="district")
    loan.ask(40).do("approve", "emergency", amount="40")
    shop.draw(20, "emergency", "district")
    assert loan.why("send", "emergency") == ("可以发出30条，不能发出40条",)
    assert shop.left("district") == {"A": 30}


def test_a_transfer_needs_two_stocks_of_the_same_goods_of_ones_own(place, shop):
    with pytest.raises(Refused, match="不能是同一项库存"):
        Loan(shop).ask(1, source="street")
    other = good(place, 2)
    shop.stocks["pump"] = Stock.objects.get(uid=open_one("stock", "open", {
        "store": shop.stores["district"].uid, "good": other.uid, "basis": "own"}, actor=SYSTEM, at=NOON))
    with pytest.raises(Refused, match="不是同一种物资"):
        Loan(shop).ask(1, source="pump")
    shop.stocks["firm"] = shop.open("district", basis="agreement", supplier="建材公司")
    with pytest.raises(Refused, match="协议储备不能调拨"):
        Loan(shop).ask(1, source="firm")


def test_a_request_that_nobody_answers_is_pressed(place, shop, loan):
    loan.ask(20)
    tick(at=NOON + timedelta(hours=4))
    seal_all()
    follow_all()
    texts = Notice.objects.filter(party_id=place.parties["emergency_bureau"]).values_list("text", flat=True)
    assert "物资调拨到期没有批准，请立即答复：抽排渍水" in texts
    loan.do("cancel", "storekeeper", reason="雨停了")
    other = Loan(shop).ask(5)
    other.do("refuse", "emergency", reason="区级已用完")
    assert (loan.case.state, other.case.state) == ("cancelled", "refused")


# Property taken for an emergency


def taken(place, who="street", n=1, **more):
    uid = uuid4()
    advance(Ref("requisition", uid), "take", actor=place.actor(who), at=NOON, given={
        "what": f"冲锋舟{n}", "amount": "3", "measure": "machine", "owner_name": "东湖游船公司", "owner_phone": "13900001111",
        "order_no": f"征用〔2021〕{n}号", "purpose": "转移群众", **more})
    return Requisition.objects.get(uid=uid)


def settle(place, case, move, who="street", **told):
    advance(Ref("requisition", case.uid), move, actor=place.actor(who), at=NOON, given=told)
    case.refresh_from_db()


def test_property_that_was_taken_is_returned_or_paid(place):
    case = taken(place)
    settle(place, case, "give_back", amount="2", receiver="王某")
    with pytest.raises(Refused, match="尚未结清1，不能办理2"):
        settle(place, case, "give_back", amount="2", receiver="王某")
    with pytest.raises(Refused, match="还有未返还或补偿的，不能结清"):
        settle(place, case, "settle")
    settle(place, case, "pay", amount="1", yuan="8000", receipt_no="B1")
    settle(place, case, "settle")
    assert (case.state, case.paid_yuan, balance("requisition", case.id)) == ("settled", 8000, 0)


def test_who_may_take_property_and_who_sees_it(place):
    with pytest.raises(Refused, match="征用由街道、应急管理部门或区领导决定"):
        taken(place, "storekeeper")
    case = taken(place)
    seen = {who for who in CAST if case in requisitions_seen_by(place.actor(who), NOON)}
    assert {"street", "emergency", "leader"} <= seen and not seen & {"street2", "unit", "warden"}
    tick(at=NOON + 31 * DAY)
    assert Stake.objects.get(kind="requisition").role == "settle"


# Shelves alone


def test_piles_are_drawn_first_expired_first_or_not_at_all():
    day = date(2021, 6, 1)
    piles = [Pile(n, UUID(int=n), str(n), expires, D(10)) for n, expires in enumerate((None, date(2021, 7, 1), date(2021, 5, 1)), 1)]
    assert [(p.id, n) for p, n in shelves.draw(piles, D(15), day)] == [(2, 10), (1, 5)]
    with pytest.raises(ValueError, match="not enough"):
        shelves.draw(piles, D(21), day)
    assert (shelves.held(piles), shelves.usable(piles, day), shelves.available(piles, day, D(25))) == (30, 20, 0)

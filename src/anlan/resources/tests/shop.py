"""A street's, another street's and the district's store of sandbags, and what is lent between them, for tests."""

from uuid import uuid4

import pytest

from anlan.kernel.actors import SYSTEM
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.refusals import Refused
from anlan.people.testing import NOON
from anlan.places.actions import open_one
from anlan.resources.models import AgreementCall, Good, Stock, Store, Transfer
from anlan.resources.store_facts import piles_of, with_on_the_way

DRAW = {"receiver": "防汛队", "purpose": "加固堤段"}


def store(place, n=1, actor=SYSTEM, **more):
    return Store.objects.get(uid=open_one("store", "create", {
        "name": f"东街{n}号库", "level": ("street", "community")[n % 2], "owner": place.houses["street1_office"].uid,
        "address": f"东街{n}号", "area": place.areas["S1"].uid, **more}, actor=actor, at=NOON))


def good(place, n=1, actor=SYSTEM, **more):
    return Good.objects.get(uid=open_one("good", "create", {
        "code": f"399990{n}" if n < 10 else f"39999{n}", "name": f"沙袋{n}", "sort": "3", "measure": ("bag", "box")[n % 2], **more},
        actor=actor, at=NOON))


class Shop:
    """Stocks of one kind of goods in a street's store, a community's and the district's."""

    def __init__(self, place):
        self.place, self.good = place, good(place, name="沙袋", measure="bag")
        self.stores = {name: store(place, n, level=level, area=place.areas[area].uid, owner=place.houses[house].uid)
                       for n, (name, level, area, house) in enumerate((
                           ("street", "street", "S1", "street1_office"), ("other", "street", "S2", "street2_office"),
                           ("district", "district", "D", "emergency_bureau")), 1)}
        self.stocks = {name: self.open(name) for name in self.stores}

    def open(self, name, actor=SYSTEM, **more):
        told = {"store": self.stores[name].uid, "good": self.good.uid, "basis": "own", **more}
        uid = open_one("stock", "open", told, actor=actor, at=NOON)
        return Stock.objects.get(uid=uid)

    def do(self, move, who="storekeeper", where="street", at=NOON, **told):
        actor = SYSTEM if who == "system" else self.place.actor(who, at=at)
        stock = self.stocks[where]
        advance(Ref("stock", stock.uid), move, actor=actor, at=at, given=told)
        stock.refresh_from_db()
        return stock

    def fill(self, amount, number="A", expires_on=None, where="street", at=NOON):
        more = {"expires_on": expires_on} if expires_on else {}
        return self.do("take_in", "system", where, at, amount=str(amount), number=number, **more)

    def draw(self, amount, who="storekeeper", where="street", at=NOON, **more):
        return self.do("draw", who, where, at, amount=str(amount), receiver="防汛队", purpose="加固堤段", **more)

    def left(self, where="street"):
        return {p.number: p.balance for p in piles_of([self.stocks[where].id])[self.stocks[where].id]}

    def why(self, move, who="storekeeper", where="street", at=NOON, **told):
        with pytest.raises(Refused) as refusal:
            self.do(move, who, where, at, **told)
        return refusal.value.refusal.sentences


class Loan:
    def __init__(self, shop):
        self.shop, self.uid = shop, uuid4()

    def ask(self, amount, who="storekeeper", to="street", source="district", **more):
        stocks = self.shop.stocks
        advance(Ref("transfer", self.uid), "ask", actor=self.shop.place.actor(who), at=NOON, given={
            "to_stock": str(stocks[to].uid), "from_stock": str(stocks[source].uid), "amount": str(amount), "purpose": "抽排渍水", **more})
        return self

    def do(self, move, who, at=NOON, **told):
        advance(Ref("transfer", self.uid), move, actor=self.shop.place.actor(who, at=at), at=at, given=told)
        return self

    def why(self, move, who, **told):
        with pytest.raises(Refused) as refusal:
            self.do(move, who, **told)
        return refusal.value.refusal.sentences

    @property
    def case(self):
        return Transfer.objects.get(uid=self.uid)


class Firm(Shop):
    """A shop whose street also has a contract with a firm for 500 bags; `call` is the newest call on it."""

    def __init__(self, place):
        super().__init__(place)
        self.stocks["firm"] = self.open("street", basis="agreement", supplier="江城建材公司")
        self.fill(200, "早", "2021-07-01", "firm")
        self.fill(300, "晚", where="firm")

    def ask(self, amount, who="storekeeper", **more):
        self.do("call_firm", who, "firm", amount=str(amount), destination="月湖闸口", purpose="加固堤段", **more)
        return self

    @property
    def call(self):
        return AgreementCall.objects.latest("id")

    def step(self, move, who="storekeeper", at=NOON, **told):
        advance(Ref("agreement_call", self.call.uid), move, actor=self.place.actor(who, at=at), at=at, given=told)
        return self

    def why_not(self, move, who="storekeeper", at=NOON, **told):
        with pytest.raises(Refused) as refusal:
            self.step(move, who, at, **told)
        return refusal.value.refusal.sentences

    def under_way(self):
        return with_on_the_way(Stock.objects.all()).get(pk=self.stocks["firm"].pk).on_the_way

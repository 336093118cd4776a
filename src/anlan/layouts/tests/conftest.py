from datetime import timedelta
from uuid import uuid4

import pytest

from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.layouts.models import Layout
from anlan.patrols import handbook
from anlan.people.testing import NOON, PASSWORD, small_district
from anlan.places.actions import open_one
from anlan.toolkit.attachments.keeping import keep
from anlan.toolkit.layouts.samples import ledger_sheet, return_sheet

BEFORE = NOON - timedelta(days=30)


@pytest.fixture
def place(district_stands, db, settings, tmp_path):
    settings.ANLAN_HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    made = small_district()
    handbook.load()
    return made


@pytest.fixture
def found(place):
    """A shop of the eastern street with so many hazards: found(3)."""

    def do(count, grid="G111", name="百瑞景小馆"):
        unit = open_one("premises", "create", {
            "name": name, "place_type": "shop", "address": f"{name}路1号", "area": place.areas[grid].uid,
            "credit_code": ""}, actor=place.actor("emergency"), at=BEFORE)
        finds = [{"uid": str(uuid4()), "matter": str(uuid4()), "item": "", "what": f"{name}第{n}处地面湿滑", "days": 3,
                  "level": "general", "before": ["a" * 64]} for n in range(1, count + 1)]
        warden = place.actor("warden" if grid == "G111" else "warden2")
        advance(Ref("visit", uuid4()), "drop_in", actor=warden, at=NOON, given={
            "premises": str(unit), "result": "hazards", "finds": finds, "answers": {}, "signature": ["b" * 64], "signer": "陈某"})
        return unit

    return do


def sent(data, name="样表.xlsx", *, actor):
    return keep(data, name, actor=actor, at=NOON).sha256


@pytest.fixture
def bring(place):
    """An office brings a sheet: bring("street", slug="hazards")."""

    def do(who="street", data=None, **given):
        actor = place.actor(who)
        known = {"name": "区安委办隐患台账", "sort": "ledger", "slug": "hazards", **given}
        known["file"] = [sent(data or (ledger_sheet() if known["sort"] == "ledger" else return_sheet(["东一", "东二社区", "别处"])),
                              actor=actor)]
        uid = open_one("layout", "create", known, actor=actor, at=NOON)
        return Layout.objects.get(uid=uid)

    return do


@pytest.fixture
def sign_in(client):
    def do(who):
        answer = client.post("/sign-in/", {"login_name": who, "password": PASSWORD})
        assert answer.status_code == 302
        return client

    return do

"""The page of goods: one's own ground first, what is low, out of date or lent on top, and anything wherever it lies."""

from datetime import timedelta

import pytest

from anlan.people.testing import NOON

from .shop import Loan, Shop
from .test_forces_page import enter
from .test_stores import place  # noqa: F401  the fixture

URL = "/desk/resources/goods/"


@pytest.fixture
def shop(place):  # noqa: F811
    made = Shop(place)
    made.do("set_limits", "system", minimum="50")
    made.fill(40, "短", (NOON + timedelta(days=20)).date().isoformat())
    made.fill(500, "区", where="district")
    return made


def test_a_storekeeper_sees_her_own_ground_and_what_presses(place, shop):  # noqa: F811
    Loan(shop).ask(30).do("approve", "emergency", amount="30").do("send", "emergency")
    page = enter("storekeeper").get(URL).content.decode()
    assert "东街1号库" in page and "低于最低库存 1 项" in page and "还有 20 天" in page and "等我方办理" in page
    assert f"/desk/stocks/{shop.stocks['street'].uid}/draw" in page and "东街2号库" not in page
    everything = enter("storekeeper").get(f"{URL}?show=all").content.decode()
    assert "东街2号库" in everything and "东街3号库" in everything


def test_goods_are_found_wherever_they_lie_and_units_see_none(shop):
    page = enter("teamleader").get(f"{URL}?show=all&q=沙袋").content.decode()
    assert "470条" not in page and "500条" in page and "入库" not in page
    assert "没有符合条件的库存" in enter("teamleader").get(f"{URL}?show=all&q=帐篷").content.decode()
    assert enter("unit").get(URL).status_code == 403

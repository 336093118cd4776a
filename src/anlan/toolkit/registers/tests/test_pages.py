"""The pages of a register: list, form, case."""

from uuid import uuid4

import pytest

from anlan.kernel.models import Entry
from anlan.toolkit.tests.town.models import Pump

pytestmark = pytest.mark.django_db


def test_a_row_is_registered_edited_and_listed_in_the_browser(visit, keeper, ground):
    browser, uid = visit(keeper), uuid4()
    given = {"code": "P1", "name": "一号泵", "sort": "diesel", "area": str(ground["G1"].uid), "_uid": str(uid)}
    answer = browser.post("/desk/pumps/new", given)
    assert (answer.status_code, answer.url) == (302, f"/desk/pumps/{uid}/")
    answer = browser.post(f"/desk/pumps/{uid}/edit", given | {"name": "一号抽水泵", "_expect": "1"})
    assert answer.status_code == 302
    row = Pump.objects.get(uid=uid)
    assert (row.name, row.version, row.state, row.is_mobile, row.power_kw) == ("一号抽水泵", 2, "active", False, None)
    page = browser.get("/desk/pumps/").content.decode()
    assert "一号抽水泵" in page and f"/desk/pumps/{uid}/" in page
    case = browser.get(f"/desk/pumps/{uid}/").content.decode()
    assert "系统修改" not in case and "名称：一号泵 → 一号抽水泵" in case


def test_a_refused_form_keeps_what_was_typed_and_says_why(visit, keeper, ground, pump):
    pump(code="P1")
    browser = visit(keeper)
    given = {"code": "P1", "name": "二号泵", "sort": "diesel", "area": str(ground["G1"].uid)}
    answer = browser.post("/desk/pumps/new", given)
    page = answer.content.decode()
    assert answer.status_code == 422 and "编号“P1”已被使用" in page and 'value="二号泵"' in page
    answer = browser.post("/desk/pumps/new", given | {"code": "P2", "name": ""})
    assert answer.status_code == 422 and "请填写“名称”" in answer.content.decode()
    assert (Pump.objects.count(), Entry.objects.filter(kind="pump").count()) == (1, 1)

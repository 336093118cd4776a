"""The pages of a register: list, form, case."""

import io
import re
from uuid import uuid4

import pytest
from PIL import Image

from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.models import Attached, Entry, Secret
from anlan.kernel.refusals import Refused
from anlan.kernel.tests.conftest import NOON
from anlan.toolkit.registers import REGISTERS, names
from anlan.toolkit.registers.listing import Listing
from anlan.toolkit.tests.town.models import Pump

pytestmark = pytest.mark.django_db


@pytest.fixture
def named(monkeypatch):
    """People and posts have names."""
    monkeypatch.setattr(names, "_LOOKUPS", dict(names._LOOKUPS))
    monkeypatch.setattr(names, "_TOGETHER", [])
    names.register(people=lambda ids: {i: {1: "周敏"}.get(i, "某人") for i in ids}, posts=lambda ids: {11: "防汛办主任"})


def sent(ground, **more):
    return {"code": "P1", "name": "一号泵", "sort": "diesel", "area": str(ground["G1"].uid)} | more


def test_a_row_is_registered_edited_and_listed_in_the_browser(visit, keeper, ground, named):
    browser, uid = visit(keeper), uuid4()
    answer = browser.post("/desk/pumps/new", sent(ground, _uid=str(uid)))
    assert (answer.status_code, answer.url) == (302, f"/desk/pumps/{uid}/")
    answer = browser.post(f"/desk/pumps/{uid}/edit", sent(ground, name="一号抽水泵", _expect="1"))
    assert answer.status_code == 302
    row = Pump.objects.get(uid=uid)
    assert (row.name, row.version, row.state, row.is_mobile, row.power_kw) == ("一号抽水泵", 2, "active", False, None)
    page = browser.get("/desk/pumps/").content.decode()
    assert "一号抽水泵" in page and f"/desk/pumps/{uid}/" in page
    case = browser.get(f"/desk/pumps/{uid}/").content.decode()
    assert "周敏（防汛办主任）修改一号抽水泵的资料" in case and "名称：一号泵 → 一号抽水泵" in case


def test_the_journal_keeps_only_what_changed_and_never_the_phone(visit, keeper, ground):
    browser, uid = visit(keeper), uuid4()
    browser.post("/desk/pumps/new", sent(ground, _uid=str(uid), phone="13800138000"))
    browser.post(f"/desk/pumps/{uid}/edit", sent(ground, power_kw="7"))
    created, edited = Entry.objects.filter(kind="pump").order_by("n")
    assert edited.data["set"] == {"power_kw": [None, 7]}
    assert "13800138000" not in str(created.data) + str(edited.data)
    assert set(Secret.objects.values_list("entry__n", "field")) == {(1, "phone"), (2, "phone")}
    assert Pump.objects.get(uid=uid).phone == "13800138000", "a masked input left empty keeps its value"


def test_a_masked_input_is_kept_changed_or_cleared(visit, keeper, ground, pump):
    row = pump(phone="13800138000")
    browser = visit(keeper)
    page = browser.get(f"/desk/pumps/{row.uid}/edit").content.decode()
    assert "13800138000" not in page and "138****8000" in page
    told = sent(ground, code=row.code)
    for typed, kept in (("", "13800138000"), ("13900139000", "13900139000"), ("-", "")):
        assert browser.post(f"/desk/pumps/{row.uid}/edit", told | {"phone": typed}).status_code == 302
        assert Pump.objects.get(uid=row.uid).phone == kept


def test_what_is_masked_opens_once_with_a_permit_and_a_reason(visit, keeper, reader, pump):
    row = pump(phone="13800138000")
    url = f"/desk/pumps/{row.uid}/"
    assert "查看遮盖的内容" not in visit(reader).get(url).content.decode()
    assert visit(reader).post(f"{url}unseal", {"reason": "想看看"}).status_code == 404
    browser = visit(keeper)
    assert browser.post(f"{url}unseal", {"reason": ""}).status_code == 422
    answer = browser.post(f"{url}unseal", {"reason": "联系保管人"})
    assert "13800138000" in answer.content.decode() and answer["Cache-Control"] == "no-store"
    entry = Entry.objects.get(verb="unsealed")
    assert (entry.subject_id, entry.actor_id, entry.data) == (row.id, 1, {"columns": "电话", "reason": "联系保管人"})
    assert "13800138000" not in browser.get(url).content.decode()


def test_a_refused_form_keeps_what_was_typed_and_says_why(visit, keeper, ground, pump):
    pump(code="P1")
    browser = visit(keeper)
    answer = browser.post("/desk/pumps/new", sent(ground, name="二号泵"))
    page = answer.content.decode()
    assert answer.status_code == 422 and "编号“P1”已被使用" in page and 'value="二号泵"' in page
    answer = browser.post("/desk/pumps/new", sent(ground, code="P2", name="", power_kw="-3"))
    page = answer.content.decode()
    assert answer.status_code == 422 and "请填写“名称”" in page and page.count('autofocus="') == 1
    assert (Pump.objects.count(), Entry.objects.filter(kind="pump").count()) == (1, 1)


def test_a_form_sent_twice_counts_once(visit, keeper, ground):
    browser = visit(keeper)
    hidden = {"_uid": str(uuid4()), "_request": str(uuid4())}
    for _ in range(2):
        assert browser.post("/desk/pumps/new", sent(ground, **hidden)).status_code == 302
    edit = sent(ground, name="新名", _request=str(uuid4()))
    for _ in range(2):
        assert browser.post(f"/desk/pumps/{hidden['_uid']}/edit", edit).status_code == 302
    assert list(Entry.objects.filter(kind="pump").order_by("n").values_list("verb", flat=True)) == ["create", "edit"]


def test_two_people_at_once_do_not_overwrite_each_other(visit, keeper, ground, pump):
    row = pump(code="P1")
    browser = visit(keeper)
    browser.post(f"/desk/pumps/{row.uid}/edit", sent(ground, name="先到", _expect="1"))
    late = browser.post(f"/desk/pumps/{row.uid}/edit", sent(ground, name="后到", _expect="1"))
    assert late.status_code == 422 and "内容刚被他人更新" in late.content.decode() and "后到" in late.content.decode()
    assert Pump.objects.get().name == "先到"


def test_retiring_asks_why_and_can_be_taken_back_at_once(visit, keeper, pump):
    row = pump()
    browser, url = visit(keeper), f"/desk/pumps/{row.uid}/"
    assert browser.post(f"{url}retire", {}).status_code == 422
    answer = browser.post(f"{url}retire", {"reason": "泵轴断裂"}, follow=True)
    page = answer.content.decode()
    assert "已办理：停用。" in page and f'action="{url}restore"' in page
    assert Pump.objects.get().state == "retired"
    assert row.name not in browser.get("/desk/pumps/").content.decode()
    assert row.name in browser.get("/desk/pumps/?state=retired").content.decode()
    assert "已办理" not in browser.get(url).content.decode(), "the offer is made once"
    browser.post(f"{url}restore")
    assert Pump.objects.get().state == "active"


def test_moves_are_buttons_for_those_who_may_and_reasons_for_those_who_may_not(visit, keeper, reader, pump):
    row = pump()
    url = f"/desk/pumps/{row.uid}/"
    mine, hers = visit(keeper).get(url).content.decode(), visit(reader).get(url).content.decode()
    assert f'href="{url}edit"' in mine and "水泵只能由管理员维护" not in mine
    assert f'href="{url}edit"' not in hers and "水泵只能由管理员维护" in hers and "现在没有需要您办理的步骤" in hers
    refused = visit(reader).post(f"{url}retire", {"reason": "不该"})
    assert refused.status_code == 422 and "水泵只能由管理员维护" in refused.content.decode()
    assert visit(reader).get("/desk/pumps/new").status_code == 403
    assert "/desk/pumps/new" not in visit(reader).get("/desk/pumps/").content.decode()


def test_the_door_itself_refuses_what_is_out_of_sight(keeper, neighbour, ground, pump):
    row = pump(code="P1")
    ref = Ref("pump", row.uid)
    for move, given in (("edit", sent(ground, name="抢来")), ("retire", {"reason": "不该"})):
        with pytest.raises(Refused, match="没有找到这一项，或者它不在您的范围内"):
            advance(ref, move, actor=neighbour, at=NOON, given=given)
    assert advance(ref, "edit", actor=keeper, at=NOON, given=sent(ground, name="新名")).n == 2


def test_a_reference_may_be_named_by_code_or_name_and_only_within_sight(visit, keeper, neighbour, ground, depot):
    browser = visit(keeper)
    for n, name in enumerate(("K1", "首义库", "K1 首义库", str(depot.uid)), start=1):
        assert browser.post("/desk/pumps/new", sent(ground, code=f"P{n}", depot=name)).status_code == 302
    assert Pump.objects.filter(depot=depot).count() == 4
    answer = browser.post("/desk/pumps/new", sent(ground, code="P9", depot="没有的库"))
    assert answer.status_code == 422 and "没有找到“没有的库”" in answer.content.decode()
    there = sent(ground, code="P9", area=str(ground["G2"].uid), depot=str(depot.uid))
    answer = visit(neighbour).post("/desk/pumps/new", there)
    assert answer.status_code == 422 and "所属库房：没有找到所选的一项，或者它不在您的范围内" in answer.content.decode()
    answer = visit(neighbour).post("/desk/pumps/new", sent(ground, code="P9"))
    assert answer.status_code == 422 and "区域：没有找到所选的一项，或者它不在您的范围内" in answer.content.decode()


def test_a_picker_offers_what_is_in_sight_and_in_use(visit, keeper, neighbour, depot):
    assert 'value="K1 首义库"' in visit(keeper).get("/desk/depots/options?depot=首义").content.decode()
    assert "首义库" not in visit(neighbour).get("/desk/depots/options?depot=首义").content.decode()
    assert "首义库" not in visit(keeper).get("/desk/depots/options?depot=汉口").content.decode()


def a_photo(name="铭牌.png", colour="red"):
    held = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(held, "PNG")
    held.seek(0)
    held.name = name
    return held


def test_photos_posted_with_a_form_are_kept_named_by_their_hash_and_survive_a_refusal(
        visit, keeper, pump, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    browser, url = visit(keeper), f"/desk/pumps/{pump().uid}/"
    page = browser.get(f"{url}check").content.decode()
    assert 'type="file"' in page and "multipart/form-data" in page
    refused = browser.post(f"{url}check", {"seen": "", "photos": [a_photo()]})
    kept = re.search(r'name="photos" value="([0-9a-f]{64})"', refused.content.decode())
    assert refused.status_code == 422 and kept and "已收到1个，不必重传" in refused.content.decode()
    answer = browser.post(f"{url}check", {"seen": "铭牌完好", "photos": [kept[1]]})
    assert answer.status_code == 302
    attached = Attached.objects.get()
    assert (attached.sha256, attached.role) == (kept[1], "photo")
    page = browser.get(url).content.decode()
    assert "铭牌.jpg" in page or ("铭牌" in page and f"/files/{kept[1]}" in page)
    program = io.BytesIO(b"MZ" + b"\x00" * 200)
    program.name = "照片.jpg"
    refused = browser.post(f"{url}check", {"seen": "有", "photos": [program]})
    assert refused.status_code == 422 and Attached.objects.count() == 1
    assert "照片" in refused.content.decode() and browser.post(f"{url}check", {"seen": "有"}).status_code == 422


def test_htmx_is_sent_on_by_a_header(visit, keeper, ground):
    uid = uuid4()
    answer = visit(keeper).post("/desk/pumps/new", sent(ground, _uid=str(uid)), headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, f"/desk/pumps/{uid}/")


def test_a_form_returns_only_to_this_house(visit, keeper, ground):
    browser = visit(keeper)
    told = {"_next": "https://elsewhere.example/", "_uid": str(uuid4())}
    assert browser.post("/desk/pumps/new", sent(ground, **told)).url == f"/desk/pumps/{told['_uid']}/"
    answer = browser.post("/desk/pumps/new", sent(ground, code="P2", _next="/desk/depots/"))
    assert answer.url == "/desk/depots/"


def test_too_long_or_strange_values_are_refused_in_words(visit, keeper, ground):
    browser = visit(keeper)
    for given in ({"name": "长" * 61}, {"power_kw": "9" * 30}, {"bought_on": "1900-01-01"}, {"lon": "500", "lat": "30"},
                  {"lon": "114.3"}):
        answer = browser.post("/desk/pumps/new", sent(ground, **given))
        assert answer.status_code == 422, given
    assert browser.post("/desk/pumps/new", sent(ground, name="泵\x00", note="x\x00")).status_code == 422
    assert browser.post("/desk/pumps/new", sent(ground, depot="\x00库")).status_code == 422
    answer = browser.post("/desk/pumps/new", sent(ground, name="泵😀"))
    assert answer.status_code == 422 and "“😀”是表情符号" in answer.content.decode()
    for word in ("q=%00", "sort=%00", "depot=%00", "after=WyJcdTAwMDAiLDFd&order=name", "after=WzEsIDFlOTldCg",
                 f"power_kw_since={'9' * 40}", "bought_on_since=0000-00-00", "area=%00", "state=%00"):
        assert browser.get(f"/desk/pumps/?{word}").status_code == 200, word


def found(actor, **asked):
    return [row.code for row in Listing(REGISTERS["pumps"], actor, NOON, asked).everything]


def test_filters_in_the_address_narrow_the_list(keeper, ground, pump, depot):
    pump(code="A", power_kw="5", bought_on="2019-05-01", is_mobile="on", depot=str(depot.uid))
    pump(code="B", power_kw="9", bought_on="2020-05-01", sort="electric", area="G2")
    everything = ["B", "A"]
    assert found(keeper) == everything
    for asked, codes in (
            ({"sort": "electric"}, ["B"]), ({"is_mobile": "1"}, ["A"]), ({"is_mobile": "0"}, ["B"]),
            ({"power_kw_since": "6"}, ["B"]), ({"power_kw_until": "9"}, everything), ({"power_kw_until": "8"}, ["A"]),
            ({"bought_on_since": "2019-06-01"}, ["B"]), ({"bought_on_until": "2019-05-01"}, ["A"]),
            ({"depot": str(depot.uid)}, ["A"]), ({"area": str(ground["C2"].uid)}, ["B"]), ({"area": "S"}, everything),
            ({"area": str(uuid4())}, []), ({"sort": "steam"}, []), ({"sort": "electric", "is_mobile": "1"}, [])):
        assert found(keeper, **asked) == codes, asked


def test_a_filter_that_cannot_be_read_is_told_and_left_out(keeper, pump):
    pump(code="A")
    for asked in ({"bought_on_since": "gestern"}, {"power_kw_since": "viel"}, {"depot": "x"}, {"after": "!!"}):
        listing = Listing(REGISTERS["pumps"], keeper, NOON, asked)
        assert [r.code for r in listing.rows] == ["A"] and len(listing.faults) == 1, asked


def test_the_list_pages_by_key_and_keeps_its_filters(visit, keeper, pump, monkeypatch):
    monkeypatch.setattr(type(REGISTERS["pumps"]), "page", 2)
    made = [pump(name=f"泵{n}").name for n in range(5)]
    browser, seen, url = visit(keeper), [], "?order=name"
    while url:
        answer = browser.get(f"/desk/pumps/{url}")
        table = answer.context["table"]
        seen += [row.cells[1] for row in table.rows]
        assert table.count == "5" and "order=name" in (table.next_url or "order=name")
        url = table.next_url
    assert seen == made


def test_sorting_by_what_may_not_sort_falls_back_to_the_usual_order(keeper, pump):
    pump(code="A")
    pump(code="B")
    assert found(keeper, order="power_kw") == found(keeper, order="nothing") == found(keeper) == ["B", "A"]
    assert found(keeper, order="name") == ["A", "B"]


def test_an_empty_list_says_why(visit, keeper):
    assert "您的范围内还没有水泵" in visit(keeper).get("/desk/pumps/").content.decode()
    assert "没有符合条件的水泵" in visit(keeper).get("/desk/pumps/?q=无").content.decode()

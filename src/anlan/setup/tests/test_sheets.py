"""Sheets of the first run: every fault with its line and column, and nothing stored while there is one."""

import re
from datetime import datetime

import pytest
from django.contrib.auth.hashers import check_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler

from anlan.kernel.models import Area
from anlan.kernel.refusals import Refusal
from anlan.people.models import Appointment, Licence, Organisation, Person
from anlan.people.testing import NOON
from anlan.places.models import HolidayYear
from anlan.setup import grounds, holidays, organisations, passwords, staff
from anlan.toolkit.attachments.tests.made import archive
from anlan.toolkit.sheets import read_sheet

from .books import cells, edited, workbook
from .conftest import AREA_HEAD, TREE

BODIES = ("机构代码", "名称", "类别", "上级机构", "牵头部门", "区域", "职责范围", "负责人", "值班电话", "启用日期")
STAFF = ("姓名", "登录名", "手机", "岗位名称", "所在机构", "责任区域", "角色", "任职日期", "证件种类", "证件编号", "发证机关",
         "证件有效期自", "证件有效期至")
BUREAU = ("emergency", "区应急管理局", "区级部门", "", "", "X", "", "", "", "2021-01-01")
SENTENCE = re.compile(r'<p class="field-error">.*?<span>([^<]+)</span>', re.S)
THREE = [("韩磊", "hanlei", "", "系统管理员", "emergency", "", "系统管理员"),
         ("杨帆", "yangfan", "", "安全管理员", "emergency", "", "安全管理员"),
         ("朱琳", "zhulin", "", "审计员", "emergency", "", "审计员")]


def said(plan):
    assert not isinstance(plan, Refusal), plan
    return [str(f) for f in plan.faults]


@pytest.fixture
def bureau(ground):
    assert said(organisations.run(workbook(BODIES, [BUREAU]), "机构.xlsx", NOON, save=True)) == []
    return ground


def test_area_rows_with_faults_store_nothing(home):
    rows = [TREE[0], ("X1", "望潮🌉街道", "街道", "X", "2021-01-01"), ("X1", "望潮街道", "片区", "X", "2021-01-01"),
            ("X2", "石桥街道", "街道", "Y", "2021-01-01"), ("X3", "柳岸街道", "街道", "X", datetime(1900, 1, 1)),  # noqa: DTZ001
            ("X4", "=1+1", "街道", "X", "2021-01-01")]
    plan = grounds.run(workbook(AREA_HEAD, rows, titles=["临江区区划", "2021年"]), "区划.xlsx", NOON, save=True)
    assert said(plan) == [
        "第 5 行 B 列“名称”“🌉”是表情符号，文书上打印不出来，请删去",
        "第 6 行 C 列“层级”“片区”不是层级，请写区、街道、社区、网格之一",
        "第 7 行 D 列“上级代码”表里和区划中都没有代码“Y”",
        "第 8 行 E 列“启用日期”是 1900 年的日期，多半是空格或序号被设成了日期格式。请改正或清空。",
        "第 8 行 E 列“启用日期”这个字段是必填项。",
        "第 9 行 B 列“名称”是公式，请改成公式算出的结果再导入（复制后“选择性粘贴—数值”）。",
        "第 9 行 B 列“名称”这个字段是必填项。"]
    assert not Area.objects.exists()
    assert [plan.typed(f) for f in plan.faults] == ["望潮🌉街道", "片区", "Y", "（读不出）", "（读不出）", "（读不出）", "（读不出）"]


def test_what_is_proposed_fits_the_ground_and_is_taken_as_it_is(ground):
    sheet = organisations.template(NOON.date())
    assert said(organisations.run(sheet, "机构.xlsx", NOON, save=True)) == []
    assert list(Organisation.objects.order_by("sort").values_list("sort", flat=True).distinct()) == [
        "committee", "community", "department", "street_office"]
    office = Organisation.objects.get(code="office-X1")
    assert (office.name, office.area.code) == ("望潮街道办事处", "X1")
    assert Organisation.objects.get(code="community-X11").parent == office
    assert Organisation.objects.get(code="committee-05").lead.code == "urban_management"
    again = organisations.run(sheet, "机构.xlsx", NOON, save=True)
    assert (again.created, again.changed, again.same) == (0, 0, Organisation.objects.count())


def test_organisations_with_faults_are_named_by_line_and_column(ground):
    rows = [BUREAU, ("emergency", "又一个应急局", "区级部门", "", "", "X", "", "", "", "2021-01-01"),
            ("gas", "城管局", "委办局", "", "", "X", "", "", "", "2021-01-01"),
            ("office", "望潮街道办事处", "街道办事处", "", "", "X9", "", "", "12", "2021-01-01"),
            ("committee", "燃气专委会", "专业委员会", "", "nobody", "临江区", "", "", "", "1900-01-01"),
            ("a", "甲社区", "社区居委会", "b", "", "X11", "", "", "", "2021-01-01"),
            ("b", "乙社区", "社区居委会", "a", "", "X11", "", "", "", "2021-01-01")]
    plan = organisations.run(workbook(BODIES, rows), "机构.xlsx", NOON, save=True)
    assert said(plan) == [
        "第 3 行 A 列“机构代码”机构代码在表里重复",
        "第 4 行 C 列“类别”类别只能是区级部门、街道办事处、社区居委会、专业委员会",
        "第 5 行 F 列“区域”没有代码或名称是“X9”的区域",
        "第 5 行 I 列“值班电话”“12”不是电话号码，请写手机号，或带区号的座机号",
        "第 6 行 E 列“牵头部门”没有代码或名称是“nobody”的机构",
        "第 6 行 J 列“启用日期”日期1900-01-01不合常理，请核对年份",
        "第 7 行 D 列“上级机构”上级机构或牵头部门互相指向",
        "第 8 行 D 列“上级机构”上级机构或牵头部门互相指向"]
    assert not Organisation.objects.exists()


def test_a_rule_of_the_house_is_told_at_its_line(ground):
    rows = [BUREAU, ("office", "望潮街道办事处", "街道办事处", "", "emergency", "X1", "", "", "", "2021-01-01")]
    plan = organisations.run(workbook(BODIES, rows), "机构.xlsx", NOON, save=True)
    assert said(plan) == ["第 3 行 A 列“机构代码”只有专业委员会有牵头部门"]
    assert not Organisation.objects.exists()


def test_a_corrected_line_changes_what_stands(bureau):
    changed = (*BUREAU[:1], "临江区应急管理局", *BUREAU[2:])
    plan = organisations.run(workbook(BODIES, [changed]), "机构.xlsx", NOON, save=True)
    assert (plan.changed, Organisation.objects.get().name) == (1, "临江区应急管理局")


def test_people_come_in_with_posts_terms_and_licences(bureau):
    officer = ("吴刚", "wugang", 13800138000, "执法员", "区应急管理局", "临江区", "部门、执法人员", "2021.3.1", "行政执法证", "浙0001",
               "省政府", "2020-01-01", "2025-12-31")
    empty = ("", "", "", "网格员", "emergency", "东门一网格", "网格员")
    plan = staff.run(workbook(STAFF, [*THREE, officer, empty]), "人员.xlsx", NOON, save=True)
    assert (said(plan), plan.rows, plan.notes) == ([], 4, ["1行没有填姓名，不导入。"])
    held = Appointment.objects.select_related("post__organisation", "post__area").get(person__login_name="wugang")
    assert (held.person.phone, held.post.roles, held.post.area.code, str(held.since)) == (
        "13800138000", ["department", "officer"], "X", "2021-03-01")
    assert (Licence.objects.get().number, staff.is_done()) == ("浙0001", True)
    again = staff.run(workbook(STAFF, [*THREE, officer]), "人员.xlsx", NOON, save=True)
    assert (said(again), again.same, Appointment.objects.count()) == ([], 4, 4)


def test_people_with_faults_are_named_by_line_and_column(bureau):
    rows = [*THREE, ("王敏", "王敏", "138001", "网格员", "社区", "X999", "网管"),
            ("冯🔥洁", "fengjie", "", "复查员", "emergency", "X", ""),
            ("李四", "hanlei", "", "科员", "emergency", "X", "部门"),
            ("吴刚", "wugang", "", "执法员", "emergency", "X", "执法人员", "", "行政执法证", "", "省政府", "2020-01-01")]
    plan = staff.run(workbook(STAFF, rows), "人员.xlsx", NOON, save=True)
    assert said(plan) == [
        "第 5 行 B 列“登录名”登录名以小写字母开头，只用小写字母、数字、点、横线，2至40位",
        "第 5 行 C 列“手机”“138001”不是电话号码，请写手机号，或带区号的座机号",
        "第 5 行 E 列“所在机构”没有代码或名称是“社区”的机构",
        "第 5 行 F 列“责任区域”没有代码或名称是“X999”的区域",
        "第 5 行 G 列“角色”没有“网管”这个角色，可填：网格员、社区、街道、执法人员、复查人员、专家、部门、应急管理部门、分管负责人、区领导、"
        "系统管理员、安全管理员、审计员、总值班室、人大代表、物资保管员、救援队队长",
        "第 6 行 A 列“姓名”“🔥”是表情符号，文书上打印不出来，请删去",
        "第 6 行 G 列“角色”请填角色",
        "第 7 行 B 列“登录名”登录名已由“韩磊”使用",
        "第 8 行 J 列“证件编号”这个字段是必填项。"]
    assert not Person.objects.exists()


def test_three_administrations_need_three_people(bureau):
    two = [(*THREE[0][:6], "系统管理员、审计员"), THREE[1]]
    plan = staff.run(workbook(STAFF, two), "人员.xlsx", NOON, save=True)
    assert said(plan)[0] == "第 2 行 G 列“角色”系统、安全、审计三员须由三个人分别担任"
    again = [THREE[0], THREE[1], ("韩磊", "hanlei", "", "审计员", "emergency", "", "审计员")]
    plan = staff.run(workbook(STAFF, again), "人员.xlsx", NOON, save=True)
    assert said(plan)[0] == "第 4 行 G 列“角色”系统、安全、审计三员须由三个人分别担任"
    plan = staff.run(workbook(STAFF, THREE[:2]), "人员.xlsx", NOON, save=True)
    assert said(plan) == ["第 1 行 G 列“角色”还缺审计员，三员必须有"]
    assert (Person.objects.exists(), said(staff.run(workbook(STAFF, THREE), "人员.xlsx", NOON, save=True))) == (False, [])


def test_an_initial_password_is_hashed_so_that_a_first_sign_in_makes_it_costly(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    upgraded = []
    light = passwords.hashed("abcd-EFGH-jkmn-234")
    assert light.startswith("argon2$argon2id$v=19$m=8192,t=1,p=1$")
    assert check_password("abcd-EFGH-jkmn-234", light, upgraded.append)
    assert (upgraded, check_password("abcd-EFGH-jkmn-235", light)) == (["abcd-EFGH-jkmn-234"], False)


def test_the_holidays_of_the_year_are_filled_in_and_may_be_corrected(office):
    sheet = holidays.template(NOON.date())
    days = cells(sheet)[1:]
    assert {row[0][:4] for row in days} == {"2021", "2022"}
    assert said(holidays.run(sheet, "节假日.xlsx", NOON, save=True)) == []
    assert (HolidayYear.objects.count(), holidays.is_done(NOON.date())) == (2, True)

    def without_the_last(book):
        book.delete_rows(book.max_row)

    plan = holidays.run(edited(sheet, without_the_last), "节假日.xlsx", NOON, save=True)
    assert (said(plan), HolidayYear.objects.count()) == ([], 2)


def test_holidays_with_faults_are_named_by_line_and_column(office):
    rows = [("2021-06-14", "放假", "端午节", ""), ("2021-06-14", "上班", "端午节", ""), ("2021-13-01", "放假", "元旦", ""),
            ("2021-10-01", "休息", "国庆节", ""), ("1900-01-01", "放假", "元旦", ""), ("2021-05-01", "放假", "", "")]
    plan = holidays.run(workbook(("日期", "安排", "名称", "依据"), rows), "节假日.xlsx", NOON, save=True)
    assert said(plan) == [
        "第 3 行 A 列“日期”与第2行重复",
        "第 4 行 A 列“日期”日期写法不对，应为2021-06-25",
        "第 5 行 B 列“安排”选择一个有效的选项。 休息 不在可用的选项中。",
        "第 6 行 A 列“日期”日期1900-01-01不合常理，请核对年份",
        "第 7 行 C 列“名称”这个字段是必填项。"]
    assert not HolidayYear.objects.exists()


@pytest.mark.parametrize("slug", ["areas", "organisations"])
def test_what_is_no_sheet_is_refused_in_a_sentence(ground, slug):
    ground.post("/setup/boundaries/skip/")
    bomb = archive({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b" " * 150_000_000})
    program = "不是表格，而是程序、脚本或带宏的文件，没有读取。请用 .xlsx 或 .csv。"
    for name, data, sentence in (
            ("区划.xlsx", b"MZ" + bytes(200), program), ("区划.csv", b"\x7fELF" + bytes(200), program),
            ("炸弹.xlsx", bomb, "文件解开后超过 100 MB 或压缩比异常，像是压缩炸弹，未接收。"),
            ("断.xlsx", b"PK\x03\x04torn", "文件损坏或不完整，打不开。请重新导出后再传。")):
        answer = ground.post(f"/setup/{slug}/", {"file": SimpleUploadedFile(name, data)})
        found = SENTENCE.findall(answer.content.decode())
        assert (answer.status_code, [f"“{name}”：{sentence}"]) == (422, found), name
    assert Area.objects.count() == len(TREE)


def test_a_file_of_200_mb_is_refused_before_it_is_read(office, monkeypatch):
    """Only its size is large: what the browser sends is told to be 200 MB, and may not be read."""
    complete = MemoryFileUploadHandler.file_complete

    def huge(handler, size):
        upload = complete(handler, size)
        upload.size = 200 * 2**20
        upload.file.close()
        return upload

    monkeypatch.setattr(MemoryFileUploadHandler, "file_complete", huge)
    answer = office.post("/setup/areas/", {"file": SimpleUploadedFile("区划.xlsx", b"PK")})
    assert answer.status_code == 422
    assert "“区划.xlsx”有 200 MB，超过 20 MB，没有读取。请拆成几个文件，或删去图片后再导入。" in answer.content.decode()


@pytest.mark.parametrize("slug", ["areas", "organisations", "people", "units", "holidays"])
def test_every_template_can_be_read_back_by_its_step(bureau, slug):
    bureau.post("/setup/boundaries/skip/")
    staff.run(workbook(STAFF, THREE), "人员.xlsx", NOON, save=True)
    bureau.post("/setup/units/skip/")
    answer = bureau.get(f"/setup/{slug}/template/")
    assert (answer.status_code, isinstance(read_sheet(answer.content, "模板.xlsx"), Refusal)) == (200, False)
    page = bureau.get(f"/setup/{slug}/").content.decode()
    assert f"/setup/{slug}/template/" in page

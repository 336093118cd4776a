import io
from datetime import date
from uuid import uuid4

import pytest
from django.test import Client
from docx import Document

from anlan.kernel.models import Entry, Paper
from anlan.kernel.numbering import void
from anlan.kernel.tests.conftest import NOON
from anlan.kernel.tests.toy.models import Leak
from anlan.toolkit import documents as d
from anlan.toolkit.attachments import access
from anlan.toolkit.attachments.access import may_see
from anlan.toolkit.attachments.tests.made import image, saved
from anlan.toolkit.documents import FontsMissing
from anlan.toolkit.papers import templates
from anlan.toolkit.papers.contents import Content, content
from anlan.toolkit.papers.screen import sheet
from anlan.toolkit.papers.templates import document, file_name, paper_template, render
from anlan.toolkit.papers.testing import sources, unsourced

pytestmark = pytest.mark.django_db
SAID = content(
    unit=("老谢家常菜馆", "premises.name"),
    hazards=([{"what": "燃气软管开裂", "due_on": "2021-06-26"}, {"what": "灭火器过期", "due_on": "2021-06-27"}],
             "finish.finds"),
    on=("2021-06-25", "entry.at"), by=(["林", "陈"], "person.name"))


@pytest.fixture(autouse=True)
def notice_kind(monkeypatch):
    """A notice as an app would set it."""
    monkeypatch.setattr(templates, "TEMPLATES", {})
    monkeypatch.setattr(access, "SELECTORS", {})

    @paper_template("notice", label="隐患告知书")
    def notice(said, paper):
        rows = tuple((r["what"], r["due_on"]) for r in said.rows("hazards"))
        columns = (d.Column("问题", "finish.finds.what"), d.Column("期限", "finish.finds.due_on"))
        return d.Paper(d.Kind.PLAIN, "隐患告知书", addressee=said["unit"], date=said.day("on"), dated_by=said.source("on"),
                       issuer=d.Value("中南路街道", "organisation.name"),
                       blocks=(d.Heading("发现的问题"), d.Text(("经查，你单位有下列问题：", said["by"])),
                               d.Rows(columns, rows), d.Photos((d.Photo(saved(image()), "软管", "photo"),)),
                               d.Facts((d.Fact("检查人", said.text("by"), said.source("by")),)),
                               d.Signature((d.SignLine("签收人", "谢", "finish.signer"),))))


@pytest.fixture
def paper(report):
    """A notice of a leak at 公开, or elsewhere."""

    def do(place="公开", said=SAID, number="中南告〔2021〕7号", **more):
        case = Leak.objects.get(uid=report(place=place).uid)
        entry = Entry.objects.get(kind="leak", subject_id=case.id)
        return Paper.objects.create(uid=uuid4(), kind="notice", subject_kind="leak", subject_id=case.id, entry=entry,
                                    area=case.area, content=said, at=NOON, number=number, **more)

    return do


def test_content_says_of_each_field_where_it_came_from():
    assert SAID["unit"] == {"value": "老谢家常菜馆", "from": "premises.name"}
    with pytest.raises(ValueError, match="phone has no source"):
        content(phone=("138", ""))
    said = Content(SAID)
    assert (said["unit"], said.text("by"), said.day("on"), said["absent"]) == (
        d.Value("老谢家常菜馆", "premises.name"), "林、陈", date(2021, 6, 25), d.Value("", ""))
    assert [r["what"] for r in said.rows("hazards")] == ["燃气软管开裂", "灭火器过期"]
    assert (said.value("absent", 3), said.day("absent"), sorted(said), len(said)) == (
        3, None, ["by", "hazards", "on", "unit"], 4)


def test_the_number_comes_from_the_row_and_a_voided_paper_says_so(paper):
    stored = paper()
    made = document(stored)
    assert made.number == d.Value("中南告〔2021〕7号", "paper.number")
    assert made.marks == ()
    void(stored, reason="抄错单位", at=NOON)
    stored.refresh_from_db()
    assert document(stored).marks == (d.Mark("作废", "抄错单位"),)
    assert document(paper(number="", their_no="区安〔2020〕3号")).number == d.Value("区安〔2020〕3号", "paper.number")


def test_both_files_say_the_same(paper):
    stored = paper()
    words = "\n".join(p.text for p in Document(io.BytesIO(render(stored, "docx"))).paragraphs)
    assert "老谢家常菜馆：" in words
    assert render(stored, "pdf").startswith(b"%PDF-")
    assert file_name(stored, "pdf") == "隐患告知书中南告〔2021〕7号.pdf"


def test_the_page_has_the_same_words_in_the_same_order(paper):
    shown = sheet(document(paper()))
    assert (shown["title"], shown["number"], shown["addressee"], shown["signer"], shown["date"]) == (
        "隐患告知书", "中南告〔2021〕7号", "老谢家常菜馆", "中南路街道", date(2021, 6, 25))
    assert [(p.kind, p.text) for p in shown["pieces"]] == [
        ("heading", "一、发现的问题"), ("text", "经查，你单位有下列问题：林、陈"), ("rows", ""), ("photos", ""), ("facts", ""),
        ("signature", "")]
    table = shown["pieces"][2]
    assert (table.head, table.rows) == (("序号", "问题", "期限"), (("1", "燃气软管开裂", "2021-06-26"),
                                                           ("2", "灭火器过期", "2021-06-27")))


def test_headings_count_anew_below_each_higher_one():
    blocks = (d.Heading("甲"), d.Heading("子", 2), d.Heading("丑", 2), d.Heading("乙"), d.Heading("寅", 2),
              d.Heading("一条", 3), d.Heading("一款", 4), d.Heading("不编号", 1, numbered=False))
    shown = sheet(d.Paper(d.Kind.RED_HEAD, "关于检查的通知", issuer="武昌区应急管理局", blocks=blocks))
    assert [p.text for p in shown["pieces"]] == ["一、甲", "（一）子", "（二）丑", "二、乙", "（一）寅", "1.一条", "（1）一款",
                                                 "不编号"]
    assert shown["mark"] == "武昌区应急管理局文件"


@pytest.fixture
def browser(toy_api, settings):
    settings.ROOT_URLCONF = "anlan.toolkit.papers.tests.urls"
    may_see("leak", lambda actor, at: Leak.objects.filter(place="公开"))
    client = Client()
    return lambda address, who="lin": client.get(address, headers={"X-Test-Actor": who})


def test_a_paper_is_open_to_whoever_may_see_its_case(browser, paper):
    seen, hidden = paper(), paper(place="别处")
    page = browser(f"/papers/{seen.uid}/")
    text = page.content.decode()
    assert page.status_code == 200
    for words in ("隐患告知书", "中南告〔2021〕7号", "老谢家常菜馆：", "一、发现的问题", "燃气软管开裂", "签收人：谢", "2021年6月25日",
                  "data:image/jpeg;base64,", f"/papers/{seen.uid}.pdf", "下载 Word"):
        assert words in text
    for ending, mime in (("docx", templates.MIMES["docx"]), ("pdf", "application/pdf")):
        file = browser(f"/papers/{seen.uid}.{ending}")
        assert (file.status_code, file["Content-Type"]) == (200, mime)
        assert file["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E9%9A%90")
    for address in (f"/papers/{hidden.uid}/", f"/papers/{hidden.uid}.pdf", f"/papers/{hidden.uid}.docx",
                    f"/papers/{uuid4()}/"):
        assert browser(address).status_code == 404
    assert browser(f"/papers/{seen.uid}/", who="nobody").status_code == 404


def test_a_paper_of_a_kind_that_nobody_sets_is_not_found(browser, paper):
    stored = paper()
    Paper.objects.filter(id=stored.id).update(kind="unknown")
    assert [browser(f"/papers/{stored.uid}{end}").status_code for end in ("/", ".pdf", ".docx")] == [404, 404, 404]


def test_without_fonts_the_page_says_what_can_be_had_instead(browser, paper, monkeypatch):
    def fontless(made):
        raise FontsMissing("no fonts")

    monkeypatch.setattr("anlan.toolkit.documents.to_pdf", fontless)
    stored = paper()
    answer = browser(f"/papers/{stored.uid}.pdf")
    assert answer.status_code == 503
    assert "现在可以下载 Word 版" in answer.content.decode()


def test_a_list_shows_each_field_of_each_paper_and_its_source(paper):
    paper()
    assert [tuple(s) for s in sources()] == [
        ("notice", "by", "person.name"), ("notice", "hazards", "finish.finds"),
        ("notice", "hazards.due_on", "finish.finds.due_on"), ("notice", "hazards.what", "finish.finds.what"),
        ("notice", "on", "entry.at"), ("notice", "unit", "premises.name")]
    assert unsourced() == []
    paper(said={**SAID, "phone": {"value": "138", "from": ""}})
    assert unsourced() == ["notice.phone"]

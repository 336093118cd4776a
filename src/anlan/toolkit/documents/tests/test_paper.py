from datetime import date

import pytest

from anlan.toolkit.documents import (
    Field,
    Heading,
    Kind,
    Paper,
    Text,
    fields,
    is_proper_number,
    paper_date,
    paper_number,
    unsourced,
)
from anlan.toolkit.documents import geometry as measure
from anlan.toolkit.documents.layout import BackBlock, Line, chinese, lay_out, title_lines
from anlan.toolkit.documents.tests import papers


def texts(paper: Paper) -> list[str]:
    return [item.text for item in lay_out(paper) if isinstance(item, Line) and item.text]


def test_each_field_of_a_paper_names_the_record_it_comes_from() -> None:
    assert fields(papers.order()) == (
        Field("发文机关", "武汉市武昌区应急管理局", "organisation.name"),
        Field("文号", "（武昌）应急责改〔2021〕6号", "order.number"),
        Field("主送", "武昌区老王面馆", "premises.name"),
        Field("成文日期", "2021年6月5日", "order.signed_at"),
        Field("执法人员", "张三", "officer.name"),
        Field("执法人员证号", "鄂A0001", "licence.number"),
        Field("执法人员", "李四", "officer.name"),
        Field("执法人员证号", "鄂A0002", "licence.number"),
        Field("单位名称", "武昌区老王面馆", "premises.name"),
        Field("负责人", "𠮷䶮", "premises.head"),
        Field("地址", "中南路街道百瑞景社区", "premises.address"),
        Field("正文", "2021年6月10日", "order.due_on"),
        Field("隐患", "软管开裂", "hazard.what"),
        Field("依据", "《城镇燃气管理条例》", "item.basis"),
        Field("隐患", "气瓶入地下室", "hazard.what"),
        Field("依据", "同上", "item.basis"),
        Field("照片", "软管（整改前）", "photo.caption"),
        Field("照片", "软管", "photo.caption"),
        Field("图", "扫码查看", "premises.code"),
        Field("现场负责人（签名）", "王小明", "visit.host"),
        Field("送达文书", "责令限期整改指令书", "order.title"),
        Field("文书文号", "（武昌）应急责改〔2021〕6号", "order.number"),
        Field("受送达人", "武昌区老王面馆", "premises.name"),
        Field("送达人", "张三、李四", "order.officers"),
    )


def test_a_field_that_somebody_would_have_to_type_is_found() -> None:
    assert [unsourced(paper) for paper in papers.EVERY.values()] == [(), (), ()]
    typed = papers.record(issuer="百瑞景社区居民委员会", dated_by="")
    assert unsourced(typed) == (Field("发文机关", "百瑞景社区居民委员会", ""), Field("成文日期", "2021年6月5日", ""))


def test_dates_and_numbers_are_written_as_the_standard_asks() -> None:
    assert paper_date(date(2021, 6, 25)) == "2021年6月25日"
    assert paper_date(date(2021, 11, 5)) == "2021年11月5日"
    assert paper_number("武昌", "应急责改", 2021, 6) == "（武昌）应急责改〔2021〕6号"
    assert is_proper_number("（武昌）应急责改〔2021〕6号") and is_proper_number("武昌应急〔2021〕17号")


@pytest.mark.parametrize("number", ["武昌应急[2021]6号", "武昌应急〔2021〕06号", "武昌应急〔2021〕第6号", "〔2021〕6号"])
def test_a_number_in_other_brackets_padded_or_with_a_count_word_is_not_proper(number: str) -> None:
    assert not is_proper_number(number)


def test_a_red_headed_paper_has_its_elements_in_the_order_of_the_standard() -> None:
    assert texts(papers.circular()) == [
        "000001",
        "特急",
        "武汉市武昌区应急管理局文件",
        "武昌应急〔2021〕6号",
        "关于做好汛期城市内涝防范应对工作的通知",
        "各街道办事处：",
        "现就有关事项通知如下。",
        "一、总体要求",
        "坚持“人民至上、生命至上”。",
        "二、重点任务",
        "（一）压实责任。",
        "1.责任到人。",
        "（1）值守。",
        "（二）排查隐患。",
        "逐一排查。",
        "销号管理。",
        "附件：1.内涝易发点清单",
        "2.值班表",
        "武汉市武昌区应急管理局",
        "2021年6月5日",
        "（此件公开发布）",
        "（演练：本件为演练所用，不作办事依据。）",
        "（暂定：期限依据待核）",
        "附件1",
        "内涝易发点清单",
    ]
    assert lay_out(papers.circular())[-1] == BackBlock("区委办公室", "应急管理局办公室", "2021年6月5日印发")


def test_one_attachment_has_no_number_and_an_addressee_one_colon() -> None:
    one = papers.circular(attachments=papers.circular().attachments[:1], addressee="各街道办事处：")

    assert "附件：内涝易发点清单" in texts(one) and "附件" in texts(one)
    assert "各街道办事处：" in texts(one)


def test_a_paper_upward_names_who_approved_it_beside_its_number() -> None:
    paper = papers.circular(approved_by="陈局")

    assert [(line.text, line.right_text) for line in lay_out(paper) if isinstance(line, Line) and line.right_text] == [
        ("武昌应急〔2021〕6号", "签发人：陈局")
    ]


def test_the_receipt_to_cut_off_stands_below_everything_else() -> None:
    assert texts(papers.order())[-3:] == ["武汉市武昌区应急管理局", "2021年6月5日", "送达回证"]


def test_headings_start_anew_below_each_higher_one() -> None:
    levels = (1, 2, 3, 3, 2, 3, 1, 2)
    paper = Paper(Kind.PLAIN, "测试", blocks=tuple(Heading("题", level) for level in levels))

    assert texts(paper)[1:] == ["一、题", "（一）题", "1.题", "2.题", "（二）题", "1.题", "二、题", "（一）题"]
    assert [chinese(count) for count in (1, 10, 11, 20, 99)] == ["一", "十", "十一", "二十", "九十九"]


def test_long_titles_are_broken_into_lines_of_about_one_length() -> None:
    assert title_lines("责令限期整改指令书") == ["责令限期整改指令书"]
    assert title_lines("武昌区应急管理局\n关于汛期的通知") == ["武昌区应急管理局", "关于汛期的通知"]
    lines = title_lines("武汉市武昌区应急管理局关于进一步加强汛期城市内涝防范应对工作的紧急通知")
    assert "".join(lines) == "武汉市武昌区应急管理局关于进一步加强汛期城市内涝防范应对工作的紧急通知"
    assert len(lines) == 2 and lines[1].startswith("关于") is False
    assert all(measure.width_in_characters(line) <= 20 for line in lines)


def test_issuer_and_date_stand_for_a_seal_or_without_one() -> None:
    assert measure.signed_with_seal("武昌区应急局", "2021年6月25日") == (4.25, 4.0)
    assert measure.signed_with_seal("武汉市武昌区中南路街道办事处", "2021年6月5日") == (1.0, 5.0)
    assert measure.signed_without_seal("武汉市武昌区应急管理局", "2021年6月25日") == (2.0, 4.5)
    assert measure.signed_without_seal("武昌区", "2021年6月25日") == (7.5, 2.0)


def test_letters_no_document_may_hold_are_left_out() -> None:
    assert texts(Paper(Kind.PLAIN, "测\x00试", blocks=(Text("甲\x0b\ud800乙\r\n丙"),))) == ["测试", "甲乙", "丙"]

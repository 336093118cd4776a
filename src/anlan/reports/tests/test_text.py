"""What a report's text means: periods, figures, the words around them, and claims. No database."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.utils.translation import override

from anlan.kernel.marks import Count, Day
from anlan.reports import figures
from anlan.reports.grammar import BadText, FigureRef, Promise, parse
from anlan.reports.layout import parts_of, printed
from anlan.reports.periods import BadPeriod, days_of, last_day
from anlan.reports.reckoning import Counted, faults_of, plain, say
from anlan.reports.starts import FOLDER
from anlan.reports.wording import _value, days
from anlan.toolkit.indicators import INDICATORS, Indicator, Period

TODAY = date(2021, 6, 24)
THING = Indicator("thing", "东西", "件", "emergency", lambda period, area: Count("thing", ("came",)))


@pytest.mark.parametrize(("text", "since", "until"), [
    ("2020", "2020-01-01", "2020-12-31"), ("2021-06", "2021-06-01", "2021-06-24"), ("2021", "2021-01-01", "2021-06-24"),
    ("2019..2021-06", "2019-01-01", "2021-06-24"), ("..2021-06", "2000-01-01", "2021-06-24"),
    ("2020-02-03..2020-02-29", "2020-02-03", "2020-02-29"), ("本月", "2021-06-01", "2021-06-24"),
    ("上月", "2021-05-01", "2021-05-31"), ("本年", "2021-01-01", "2021-06-24"), ("上年", "2020-01-01", "2020-12-31"),
    ("上年同期", "2020-01-01", "2020-06-24"), ("昨日", "2021-06-23", "2021-06-23"), ("2021-03..", "2021-03-01", "2021-06-24")])
def test_a_period_means_these_days_and_none_after_the_report(text, since, until):
    assert days_of(text, TODAY) == (date.fromisoformat(since), date.fromisoformat(until))


def test_a_day_is_said_as_a_day_and_held_against_the_source():
    day, line = Day("20210429"), next(w for w in figures.wanted() if w.id == "stn-meeting")
    assert (say(FigureRef("stn-meeting"), day).text, plain(day), plain(Day(0))) == ("2021年4月29日", "2021-04-29", "—")
    assert [figures.fits(line, value) for value in (day, Day("20210430"), Day(0))] == [True, False, False]
    meeting = Counted(FigureRef("thing"), replace(THING, unit=""), None, None, value=day)
    (part,) = printed(parts_of(parse("{thing}召开。"), {"thing 本年": meeting}))
    assert part.printed[0].bits[0].text == "2021年4月29日"


def test_the_same_time_last_year_of_a_leap_day_is_the_last_of_february():
    assert days_of("上年同期", date(2020, 2, 29)).until == date(2019, 2, 28)


@pytest.mark.parametrize("text", ["去年", "2020-13", "2021-02-30", "2021..2019", ""])
def test_a_period_nobody_understands_is_named(text):
    with pytest.raises(BadPeriod, match=text):
        days_of(text, TODAY)


@pytest.mark.parametrize(("body", "value", "said"), [
    ("thing 2020", 152530, "152530"), ("thing 2020 整十 余", 483, "480余"), ("thing 2020 万 余", 20817, "2万余"),
    ("thing 2020 万 位1 约", 35_962, "约3.6万"), ("thing 2020 万 位1 近", 94_310, "近9.5万"),
    ("thing 2020 万 超", 4_512_000, "超451万"), ("thing 2020 万计 整百 余", 18_230_000, "1800余"),
    ("thing 2020 万", 1_843_000, "184.3万"), ("thing 2020 带单位", 7, "7件")])
def test_a_figure_is_said_as_the_text_wants_it(body, value, said):
    (part,) = parts_of(parse(f"共{{{body}}}。"), {"thing 2020": counted("thing 2020", value)})
    assert part.lines[0].text == f"共{said}。"


TRUE = ["{thing 2020 整十 余}件。", "{thing 2020 整百 近}件。", "{thing 2020 整百 约}件。", "{thing 2020 整十 超}件。",
        "少了{?下降 more 2020 | thing 2020}。", "多了{?上升 thing 2020 | more 2020}。", "一样{?持平 thing 2020 | thing 2020}。",
        "没有{?为零 none 2020}。", "有{?不为零 thing 2020}。", "都{?全部 same 2020 | thing 2020}。",
        "其中{?其中 thing 2020 | more 2020}。", "合计{?之和 thing 2020 | same 2020 | sum 2020}。",
        "高于{?高于 more 2020 | thing 2020}。", "低于{?低于 thing 2020 | more 2020}。", "连年{?连续2年 years 2020}。",
        "2020年6月25日，三年行动。", "分{years 2020}级。", "不降{?不降 thing 2020 | same 2020}。", "不升{?不升 thing 2020 | same 2020}。",
        "{none 2020 整十 余}件。", "由{none 2020}减少到{none 2020}{?下降 none 2020 | none 2020}。"]  # of nothing: these are not printed
FALSE = ["{round 2020 整十 余}件。", "{thing 2020 整千 近}件。", "{round 2020 整百 近}件。", "{round 2020 整百 超}件。",
         "少了{?下降 thing 2020 | more 2020}。", "多了{?上升 more 2020 | thing 2020}。", "少了{?下降 thing 2020 | same 2020}。",
         "一样{?持平 thing 2020 | more 2020}。", "没有{?为零 thing 2020}。", "有{?不为零 none 2020}。",
         "都{?全部 thing 2020 | more 2020}。", "其中{?其中 more 2020 | thing 2020}。",
         "合计{?之和 thing 2020 | same 2020 | more 2020}。", "高于{?高于 thing 2020 | more 2020}。",
         "低于{?低于 more 2020 | thing 2020}。", "连年{?连续4年 years 2020}。", "排查企业152,530家。", "整改率95.6%。",
         "罚款397.105万元。", "不降{?不降 more 2020 | thing 2020}。", "不升{?不升 thing 2020 | more 2020}。",
         "没有了{?为零 nothing 2020}。", "{years 2020 整十 余}件。", "没有{none 2020 整十 余}{?为零 none 2020}。"]
VALUES = {"thing": 483, "more": 900, "none": 0, "same": 483, "sum": 966, "round": 500, "years": 3, "nothing": None}


def counted(key, value):
    name, period = key.split(" ", 1)
    days = days_of(period, TODAY)
    return Counted(FigureRef(name, period), THING, Period(*days, None), None, value=None if value is None else Decimal(value))


def told_of(text):
    (block,) = parse(text)
    known = {f"{name} 2020": counted(f"{name} 2020", value) for name, value in VALUES.items()}
    return [fault for sentence in block.sentences for fault in faults_of(sentence, known)]


@pytest.mark.parametrize("text", FALSE)
def test_every_false_sentence_is_marked(text):
    assert told_of(text)


@pytest.mark.parametrize("text", TRUE)
def test_no_true_sentence_is_marked(text):
    assert told_of(text) == []


def test_at_least_twenty_false_sentences_are_planted():
    assert len(set(FALSE)) >= 20


@pytest.mark.parametrize("written", ["thing 2020 部门=区城管局 行业=H", "thing 2020 行业＝H 部门＝区城管局"])
def test_a_figure_of_one_department_and_industry_is_a_question_of_its_own(written):
    ((sentence,),) = (block.sentences for block in parse(f"共{{{written}}}件。"))
    (ref,) = sentence.figures()
    assert (dict(ref.narrow), ref.key) == ({"部门": "区城管局", "行业": "H"}, "thing 2020 行业=H 部门=区城管局")


@pytest.mark.parametrize(("line", "why"), [
    ("{a 2020 部门=x 部门=y}", "“部门=y”与前面的写法重复"), ("{a 2020 部门=}", "“部门=”与前面的写法重复"),
    ("{}", "没有指标"), ("{a 2020", "没有成对"), ("a}", "没有成对"), ("{?变小 a | b}", "没有“变小”这种判断"),
    ("{!}", "写明时限"), ("{!2021-02-30}", "没有这一天"), ("{!本年 承办=甲 承办=乙}", "只写一个承办单位"),
    ("{?下降 a}", "要比较2个数"), ("{a 2020 2021}", "重复"), ("{a 余 近}", "重复")])
def test_a_line_nobody_understands_is_named_by_its_number(line, why):
    with pytest.raises(BadText, match=f"第2行：.*{why}"):
        parse(f"# 标题\n{line}")


def test_what_is_not_counted_yet_and_what_is_zero_is_not_printed_nor_a_heading_left_alone():
    text = ("# 一\n{thing 2020}件。{gone 2020}件。\n# 二\n{gone 2020}件。\n## 二之一\n{none 2020}起。\n"
            "# 三\n没有{none 2020}{?为零 none 2020}。")
    known = {f"{n} 2020": counted(f"{n} 2020", VALUES[n]) for n in ("thing", "none")}
    known["gone 2020"] = Counted(FigureRef("gone", "2020"), None, None, None)
    parts = parts_of(parse(text), known)
    assert [[line.text for line in part.lines] for part in printed(parts)] == [["一"], ["483件。"], ["三"], ["没有0。"]]
    assert [line.out for line in parts[1].lines] == ["", "所用的数尚无业务模块记录，不印出"]


def test_the_change_since_last_time_stands_beside_a_figure():
    known = {"thing 2020": counted("thing 2020", 483)}
    (part,) = parts_of(parse("{thing 2020}"), known, {"thing 2020": Decimal(500)})
    assert part.lines[0].bits[0].change == "−17"


def test_the_word_of_a_figure_states_what_stands_there():
    assert say(FigureRef("a", "2020", word="余", scale=Decimal(10_000), suffix="万"), Decimal(20_817)).states == 20_000


HEADINGS = """
1 主要工作及成效
2 坚持全力以赴做好疫情防控
2 坚持统筹协调落实防汛救援
2 进一步压实安全生产“三个责任”
3 落实“党政同责”领导责任
3 落实部门、街道监管责任
3 落实企业主体责任
2 进一步健全安全生产防控体系
3 强化专项排查整治
3 创新基层监管方式
3 加强安全基础建设
2 进一步提高依法行政能力
3 注重法律法规学习
3 提升执法效能
3 严格事故查处
2 进一步构建全区大应急体系
3 发挥区级统筹协调作用
3 探索街道应急组织保障体系
3 打通社区应急管理“最后一公里”
2 进一步推进“智慧应急”信息化建设
3 推广运用安全生产网格化巡查机制
3 建立完善信息化调度机制
1 存在的问题
2 监管队伍建设还有待加强
2 协同作战能力还有待提升
2 部分难点问题还有待解决
1 下步工作措施
2 进一步加强基层安全监管队伍
2 进一步提升协同作战能力
2 进一步加强重难点问题的推进
"""


def congress():
    return parse((FOLDER / "congress.txt").read_text(encoding="utf-8"))


def test_the_congress_report_has_the_headings_of_the_source_in_their_order():
    told = [f"{block.level} {block.sentences[0].pieces[0]}" for block in congress() if block.is_heading]
    assert told == HEADINGS.strip().splitlines()


def test_every_figure_of_the_source_stands_in_the_congress_report_for_its_own_time_and_with_its_word():
    stated = {ref.indicator: ref for block in congress() for sentence in block.sentences for ref in sentence.pieces
              if isinstance(ref, FigureRef)}
    of_the_source = {w.id: (w.period, w.word) for w in figures.wanted()}
    assert {id: (stated[id].period, stated[id].word) for id in of_the_source if id in stated} | {
        "acc-larger": ("2019..2020", ""), "haz-listed-2020-open": ("2020", ""), "haz-listed-2021-open": ("2021", ""),
        "acc-open-investigations": ("2021-06", "")} == of_the_source, "the last four are said in words that are held against them"


def test_a_figure_of_the_source_is_counted_exactly_where_its_app_exists():
    built = {w.id for w in figures.wanted() if apps.is_installed(f"anlan.{w.app}")}
    assert (built, len(built)) == ({w.id for w in figures.wanted() if w.id in INDICATORS}, 23)


def test_every_indicator_is_named_and_defined_in_both_languages():
    own = [i for i in INDICATORS.values() if ".tests." not in i.ask.__module__]
    for i in own:
        with override("zh-hans"):
            chinese = (i.label, i.definition, str(i.belongs))
        with override("en"):
            english = (i.label, i.definition, str(i.belongs))
        assert all(re.search("[一-鿿]", word) for word in chinese), i.id
        assert all(word and not re.search("[一-鿿]", word) for word in english), i.id


def test_every_heading_below_the_measures_promises_something_by_a_day():
    part = congress()[next(n for n, b in enumerate(congress()) if b.sentences[0].pieces == ("下步工作措施",)):]
    assert [b.sentences[0].pieces[0] for b in part if not b.is_heading and not b.sentences[0].promises] == []
    dated = [(p.due, p.figure and p.figure.key) for b in congress() for s in b.sentences for p in s.promises if p.due != "本年"]
    assert dated == [("2021-07-31", None), ("", "stn-finish 2021")]


@pytest.mark.parametrize(("written", "promise"), [
    ("{!2021-11-30}", Promise("2021-11-30")), ("{！2021-11 承办=区城管局}", Promise("2021-11", house="区城管局")),
    ("{!承办＝gas 本年}", Promise("本年", house="gas")), ("{!thing 2020}", Promise(figure=FigureRef("thing", "2020")))])
def test_a_promise_has_a_day_and_a_house_and_prints_nothing(written, promise):
    ((sentence,),) = (block.sentences for block in parse(f"完成{written}。"))
    assert sentence.promises == [promise]
    (part,) = parts_of(parse(f"完成{written}。"), {"thing 2020": counted("thing 2020", 20211130)})
    assert part.lines[0].text == "完成。"


@pytest.mark.parametrize(("due", "day"), [("2021-11-30", (2021, 11, 30)), ("2021-11", (2021, 11, 30)), ("2022", (2022, 12, 31)),
                                          ("本年", (2021, 12, 31))])
def test_a_month_or_a_year_is_kept_by_its_last_day(due, day):
    assert last_day(due, TODAY) == date(*day)


def test_a_figure_that_is_no_day_cannot_say_when():
    assert told_of("完成{!thing 2020}。") == ["“东西”没有数出日期，不能作为时限"]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda p: p.stem)
def test_the_house_templates_are_understood_and_type_no_number(path):
    blocks = parse(path.read_text(encoding="utf-8"))
    assert [typed for block in blocks for s in block.sentences for typed in s.typed] == []
    assert blocks


@pytest.mark.parametrize(("since", "until", "said"), [
    ("2021-06-01", "2021-06-25", "2021年6月1日至2021年6月25日"), ("2000-01-01", "2021-06-25", "截至2021年6月25日"),
    ("2021-06-25", "2021-06-25", "2021年6月25日")])
def test_the_days_of_a_frozen_figure_read_as_on_a_paper(since, until, said):
    assert days({"since": since, "until": until}) == said


@pytest.mark.parametrize(("indicator", "value", "told"), [
    ("haz-units-checked", "152530", "152530家次"), ("haz-units-checked", "1.5253E+5", "152530家次"),
    ("haz-units-checked", "0", "0家次"), ("haz-units-checked", None, "—"),
    ("one-that-is-gone", "3", "3家次"), ("stn-meeting", "20210429", "2021年4月29日"), ("stn-meeting", "0", "—")])
def test_the_trace_of_a_frozen_figure_has_its_number_in_full(indicator, value, told):
    """Also of what was frozen with an exponent once; a figure of zero is not a dash, a day is told in words."""
    assert _value({"indicator": indicator, "value": value, "unit": "家次"}) == told

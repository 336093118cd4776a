"""Made-up lists, figures, checklists, facts, imports, settings."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from anlan.toolkit.ui import parts as p
from anlan.toolkit.ui import signs, words
from anlan.toolkit.ui.specimens.clock import NOW


def _rows() -> list[p.Row]:
    told = (
        ("7K2M-Q4", "燃气软管开裂", "老谢家常菜馆", "working", "整改中", "orange", timedelta(hours=2, minutes=20)),
        ("3F8P-D1", "地下室存放液化石油气瓶", "丁字桥火锅店", "waiting", "待复查", "red", timedelta(days=-3)),
        ("9C4R-T8", "疏散通道堆放杂物", "洪山宾馆附楼", "new", "已登记", "yellow", timedelta(days=2)),
        ("5T1A-B7", "灭火器压力不足", "中南路便利店", "closed", "已销号", "blue", None),
        ("2H6N-V3", "配电箱无盖", "梅苑小区 8 栋", "stopped", "已撤销", "blue", None),
    )
    return [
        p.Row(
            key=code,
            url="#list",
            chosen=number == 0,
            sub=premise,
            cells=(
                what,
                code,
                signs.state_sign(word, tone),
                signs.risk_sign(colour),
                premise,
                signs.due_sign(NOW + left, NOW) if left else None,
                words.district_time(NOW - timedelta(days=number + 1, hours=number * 3)),
            ),
        )
        for number, (code, what, premise, tone, word, colour, left) in enumerate(told)
    ]


def lists() -> dict[str, Any]:
    columns = (
        p.Column(_("隐患")),
        p.Column(_("编号")),
        p.Column(_("状态"), "bare"),
        p.Column(_("风险"), "bare"),
        p.Column(_("单位"), sort_url="?sort=premise#list"),
        p.Column(_("时限"), "bare", sort_url="?sort=-due#list", sorted="ascending"),
        p.Column(_("发现时间"), "when", sort_url="?sort=found#list"),
    )
    nothing = p.Empty(_("这里没有隐患"), _("筛选条件太窄，或者都已销号。"), p.Link(_("清除筛选"), "#list"))
    table = p.Table(
        _("中南路街道的隐患"),
        columns,
        _rows(),
        nothing,
        count=words.bounded_count(10_001),
        next_url="?after=5#list",
        first_url="?#list",
        exports=(p.Link(_("电子表格（XLSX）"), "#list", "sheet"), p.Link(_("纯文本表格（CSV）"), "#list", "file")),
        bulk=(p.Move(_("一并送达"), "/design"), p.Move(_("导出所选"), "/design", icon="export")),
    )
    narrow = p.Table(
        _("我的隐患"),
        (columns[0], columns[2], columns[5]),
        [replace(row, cells=(row.cells[0], row.cells[2], row.cells[5]), pane_url="?case=1") for row in table.rows],
        nothing,
        count=words.bounded_count(5),
    )
    bar = p.FilterBar(
        filters=(
            p.Filter("state", _("状态"), choices=(("open", _("未办结")), ("closed", _("已销号"))), value="open"),
            p.Filter("risk", _("风险"), choices=tuple((colour, signs.risk_word(colour)) for colour in signs.COLOURS)),
            p.Filter("found", _("发现日期"), "between", value="2021-06-01", until="2021-06-25"),
        ),
        chosen=(p.Link(_("状态：未办结"), "?#list"), p.Link(_("发现日期：06-01 至 06-25"), "?#list")),
        clear_url="?#list",
        kept={"sort": "due"},
        search="",
    )
    return {
        "bar": bar,
        "table": table,
        "public_table": replace(table, bulk=(), exports=()),
        "narrow_table": narrow,
        "nothing": nothing,
    }


def figures() -> dict[str, Any]:
    return {
        "figure_list": (
            p.Figure(_("发现隐患"), 90337, _("起"), NOW, "#figures"),
            p.Figure(_("整改率"), 95.65, "%", NOW, "#figures", _("86,408 / 90,337"), places=2),
            p.Figure(_("超期未整改"), 41, _("起"), NOW, "#figures", late=True),
            p.Figure(_("重大隐患销号率"), None, "%", NOW, note=_("当期没有应销号的")),
        ),
        "figure_rows": p.FigureTable(
            _("各街道超期未整改"),
            (
                p.FigureRow("中南路街道", 14, "#figures"),
                p.FigureRow("徐家棚街道", 9, "#figures"),
                p.FigureRow("中华路街道", 3, "#figures"),
                p.FigureRow("水果湖街道", 0, "#figures"),
                p.FigureRow("南湖街道", None),
            ),
            _("起"),
            _("隐患台账"),
            NOW,
        ),
    }


def checks() -> dict[str, Any]:
    return {
        "groups": (
            p.CheckGroup(
                "餐饮用气场所",
                (
                    p.CheckItem(
                        "CY01",
                        "用气厨房装有可燃气体报警器，通电有效",
                        "安全生产法第三十六条",
                        answer="normal",
                        pending=True,
                    ),
                    p.CheckItem(
                        "CY05",
                        "连接软管不超过两米，无接头、无老化开裂",
                        "城镇燃气管理条例第二十八条",
                        answer="hazard",
                        note="灶台到阀门的软管中段开裂",
                    ),
                    p.CheckItem(
                        "CY02", "地下室、半地下室不使用、不存放液化石油气瓶", "城镇燃气管理条例第二十八条", grave=True
                    ),
                ),
            ),
            p.CheckGroup(
                "消防通用", (p.CheckItem("XF03", "疏散通道、安全出口畅通，没有上锁堆物", "消防法第二十八条"),)
            ),
        )
    }


def details() -> dict[str, Any]:
    return {
        "fact_list": (
            p.Fact("单位", "老谢家常菜馆", "#facts"),
            p.Fact("地址", "中南路 99 号 1 层"),
            p.Fact("场所类型", "餐饮用气场所"),
            p.Fact("风险等级", signs.risk_sign("orange")),
            p.Fact("发现日期", f"{words.paper_date(date(2021, 6, 23))} {words.weekday(date(2021, 6, 23))}"),
            p.Fact("整改期限", signs.due_sign(NOW + timedelta(hours=2, minutes=20), NOW)),
            p.Fact("经纬度", None),
        ),
        "people_list": (
            p.Person(words.mask_name("谢国强"), "老谢家常菜馆 负责人", words.mask_phone("13871231234")),
            p.Person("周敏", "中南路街道 安全生产专班", "027-8765 4321", "tel:02787654321"),
        ),
        "file_list": (
            p.FileLink("隐患告知书", "#facts", "06-23 送达，1 页", "file"),
            p.FileLink("整改前后照片.pdf", "#facts", "1.2 兆字节", "pdf"),
        ),
    }


def imports() -> dict[str, Any]:
    faults = (
        p.ImportFault(7, "街道", "中南街道", "没有“中南街道”，是否“中南路街道”？"),
        p.ImportFault(12, "统一社会信用代码", "91420106MA4K0000X1", "校验位不对，请核对营业执照。"),
        p.ImportFault(1203, "成立日期", "", "不能空着。"),
    )
    return {
        "bad_import": p.ImportResult("单位名册.xlsx", 1284, 1281, faults, again_url="#import", more_faults=0),
        "good_import": p.ImportResult(
            "单位名册（改）.xlsx", 1284, 1284, (), commit=p.Move("导入 1,284 行", "/design", primary=True, posts=True)
        ),
    }


def rest() -> dict[str, Any]:
    return {
        "tab_list": (
            p.Tab(_("要素"), "#controls", True),
            p.Tab(_("留痕"), "#controls", count=12),
            p.Tab(_("文书"), "#controls", count=3),
        ),
        "setting_list": (
            p.Setting(
                "一般隐患整改期限",
                "3",
                "从送达次日起算的自然日",
                "天",
                "检查手册 2021 年版",
                True,
                date(2021, 1, 1),
                "#settings",
            ),
            p.Setting(
                "事故信息报告时限",
                "1",
                "从接到报告起算",
                "小时",
                "生产安全事故报告和调查处理条例第九条",
                False,
                date(2007, 6, 1),
                "#settings",
            ),
        ),
        "empty_round": p.Empty(
            _("今天的巡查都走完了"),
            _("明天 8:30 排出新的巡查单；有群众反映的，会先出现在“今日”。"),
            p.Link(_("看看明天"), "#empty", "calendar"),
        ),
        "notice_list": (
            p.Notice("丁字桥火锅店的复查已超 3 天，请派两人到场。", NOW - timedelta(minutes=5), "#empty", True, "late"),
            p.Notice(
                "谢**提交了“燃气软管开裂”的整改，等您安排复查。", NOW - timedelta(hours=2), "#empty", False, "check"
            ),
        ),
        "fills": (
            "ground",
            "ground-soft",
            "line",
            "line-control",
            "ink",
            "ink-soft",
            "ink-faint",
            "accent",
            "accent-soft",
            "late",
            "closed",
            "risk-red",
            "risk-orange",
            "risk-yellow",
            "risk-blue",
        ),
        "sizes": (12, 14, 16, 20, 28),
        "tones": (
            ("已登记", "new"),
            ("整改中", "working"),
            ("待复查", "waiting"),
            ("已超期", "late"),
            ("已销号", "closed"),
            ("已撤销", "stopped"),
        ),
        "soon": NOW + timedelta(minutes=40),
        "later": NOW + timedelta(days=6),
        "gone": NOW - timedelta(days=3),
        "reminded": NOW - timedelta(minutes=1),
    }

"""Made-up content for the living page: every component in each of its states, at one fixed instant."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.translation import gettext as _

from anlan.toolkit.ui import parts as p
from anlan.toolkit.ui import signs, words
from anlan.toolkit.ui.fields import PhotosField, SignatureField
from anlan.toolkit.ui.sketch import sketch

NOW = datetime(2021, 6, 25, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
OUTLINE = {
    "type": "Polygon",
    "coordinates": [[
        [114.318, 30.533], [114.329, 30.538], [114.341, 30.540], [114.352, 30.536], [114.357, 30.528],
        [114.349, 30.519], [114.338, 30.516], [114.327, 30.518], [114.320, 30.524], [114.318, 30.533],
    ]],
}
GRID = {
    "type": "Polygon",
    "coordinates": [[[114.333, 30.524], [114.342, 30.526], [114.343, 30.532], [114.334, 30.532], [114.333, 30.524]]],
}


class Specimen(NamedTuple):
    slug: str
    title: str
    say: str
    usage: str

    @property
    def template(self) -> str:
        return f"ui/design/{self.slug}.html"


def index() -> list[Specimen]:
    return [
        Specimen("ground", _("颜色与字号"), _("红橙黄蓝只作风险和预警的色块，且各有形状和文字；绿色只表示已办结；超期是红字加标记。"), ""),
        Specimen("signs", _("状态、风险、时限"), _("文字、形状、颜色三样并用，看不出颜色也读得懂。时限的文字每分钟自动更新。"),
                 '{% state "整改中" "working" %} {% risk "red" %} {% due case.due now case.remind_at %}'),
        Specimen("head", _("事项头"), _("先说是什么、在哪里、什么状态，再说谁应在何时前做什么。"), "{% case_head head %}"),
        Specimen("moves", _("可办步骤"), _("可办的才出现，主要的一步在前，手机上占满一行；不能办的收起，点开说明原因。"),
                 "{% moves moves refused %}"),
        Specimen("form", _("办理表单"), _("被退回的表单保留全部内容，光标停在第一处错误；未提交的内容留在本机，下次打开还在。"),
                 '{% move_form form "提交整改" action=url %}'),
        Specimen("photos", _("照片与位置"), _("整改前后并排；位置示意不依赖网络和底图，可以直接打印。"),
                 "{% photo_pair before after %} {% area_sketch sketch caption %}"),
        Specimen("trail", _("留痕、时间线、进度"), _("最新的在最上面，每条是一句完整的话：谁、何时、以何岗位、做了什么。"),
                 "{% trail entries %} {% timeline moments %} {% steps steps %}"),
        Specimen("list", _("列表"), _("j、k 移动，Enter 打开，x 勾选；筛选和排序都在地址里，发给同事看到的是同一页。手机上每行成为一张卡片。"),
                 "{% filter_bar bar %} {% table_list table %}"),
        Specimen("figures", _("数字"), _("数字带单位和截至日期，点开就是它数的那些事项；没有可数的是“—”，不是 0。"),
                 "{% figures_row figures %} {% figure_table table %}"),
        Specimen("checklist", _("检查项"), _("正常一点，隐患一点；点了隐患才展开说明和照片。Tab 换项，方向键改答。"),
                 "{% checklist groups %}"),
        Specimen("capture", _("拍照与签名"), _("照片可以预览、去掉；签名可以手写，不便手写的键入姓名。"), "PhotosField(), SignatureField()"),
        Specimen("facts", _("要素、人员、文件"), _("标签在左，内容在右；电话一点即拨，姓名和号码按规定遮盖。"),
                 "{% facts facts %} {% people people %} {% files files %}"),
        Specimen("import", _("导入结果"), _("先演练：每处错误说明第几行、哪一列、怎么改；没有错误才一次导入。"), "{% import_result result %}"),
        Specimen("feedback", _("提示与撤销"), _("能撤销的给撤销，不能撤销的先问一句；新内容到了先提示，不打断正在看的。"),
                 '{% undo_bar "已转中华路街道。" url %} {% live_bar url "3 条新呼叫" %}'),
        Specimen("controls", _("按钮、分页签、菜单、对话框"), _("每页只有一个主要按钮；不能挽回的用红字红边，不用红底。"),
                 '{% tabs tabs %} {% dialog "id" "标题" %}…{% enddialog %}'),
        Specimen("settings", _("规则设置"), _("每条规则带依据和起用日期；尚未核定的标“暂定”。"), "{% setting_row setting %}"),
        Specimen("empty", _("空列表与通知"), _("空列表说明为什么空、接下来做什么。"), "{% empty empty %} {% notices notices %}"),
        Specimen("frames", _("整页"), _("手机、大屏、公文、公众、登录、列表与详情、错误页。"), '{% extends "ui/phone.html" %}'),
    ]


def shell() -> dict[str, Any]:
    """What every page's processor gives: see docs/howto/use-the-components.md."""
    nav = [("today", _("今日"), 6), ("hazard", _("隐患"), 12), ("call", _("呼叫"), 0), ("map", _("地图"), 0),
           ("premise", _("单位"), 0), ("report", _("报表"), 0), ("settings", _("设置"), 0)]
    return {
        "nav": [{"label": label, "url": f"#{icon}", "icon": icon, "current": icon == "hazard", "count": count}
                for icon, label, count in nav],
        "shell": {
            "district": _("武昌区"),
            "home_url": "/design",
            "search_url": "/design",
            "now": NOW,
            "clock_runs": False,
            "bell": {"url": "#empty", "count": 3},
            "person": {
                "key": "design",
                "name": "周敏",
                "post": "中南路街道 安全生产专班",
                "posts": [{"label": "中南路街道 安全生产专班", "value": "1", "current": True},
                          {"label": "中南路街道 值班长", "value": "2", "current": False}],
                "switch_url": "/design",
                "links": [{"label": _("通知设置"), "url": "#empty", "icon": "settings"}],
            },
            "foot": _("演示数据"),
        },
    }


def case() -> dict[str, Any]:
    due = NOW + timedelta(hours=2, minutes=20)
    head = p.CaseHead(
        title="燃气软管开裂，老谢家常菜馆",
        kicker=("隐患 7K2M-Q4", "中南路街道", "百瑞景社区 第 6 网格"),
        signs=(signs.state_sign("整改中", "working"), signs.risk_sign("orange")),
        owes=(p.Owes("老谢家常菜馆 谢**", "更换软管并回传照片", due, NOW - timedelta(hours=1)),
              p.Owes("中南路街道 安全生产专班", "安排复查", NOW + timedelta(days=3)),
              p.Owes("燃气专委会", "出具鉴定意见", paused="等待设备到货")),
        newest="06-24 16:12 百瑞景社区网格员 刘** 把整改通知送达谢**，谢**当面签收。",
    )
    late = p.CaseHead(
        title="地下室存放液化石油气瓶，丁字桥火锅店",
        kicker=("隐患 3F8P-D1", "中南路街道", "丁字桥社区 第 2 网格"),
        signs=(signs.state_sign("待复查", "waiting"), signs.risk_sign("red")),
        owes=(p.Owes("中南路街道 值班长", "派两人到场复查", NOW - timedelta(days=3, hours=1)),),
    )
    done = p.CaseHead(
        title="灭火器压力不足，中南路便利店",
        kicker=("隐患 5T1A-B7", "中南路街道", "中南路社区 第 1 网格"),
        signs=(signs.state_sign("已销号", "closed"), signs.risk_sign("blue")),
        done="06-21 10:05 复查合格，已销号。",
    )
    return {"heads": (head, late, done), **moves()}


def moves() -> dict[str, Any]:
    return {
        "case_moves": (
            p.Move("提交整改", "#form", primary=True, icon="check"),
            p.Move("申请延期", "#form", icon="calendar"),
            p.Move("转其他部门", "#form"),
            p.Move("立即停用", "#moves", grave=True, posts=True, icon="hazard",
                   question="停用后，这处场所要经复查才能恢复使用。现在停用？"),
        ),
        "case_refused": (
            p.RefusedMove("复查合格", ("复查人不能是整改人，也不能是发现人。", "整改照片还没有上传。")),
            p.RefusedMove("销号", ("挂牌督办还没有结束。",)),
        ),
    }


class MendForm(forms.Form):
    what = forms.CharField(label="做了哪些整改", widget=forms.Textarea(attrs={"rows": 3}))
    cost = forms.DecimalField(label="花费", required=False, min_value=0, help_text="没有花费的不填。")
    done_on = forms.DateField(label="完成日期", widget=forms.DateInput(attrs={"type": "date", "class": "short"}))
    by = forms.ChoiceField(label="由谁整改", choices=[("own", "单位自行整改"), ("company", "委托专业公司")],
                           widget=forms.RadioSelect)
    kind = forms.ChoiceField(label="整改方式", choices=[("", "请选择"), ("replace", "更换"), ("repair", "修理")])
    told = forms.BooleanField(label="已告知全体员工")


class CaptureForm(forms.Form):
    photos = PhotosField(label="整改后的照片", help_text="站在整改前照片的同一位置拍。")
    signature = SignatureField(label="单位负责人签名")


def mend_forms() -> dict[str, Any]:
    MendForm.base_fields["cost"].unit = "元"
    typed = {"what": "换了不锈钢波纹软管", "cost": "-5", "done_on": "2021-06-24", "by": "own", "kind": ""}
    refused = MendForm({f"refused-{name}": value for name, value in typed.items()}, prefix="refused")
    return {"mend": MendForm(prefix="mend"), "refused_form": refused, "capture": CaptureForm()}


def photos() -> dict[str, Any]:
    before = p.Photo(static("ui/sample-before.svg"), "灶台到阀门的橙色软管中段开裂（示意图）", NOW - timedelta(days=2), "刘**")
    after = p.Photo(static("ui/sample-after.svg"), "已换成金属波纹软管，横平竖直固定（示意图）", NOW - timedelta(hours=2), "谢**")
    return {
        "before": before,
        "after": after,
        "sketch": sketch(OUTLINE, (114.3385, 30.5287), GRID, "中南路街道 百瑞景社区 第 6 网格"),
    }


def trail() -> dict[str, Any]:
    entries = (
        p.TrailEntry(NOW - timedelta(minutes=12), "周敏以中南路街道安全生产专班的岗位安排了复查。"),
        p.TrailEntry(NOW - timedelta(hours=2), "谢**提交了整改，附两张照片。", quote="软管已换成不锈钢波纹管，燃气公司上门接好。"),
        p.TrailEntry(NOW - timedelta(days=1), "整改期限用了八成，系统提醒了老谢家常菜馆。", late=True),
        p.TrailEntry(NOW - timedelta(days=1, hours=3), "刘**把隐患定为重大隐患。", struck=True),
        p.TrailEntry(NOW - timedelta(days=2), "刘**以百瑞景社区网格员的岗位在巡查中发现了这处隐患。", note="06-23 08:41 在手机上记录，09:02 联网后收到"),
    )
    moments = (
        p.Moment(NOW - timedelta(days=2), "发现"),
        p.Moment(NOW - timedelta(days=1, hours=16), "送达隐患告知书"),
        p.Moment(NOW - timedelta(hours=2), "提交整改", current=True),
        p.Moment(NOW + timedelta(hours=2, minutes=20), "整改期限", note="餐饮用气场所 CY05，1 天", ahead=True),
        p.Moment(NOW + timedelta(days=3), "复查期限", ahead=True),
    )
    steps = (p.Step("发现", "done", "06-23"), p.Step("告知", "done", "06-23"), p.Step("整改", "current", "还剩 2 小时"),
             p.Step("复查", "ahead"), p.Step("销号", "ahead"))
    return {"trail_entries": entries, "moments": moments, "step_list": steps}


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
            key=code, url="#list", chosen=number == 0, sub=premise,
            cells=(what, code, signs.state_sign(word, tone), signs.risk_sign(colour), premise,
                   signs.due_sign(NOW + left, NOW) if left else None,
                   words.district_time(NOW - timedelta(days=number + 1, hours=number * 3))),
        )
        for number, (code, what, premise, tone, word, colour, left) in enumerate(told)
    ]


def lists() -> dict[str, Any]:
    columns = (
        p.Column(_("隐患")), p.Column(_("编号")), p.Column(_("状态"), "bare"), p.Column(_("风险"), "bare"),
        p.Column(_("单位"), sort_url="?sort=premise#list"),
        p.Column(_("时限"), "bare", sort_url="?sort=-due#list", sorted="ascending"),
        p.Column(_("发现时间"), "when", sort_url="?sort=found#list"),
    )
    nothing = p.Empty(_("这里没有隐患"), _("筛选条件太窄，或者都已销号。"), p.Link(_("清除筛选"), "#list"))
    table = p.Table(
        _("中南路街道的隐患"), columns, _rows(), nothing, count=words.bounded_count(10_001),
        next_url="?after=5#list", first_url="?#list",
        exports=(p.Link(_("电子表格（XLSX）"), "#list", "sheet"), p.Link(_("纯文本表格（CSV）"), "#list", "file")),
        bulk=(p.Move(_("一并送达"), "/design"), p.Move(_("导出所选"), "/design", icon="export")),
    )
    narrow = p.Table(
        _("我的隐患"), (columns[0], columns[2], columns[5]),
        [replace(row, cells=(row.cells[0], row.cells[2], row.cells[5]), pane_url="?case=1") for row in table.rows],
        nothing, count=words.bounded_count(5),
    )
    bar = p.FilterBar(
        filters=(
            p.Filter("state", _("状态"), choices=(("open", _("未办结")), ("closed", _("已销号"))), value="open"),
            p.Filter("risk", _("风险"), choices=tuple((colour, signs.risk_word(colour)) for colour in signs.COLOURS)),
            p.Filter("found", _("发现日期"), "between", value="2021-06-01", until="2021-06-25"),
        ),
        chosen=(p.Link(_("状态：未办结"), "?#list"), p.Link(_("发现日期：06-01 至 06-25"), "?#list")),
        clear_url="?#list", kept={"sort": "due"}, search="",
    )
    return {"bar": bar, "table": table, "public_table": replace(table, bulk=(), exports=()), "narrow_table": narrow, "nothing": nothing}


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
            (p.FigureRow("中南路街道", 14, "#figures"), p.FigureRow("徐家棚街道", 9, "#figures"),
             p.FigureRow("中华路街道", 3, "#figures"), p.FigureRow("水果湖街道", 0, "#figures"),
             p.FigureRow("南湖街道", None)),
            _("起"), _("隐患台账"), NOW,
        ),
    }


def checks() -> dict[str, Any]:
    return {"groups": (
        p.CheckGroup("餐饮用气场所", (
            p.CheckItem("CY01", "用气厨房装有可燃气体报警器，通电有效", "安全生产法第三十六条", answer="normal", pending=True),
            p.CheckItem("CY05", "连接软管不超过两米，无接头、无老化开裂", "城镇燃气管理条例第二十八条", answer="hazard",
                        note="灶台到阀门的软管中段开裂"),
            p.CheckItem("CY02", "地下室、半地下室不使用、不存放液化石油气瓶", "城镇燃气管理条例第二十八条", grave=True),
        )),
        p.CheckGroup("消防通用", (p.CheckItem("XF03", "疏散通道、安全出口畅通，没有上锁堆物", "消防法第二十八条"),)),
    )}


def details() -> dict[str, Any]:
    return {
        "fact_list": (
            p.Fact("单位", "老谢家常菜馆", "#facts"), p.Fact("地址", "中南路 99 号 1 层"),
            p.Fact("场所类型", "餐饮用气场所"), p.Fact("风险等级", signs.risk_sign("orange")),
            p.Fact("发现日期", f"{words.paper_date(date(2021, 6, 23))} {words.weekday(date(2021, 6, 23))}"),
            p.Fact("整改期限", signs.due_sign(NOW + timedelta(hours=2, minutes=20), NOW)), p.Fact("经纬度", None),
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
        "good_import": p.ImportResult("单位名册（改）.xlsx", 1284, 1284, (),
                                      commit=p.Move("导入 1,284 行", "/design", primary=True, posts=True)),
    }


def rest() -> dict[str, Any]:
    return {
        "tab_list": (p.Tab(_("要素"), "#controls", True), p.Tab(_("留痕"), "#controls", count=12), p.Tab(_("文书"), "#controls", count=3)),
        "setting_list": (
            p.Setting("一般隐患整改期限", "3", "从送达次日起算的自然日", "天", "检查手册 2021 年版", True, date(2021, 1, 1), "#settings"),
            p.Setting("事故信息报告时限", "1", "从接到报告起算", "小时", "生产安全事故报告和调查处理条例第九条", False,
                      date(2007, 6, 1), "#settings"),
        ),
        "empty_round": p.Empty(_("今天的巡查都走完了"), _("明天 8:30 排出新的巡查单；有群众反映的，会先出现在“今日”。"), p.Link(_("看看明天"), "#empty", "calendar")),
        "notice_list": (
            p.Notice("丁字桥火锅店的复查已超 3 天，请派两人到场。", NOW - timedelta(minutes=5), "#empty", True, "late"),
            p.Notice("谢**提交了“燃气软管开裂”的整改，等您安排复查。", NOW - timedelta(hours=2), "#empty", False, "check"),
        ),
        "fills": ("ground", "ground-soft", "line", "line-control", "ink", "ink-soft", "ink-faint", "accent", "accent-soft",
                  "late", "closed", "risk-red", "risk-orange", "risk-yellow", "risk-blue"),
        "sizes": (12, 14, 16, 20, 28),
        "tones": (("已登记", "new"), ("整改中", "working"), ("待复查", "waiting"), ("已超期", "late"), ("已销号", "closed"), ("已撤销", "stopped")),
        "soon": NOW + timedelta(minutes=40), "later": NOW + timedelta(days=6), "gone": NOW - timedelta(days=3),
        "reminded": NOW - timedelta(minutes=1),
    }


def page(request: HttpRequest) -> dict[str, Any]:
    """The whole context of /design."""
    groups = (shell, case, mend_forms, photos, trail, lists, figures, checks, details, imports, rest)
    context: dict[str, Any] = {"specimens": index(), "now": NOW}
    for group in groups:
        context |= group()
    return context


def frame(request: HttpRequest, name: str) -> dict[str, Any]:
    """The context of one whole-page specimen."""
    paper = {
        "mark": "武昌区中南路街道办事处", "number": "武中安改〔2021〕12号", "title": "责令限期整改指令书",
        "signer": "武昌区中南路街道办事处", "date": NOW, "notes": ("本指令书一式两份，一份交被检查单位，一份存档。",),
    }
    extra = {"paper": paper, "back_url": "/design#frames", "form": SignInForm(), "action": "/design"} if name in (
        "paper", "phone", "sign_in") else {}
    return {**page(request), **extra}


class SignInForm(forms.Form):
    username = forms.CharField(label="用户名", widget=forms.TextInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(label="密码", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))

"""Made-up content for the living page: every component in each of its states, at one fixed instant."""

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.translation import gettext as _

from anlan.toolkit.ui.specimens import cases, lists
from anlan.toolkit.ui.specimens.clock import NOW


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
        Specimen(
            "ground",
            _("颜色与字号"),
            _("红橙黄蓝只作风险和预警的色块，且各有形状和文字；绿色只表示已办结；超期是红字加标记。"),
            "",
        ),
        Specimen(
            "signs",
            _("状态、风险、时限"),
            _("文字、形状、颜色三样并用，看不出颜色也读得懂。时限的文字每分钟自动更新。"),
            '{% state "整改中" "working" %} {% risk "red" %} {% due case.due now case.remind_at %}',
        ),
        Specimen(
            "head", _("事项头"), _("先说是什么、在哪里、什么状态，再说谁应在何时前做什么。"), "{% case_head head %}"
        ),
        Specimen(
            "moves",
            _("可办步骤"),
            _("可办的才出现，主要的一步在前，手机上占满一行；不能办的收起，点开说明原因。"),
            "{% moves moves refused %}",
        ),
        Specimen(
            "form",
            _("办理表单"),
            _("被退回的表单保留全部内容，光标停在第一处错误；未提交的内容留在本机，下次打开还在。"),
            '{% move_form form "提交整改" action=url %}',
        ),
        Specimen(
            "photos",
            _("照片与位置"),
            _("整改前后并排；位置示意不依赖网络和底图，可以直接打印。"),
            "{% photo_pair before after %} {% area_sketch sketch caption %}",
        ),
        Specimen(
            "trail",
            _("留痕、时间线、进度"),
            _("最新的在最上面，每条是一句完整的话：谁、何时、以何岗位、做了什么。"),
            "{% trail entries %} {% timeline moments %} {% steps steps %}",
        ),
        Specimen(
            "list",
            _("列表"),
            _("j、k 移动，Enter 打开，x 勾选；筛选和排序都在地址里，发给同事看到的是同一页。手机上每行成为一张卡片。"),
            "{% filter_bar bar %} {% table_list table %}",
        ),
        Specimen(
            "figures",
            _("数字"),
            _("数字带单位和截至日期，点开就是它数的那些事项；没有可数的是“—”，不是 0。"),
            "{% figures_row figures %} {% figure_table table %}",
        ),
        Specimen(
            "checklist",
            _("检查项"),
            _("正常一点，隐患一点；点了隐患才展开说明和照片。Tab 换项，方向键改答。"),
            "{% checklist groups %}",
        ),
        Specimen(
            "capture",
            _("拍照与签名"),
            _("照片可以预览、去掉；签名可以手写，不便手写的键入姓名。"),
            "PhotosField(), SignatureField()",
        ),
        Specimen(
            "facts",
            _("要素、人员、文件"),
            _("标签在左，内容在右；电话一点即拨，姓名和号码按规定遮盖。"),
            "{% facts facts %} {% people people %} {% files files %}",
        ),
        Specimen(
            "import",
            _("导入结果"),
            _("先演练：每处错误说明第几行、哪一列、怎么改；没有错误才一次导入。"),
            "{% import_result result %}",
        ),
        Specimen(
            "feedback",
            _("提示与撤销"),
            _("能撤销的给撤销，不能撤销的先问一句；新内容到了先提示，不打断正在看的。"),
            '{% undo_bar "已转中华路街道。" url %} {% live_bar url "3 条新呼叫" %}',
        ),
        Specimen(
            "controls",
            _("按钮、分页签、菜单、对话框"),
            _("每页只有一个主要按钮；不能挽回的用红字红边，不用红底。"),
            '{% tabs tabs %} {% dialog "id" "标题" %}…{% enddialog %}',
        ),
        Specimen(
            "settings", _("规则设置"), _("每条规则带依据和起用日期；尚未核定的标“暂定”。"), "{% setting_row setting %}"
        ),
        Specimen(
            "empty",
            _("空列表与通知"),
            _("空列表说明为什么空、接下来做什么。"),
            "{% empty empty %} {% notices notices %}",
        ),
        Specimen(
            "frames",
            _("整页"),
            _("手机、大屏、公文、公众、登录、列表与详情、错误页。"),
            '{% extends "ui/phone.html" %}',
        ),
    ]


def shell() -> dict[str, Any]:
    """What every page's processor gives: see docs/howto/use-the-components.md."""
    nav = [
        ("today", _("今日"), 6),
        ("hazard", _("隐患"), 12),
        ("call", _("呼叫"), 0),
        ("map", _("地图"), 0),
        ("premise", _("单位"), 0),
        ("report", _("报表"), 0),
        ("settings", _("设置"), 0),
    ]
    return {
        "nav": [
            {"label": label, "url": f"#{icon}", "icon": icon, "current": icon == "hazard", "count": count}
            for icon, label, count in nav
        ],
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
                "posts": [
                    {"label": "中南路街道 安全生产专班", "value": "1", "current": True},
                    {"label": "中南路街道 值班长", "value": "2", "current": False},
                ],
                "switch_url": "/design",
                "links": [{"label": _("通知设置"), "url": "#empty", "icon": "settings"}],
            },
            "foot": _("演示数据"),
        },
    }


def page(request: HttpRequest) -> dict[str, Any]:
    """The whole context of /design."""
    groups = (
        shell,
        *(cases.case, cases.mend_forms, cases.photos, cases.trail),
        *(lists.lists, lists.figures, lists.checks, lists.details, lists.imports, lists.rest),
    )
    context: dict[str, Any] = {"specimens": index(), "now": NOW}
    for group in groups:
        context |= group()
    return context


def frame(request: HttpRequest, name: str) -> dict[str, Any]:
    """The context of one whole-page specimen."""
    paper = {
        "mark": "武昌区中南路街道办事处",
        "number": "武中安改〔2021〕12号",
        "title": "责令限期整改指令书",
        "signer": "武昌区中南路街道办事处",
        "date": NOW,
        "notes": ("本指令书一式两份，一份交被检查单位，一份存档。",),
    }
    extra = (
        {"paper": paper, "back_url": "/design#frames", "form": cases.SignInForm(), "action": "/design"}
        if name in ("paper", "phone", "sign_in")
        else {}
    )
    return {**page(request), **extra}

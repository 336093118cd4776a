"""Made-up cases: heads, moves, forms, photos, trails."""

from datetime import timedelta
from typing import Any

from django import forms
from django.templatetags.static import static

from anlan.toolkit.ui import parts as p
from anlan.toolkit.ui import signs
from anlan.toolkit.ui.fields import PhotosField, SignatureField
from anlan.toolkit.ui.sketch import sketch
from anlan.toolkit.ui.specimens.clock import NOW

OUTLINE = {
    "type": "Polygon",
    "coordinates": [
        [
            [114.318, 30.533],
            [114.329, 30.538],
            [114.341, 30.540],
            [114.352, 30.536],
            [114.357, 30.528],
            [114.349, 30.519],
            [114.338, 30.516],
            [114.327, 30.518],
            [114.320, 30.524],
            [114.318, 30.533],
        ]
    ],
}


GRID = {
    "type": "Polygon",
    "coordinates": [[[114.333, 30.524], [114.342, 30.526], [114.343, 30.532], [114.334, 30.532], [114.333, 30.524]]],
}


def case() -> dict[str, Any]:
    due = NOW + timedelta(hours=2, minutes=20)
    head = p.CaseHead(
        title="燃气软管开裂，老谢家常菜馆",
        kicker=("隐患 7K2M-Q4", "中南路街道", "百瑞景社区 第 6 网格"),
        signs=(signs.state_sign("整改中", "working"), signs.risk_sign("orange")),
        owes=(
            p.Owes("老谢家常菜馆 谢**", "更换软管并回传照片", due, NOW - timedelta(hours=1)),
            p.Owes("中南路街道 安全生产专班", "安排复查", NOW + timedelta(days=3)),
            p.Owes("燃气专委会", "出具鉴定意见", paused="等待设备到货"),
        ),
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
            p.Move(
                "立即停用",
                "#moves",
                grave=True,
                posts=True,
                icon="hazard",
                question="停用后，这处场所要经复查才能恢复使用。现在停用？",
            ),
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
    by = forms.ChoiceField(
        label="由谁整改", choices=[("own", "单位自行整改"), ("company", "委托专业公司")], widget=forms.RadioSelect
    )
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
    before = p.Photo(
        static("ui/sample-before.svg"), "灶台到阀门的橙色软管中段开裂（示意图）", NOW - timedelta(days=2), "刘**"
    )
    after = p.Photo(
        static("ui/sample-after.svg"), "已换成金属波纹软管，横平竖直固定（示意图）", NOW - timedelta(hours=2), "谢**"
    )
    return {
        "before": before,
        "after": after,
        "sketch": sketch(OUTLINE, (114.3385, 30.5287), GRID, "中南路街道 百瑞景社区 第 6 网格"),
    }


def trail() -> dict[str, Any]:
    entries = (
        p.TrailEntry(NOW - timedelta(minutes=12), "周敏以中南路街道安全生产专班的岗位安排了复查。"),
        p.TrailEntry(
            NOW - timedelta(hours=2), "谢**提交了整改，附两张照片。", quote="软管已换成不锈钢波纹管，燃气公司上门接好。"
        ),
        p.TrailEntry(NOW - timedelta(days=1), "整改期限用了八成，系统提醒了老谢家常菜馆。", late=True),
        p.TrailEntry(NOW - timedelta(days=1, hours=3), "刘**把隐患定为重大隐患。", struck=True),
        p.TrailEntry(
            NOW - timedelta(days=2),
            "刘**以百瑞景社区网格员的岗位在巡查中发现了这处隐患。",
            note="06-23 08:41 在手机上记录，09:02 联网后收到",
        ),
    )
    moments = (
        p.Moment(NOW - timedelta(days=2), "发现"),
        p.Moment(NOW - timedelta(days=1, hours=16), "送达隐患告知书"),
        p.Moment(NOW - timedelta(hours=2), "提交整改", current=True),
        p.Moment(NOW + timedelta(hours=2, minutes=20), "整改期限", note="餐饮用气场所 CY05，1 天", ahead=True),
        p.Moment(NOW + timedelta(days=3), "复查期限", ahead=True),
    )
    steps = (
        p.Step("发现", "done", "06-23"),
        p.Step("告知", "done", "06-23"),
        p.Step("整改", "current", "还剩 2 小时"),
        p.Step("复查", "ahead"),
        p.Step("销号", "ahead"),
    )
    return {"trail_entries": entries, "moments": moments, "step_list": steps}


class SignInForm(forms.Form):
    username = forms.CharField(label="用户名", widget=forms.TextInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(label="密码", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))

"""Papers for the tests, with everything a paper can hold."""

from __future__ import annotations

import io
from datetime import date

from PIL import Image

from anlan.toolkit.documents import (
    BASIS_PENDING,
    DRILL,
    Attachment,
    Column,
    Fact,
    Facts,
    Heading,
    Kind,
    Mark,
    Paper,
    Photo,
    Photos,
    Picture,
    Receipt,
    Rows,
    Signature,
    Signer,
    SignLine,
    Text,
    Value,
)

DAY = date(2021, 6, 5)
NUMBER = Value("（武昌）应急责改〔2021〕6号", "order.number")
ORGAN = Value("武汉市武昌区应急管理局", "organisation.name")


def picture(kind: str = "JPEG", colour: str = "navy") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (80, 60), colour).save(out, kind)
    return out.getvalue()


def circular(**changes: object) -> Paper:
    """A red-headed paper."""
    told = {
        "title": "关于做好汛期城市内涝防范应对工作的通知",
        "issuer": ORGAN,
        "number": Value("武昌应急〔2021〕6号", "circular.number"),
        "addressee": Value("各街道办事处", "circular.addressee"),
        "blocks": (
            Text("现就有关事项通知如下。"),
            Heading("总体要求"),
            Text("坚持“人民至上、生命至上”。"),
            Heading("重点任务"),
            Heading("压实责任。", 2),
            Heading("责任到人。", 3),
            Heading("值守。", 4),
            Heading("排查隐患。", 2),
            Text("逐一排查。\n销号管理。"),
        ),
        "date": DAY,
        "dated_by": "circular.issued_on",
        "attachments": (
            Attachment(
                "内涝易发点清单",
                (Rows((Column("位置", "point.name", 3), Column("街道", "area.name")), (("下穿通道", "中南路街道"),)),),
            ),
            Attachment("值班表"),
        ),
        "notes": ("此件公开发布",),
        "marks": (DRILL, Mark("暂定", "期限依据待核")),
        "copy_no": Value("000001", "circular.copy_no"),
        "urgency": Value("特急", "circular.urgency"),
        "copy_to": Value("区委办公室", "circular.copy_to"),
        "printed_by": Value("应急管理局办公室", "organisation.office"),
        "printed_on": DAY,
    }
    return Paper(Kind.RED_HEAD, **{**told, **changes})


def order(**changes: object) -> Paper:
    """An enforcement form."""
    told = {
        "title": "责令限期整改指令书",
        "issuer": ORGAN,
        "number": NUMBER,
        "addressee": Value("武昌区老王面馆", "premises.name"),
        "series": "安全生产行政执法文书",
        "blocks": (
            Facts(
                (
                    Fact("单位名称", "武昌区老王面馆", "premises.name"),
                    Fact("负责人", "𠮷䶮", "premises.head"),
                    Fact("地址", "中南路街道百瑞景社区", "premises.address"),
                ),
                per_line=2,
            ),
            Text(("现责令你单位于", Value("2021年6月10日", "order.due_on"), "前整改完毕。")),
            Rows(
                (Column("隐患", "hazard.what", 3), Column("依据", "item.basis", 2)),
                (("软管开裂", "《城镇燃气管理条例》"), ("气瓶入地下室", "同上")),
            ),
            Photos((Photo(picture(), "软管（整改前）", "photo.caption"), Photo(picture(), "软管", "photo.caption"))),
            Picture(picture("PNG"), "扫码查看", 30, "premises.code"),
            Signature(
                (
                    SignLine("现场负责人（签名）", "王小明", "visit.host", picture("PNG", "white"), DAY),
                    SignLine("见证人（签名）"),
                )
            ),
            Receipt(
                Value("责令限期整改指令书", "order.title"),
                NUMBER,
                Value("武昌区老王面馆", "premises.name"),
                servers=Value("张三、李四", "order.officers"),
            ),
        ),
        "signers": (
            Signer("张三", "鄂A0001", source="officer.name", licence_source="licence.number"),
            Signer("李四", "鄂A0002", source="officer.name", licence_source="licence.number"),
        ),
        "date": DAY,
        "dated_by": "order.signed_at",
        "marks": (BASIS_PENDING,),
    }
    return Paper(Kind.FORM, **{**told, **changes})


def record(**changes: object) -> Paper:
    """A plain paper without seal."""
    told = {
        "title": "巡查记录",
        "issuer": Value("百瑞景社区居民委员会", "organisation.name"),
        "blocks": (Text("未发现隐患。"), Rows((Column("隐患", "hazard.what"),), ())),
        "date": DAY,
        "dated_by": "visit.at",
        "sealed": False,
    }
    return Paper(Kind.PLAIN, **{**told, **changes})


EVERY = {"circular": circular(), "order": order(), "record": record()}

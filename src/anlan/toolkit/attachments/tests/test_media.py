import hashlib
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from anlan.kernel.refusals import Refusal
from anlan.toolkit.attachments.archives import ArchiveLimits
from anlan.toolkit.attachments.media import Limits, Media, Place, take_in
from anlan.toolkit.attachments.pictures import PictureLimits
from anlan.toolkit.attachments.tests import made

HALF_PAST_EIGHT = datetime(2021, 6, 25, 0, 30, tzinfo=UTC)
WUCHANG = {1: "N", 2: (30.0, 33.0, 0.0), 3: "E", 4: (114.0, 20.0, 24.0)}


def said(answer: Media | Refusal) -> str:
    assert isinstance(answer, Refusal), answer
    return str(answer)


def opened(media: Media | Refusal) -> Image.Image:
    assert isinstance(media, Media), media
    return Image.open(io.BytesIO(media.data))


def is_near(pixel: tuple[int, ...], colour: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 40 for a, b in zip(pixel, colour, strict=True))


def test_a_photo_is_kept_upright_with_its_time_and_place_apart() -> None:
    told = made.exif(orientation=6, taken="2021:06:25 08:30:00", offset="+08:00", gps=WUCHANG)
    sent = made.saved(made.image(64, 48), exif=told.tobytes(), comment=b"secret")

    media = take_in(sent, "厨房.JPG")

    assert isinstance(media, Media)
    assert (media.name, media.kind, media.mime) == ("厨房.jpg", "jpeg", "image/jpeg")
    assert (media.width, media.height) == (48, 64)
    assert (media.taken_at, media.place) == (HALF_PAST_EIGHT, Place(114.34, 30.55))
    assert media.sha256 == hashlib.sha256(media.data).hexdigest()
    assert media.sent_sha256 == hashlib.sha256(sent).hexdigest()
    kept = opened(media)
    assert dict(kept.getexif()) == {} and "comment" not in kept.info
    assert is_near(kept.getpixel((40, 8)), made.RED) and is_near(kept.getpixel((8, 8)), made.BLUE)


@pytest.mark.parametrize(("kind", "ending"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")])
def test_pictures_of_each_kind_become_jpeg_with_a_small_one_beside(kind: str, ending: str) -> None:
    media = take_in(made.saved(made.image(4000, 3000), kind), f"现场.{ending}")

    assert isinstance(media, Media)
    assert (media.name, media.mime, media.width, media.height) == ("现场.jpg", "image/jpeg", 2560, 1920)
    assert opened(media).format == "JPEG"
    assert Image.open(io.BytesIO(media.preview or b"")).size == (480, 360)


def test_a_heic_photo_of_a_phone_is_read() -> None:
    media = take_in(made.HEIC_PHOTO, "IMG_0001.HEIC")

    assert isinstance(media, Media)
    assert (media.name, media.mime, media.width, media.height) == ("IMG_0001.jpg", "image/jpeg", 64, 48)
    assert (media.taken_at, media.place) == (HALF_PAST_EIGHT, Place(114.34, 30.55))
    kept = opened(media)
    assert is_near(kept.getpixel((4, 4)), made.RED) and is_near(kept.getpixel((50, 40)), made.BLUE)


def test_a_camera_time_without_a_zone_is_local_and_an_absurd_one_is_dropped() -> None:
    local = made.saved(made.image(), exif=made.exif(taken="2021:06:25 08:30:00").tobytes())
    absurd = made.saved(made.image(), exif=made.exif(taken="0000:00:00 00:00:00").tobytes())
    old = made.saved(made.image(), exif=made.exif(taken="1970:01:01 08:00:00").tobytes())

    assert [take_in(sent, "a.jpg").taken_at for sent in (local, absurd, old)] == [HALF_PAST_EIGHT, None, None]


@pytest.mark.parametrize(
    "gps",
    [
        {},
        {1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)},
        {1: "N", 2: (95.0, 0.0, 0.0), 3: "E", 4: (114.0, 0.0, 0.0)},
        {1: "?", 2: (30.0, 0.0, 0.0), 3: "E", 4: (114.0, 0.0, 0.0)},
        {1: "N", 2: (30.0, 0.0), 3: "E", 4: (114.0, 0.0, 0.0)},
    ],
)
def test_a_place_that_cannot_be_is_no_place(gps: dict) -> None:
    sent = made.saved(made.image(), exif=made.exif(gps=gps).tobytes())

    assert take_in(sent, "a.jpg").place is None


def test_transparent_grey_and_deep_pictures_look_as_they_did() -> None:
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    deep = Image.new("I;16", (20, 20), 32768)
    grey = Image.new("L", (20, 20), 128)

    assert opened(take_in(made.saved(clear, "PNG"), "签名.png")).getpixel((5, 5)) == (255, 255, 255)
    assert is_near(opened(take_in(made.saved(deep, "PNG"), "a.png")).getpixel((5, 5)), (128, 128, 128))
    assert is_near(opened(take_in(made.saved(grey, "PNG"), "a.png")).getpixel((5, 5)), (128, 128, 128))


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked() -> None:
    few = Limits(pictures=PictureLimits(pixels=3000, drawn_small=3000))

    assert said(take_in(made.png_that_claims(60_000, 60_000), "雪.png")) == (
        "“雪.png”：图片超过 6000 万像素，未接收。请用普通照片模式重拍或缩小后再传。"
    )
    assert said(take_in(made.png_that_claims(9000, 9000), "雪.png")).startswith("“雪.png”：图片超过 6000 万像素")
    assert isinstance(take_in(made.saved(made.image(60, 50)), "a.jpg", few), Media)
    assert isinstance(take_in(made.saved(made.image(60, 51)), "a.jpg", few), Refusal)


def test_a_large_photo_that_is_shrunk_on_the_way_may_have_more_pixels() -> None:
    few = Limits(pictures=PictureLimits(pixels=3000, drawn_small=6000, side=20))
    large = made.image(80, 70)

    assert isinstance(take_in(made.saved(large), "a.jpg", few), Media)
    assert isinstance(take_in(made.saved(large, "PNG"), "a.png", few), Refusal)
    assert isinstance(take_in(made.saved(large, progressive=True), "a.jpg", few), Refusal), "it stands whole in memory"
    assert isinstance(take_in(made.saved(made.image(80, 80)), "a.jpg", few), Refusal)


def test_a_photo_may_be_twice_as_large_as_another_file() -> None:
    photo = made.saved(made.image()) + b"\x00" * (21 * 1024 * 1024)
    pdf = b"%PDF-1.4\n" + b"\x00" * (20 * 1024 * 1024)

    kept = take_in(photo, "a.jpg")
    assert isinstance(kept, Media) and kept.size < 100_000
    assert said(take_in(photo + b"\x00" * (20 * 1024 * 1024), "a.jpg")) == "“a.jpg”：文件有 42 MB，超过 40 MB，未接收。"
    assert said(take_in(pdf, "合同.pdf")) == "“合同.pdf”：文件有 21 MB，超过 20 MB，未接收。"


def test_a_torn_picture_is_refused() -> None:
    whole = made.saved(made.image(640, 480))

    assert said(take_in(whole[: len(whole) // 3], "a.jpg")) == (
        "“a.jpg”：图片损坏或没有传完，打不开。请重新拍摄或重新上传。"
    )


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ\x90\x00\x03" + b"\x00" * 200, "现场照片.jpg"),
        (b"\x7fELF\x02\x01" + b"\x00" * 200, "名单.xlsx"),
        (b"#!/bin/sh\nrm -rf /\n", "说明.pdf"),
        (b"<script>alert(1)</script>", "表.csv"),
        (b'<?xml version="1.0"?><svg onload="x()"/>', "图.png"),
    ],
)
def test_a_renamed_program_is_refused_whatever_it_is_called(content: bytes, name: str) -> None:
    assert said(take_in(content, name)) == f"“{name}”：内容是程序、脚本或网页，不是照片或文档，未接收。"


def test_a_name_must_agree_with_the_content() -> None:
    photo, pdf = made.saved(made.image()), made.portable()

    assert said(take_in(photo, "合同.pdf")) == (
        "“合同.pdf”：后缀是 .pdf，内容却是JPEG 图片。请用原来的文件，不要改后缀。"
    )
    assert said(take_in(pdf, "a.pdf.exe")) == "“a.pdf.exe”：不接收 .exe 文件。请换成照片、PDF、Word 或 Excel。"
    assert take_in(pdf, "合同.pdf").name == "合同.pdf"
    assert take_in(pdf, "合同").name == "合同.pdf"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("火锅店🍲厨房.jpg", "火锅店🍲厨房.jpg"),
        ("..\\..\\etc\\passwd.jpg", "passwd.jpg"),
        ("/photos/../a.jpg", "a.jpg"),
        ("照片\u202egpj.jpg", "照片gpj.jpg"),
        ("a\x00b\n.jpg", "ab.jpg"),
        ("", "未命名文件.jpg"),
        ("长" * 300 + ".jpg", "长" * 116 + ".jpg"),
    ],
)
def test_names_keep_what_people_wrote_and_lose_what_misleads(sent: str, kept: str) -> None:
    assert take_in(made.saved(made.image()), sent).name == kept


def test_too_large_empty_unknown_old_and_packed_files_each_have_a_sentence() -> None:
    small = Limits(bytes=1024 * 1024, photo_bytes=1024 * 1024)

    assert said(take_in(b"\xff" * (1024 * 1024 + 1), "a.jpg", small)) == (
        "“a.jpg”：文件有 2 MB，超过 1 MB，未接收。"
    )
    assert said(take_in(b"", "a.jpg")) == "“a.jpg”：文件是空的。请重新选择文件。"
    assert said(take_in(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "名单.xls")) == (
        "“名单.xls”：是旧版 Office 文件（.xls、.doc）或带密码的文件。请去掉密码，另存为 .xlsx 或 .docx 再传。"
    )
    assert said(take_in(made.archive({"a.txt": b"x"}), "a.zip")) == (
        "“a.zip”：是压缩包，未接收。请解压后逐个上传其中的照片或文档。"
    )
    assert said(take_in(b"\x01\x02\x03\x04" * 20, "a.dat")).startswith("“a.dat”：认不出这是什么文件")


def test_a_place_that_takes_only_photos_says_so() -> None:
    photos = Limits(kinds=frozenset({"jpeg", "heic"}))

    assert said(take_in(made.portable(), "a.pdf", photos)) == (
        "“a.pdf”：是PDF 文件，这里只接收JPEG 图片、HEIC 图片。"
    )
    assert isinstance(take_in(made.saved(made.image()), "a.jpg", photos), Media)


@pytest.mark.parametrize("kind", ["m4a", "mp3", "ogg", "webm", "wav"])
def test_a_voice_note_is_kept_as_it_came(kind: str) -> None:
    media = take_in(made.sound(kind), f"口述.{kind}")

    assert isinstance(media, Media)
    assert (media.kind, media.data, media.preview, media.width) == (kind, made.sound(kind), None, None)


def test_a_voice_note_has_a_size_of_its_own() -> None:
    long = made.sound("webm") + b"\x00" * (5 * 1024 * 1024)

    assert said(take_in(long, "a.webm")) == "“a.webm”：文件有 6 MB，超过 5 MB，未接收。"


def test_a_film_is_not_a_voice_note() -> None:
    film = made.sound("m4a") + b"hdlr" + b"\x00" * 8 + b"vide"
    web_film = made.sound("webm") + b"V_VP9"

    assert said(take_in(film, "a.mp4")) == "“a.mp4”：是视频，这里只接收录音。"
    assert said(take_in(web_film, "a.webm")) == "“a.webm”：是视频，这里只接收录音。"


def test_map_data_and_tables_of_text_are_known_by_what_they_hold() -> None:
    table = "单位名称,电话\n老王面馆,027\n"
    outline = b'{"type": "FeatureCollection", "features": []}'

    assert take_in(table.encode("gb18030"), "单位.csv").kind == "csv"
    assert take_in(table.encode("utf-8-sig"), "单位.csv").kind == "csv"
    assert take_in(outline, "边界.geojson").kind == "geojson"
    assert isinstance(take_in(b'{"type": "Config"}', "边界.geojson"), Refusal)
    assert isinstance(take_in(b"[" * 100_000, "边界.geojson"), Refusal)
    assert isinstance(take_in(b"\x00\x01\x02\x03", "单位.csv"), Refusal)


def test_office_files_are_walked_before_they_are_kept() -> None:
    good = made.archive(made.SPREADSHEET_PARTS)
    bomb = made.archive({**made.SPREADSHEET_PARTS, "xl/worksheets/sheet1.xml": b"\x00" * 30_000_000})
    few = Limits(archives=ArchiveLimits(count=2))

    assert take_in(good, "名单.xlsx").data == good
    assert take_in(made.archive(made.DOCUMENT_PARTS), "通知.docx").kind == "docx"
    assert said(take_in(bomb, "名单.xlsx")) == (
        "“名单.xlsx”：文件解开后超过 200 MB 或压缩比异常，像是压缩炸弹，未接收。"
    )
    assert "部件过多" in said(take_in(good, "名单.xlsx", few))
    assert "后缀是 .docx" in said(take_in(good, "名单.docx"))


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=400), name=st.text(max_size=30))
def test_any_bytes_under_any_name_are_either_kept_or_refused_with_a_sentence(data: bytes, name: str) -> None:
    answer = take_in(data, name)

    assert isinstance(answer, Media) or str(answer).endswith("。")


@settings(max_examples=150, deadline=None)
@given(
    whole=st.sampled_from(
        [
            made.saved(made.image(24, 16)),
            made.saved(made.image(24, 16), "PNG"),
            made.saved(made.image(24, 16), "WEBP"),
            made.HEIC_PHOTO,
            made.archive(made.SPREADSHEET_PARTS),
            made.portable(made.object_stream(b"5 0 << /A /B >>")),
        ]
    ),
    at=st.integers(0, 2000),
    put=st.binary(min_size=1, max_size=8),
)
def test_a_file_hurt_anywhere_never_raises(whole: bytes, at: int, put: bytes) -> None:
    hurt = whole[: at % len(whole)] + put + whole[at % len(whole) + len(put) :]

    for name in ("a.jpg", "a.png", "a.webp", "a.heic", "a.xlsx", "a.pdf"):
        assert isinstance(take_in(hurt, name), Media | Refusal)

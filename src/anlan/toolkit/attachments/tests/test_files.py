import hashlib
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anlan.kernel.actors import Actor
from anlan.kernel.bulk import insert
from anlan.kernel.models import Attached, Entry
from anlan.kernel.refusals import Refusal
from anlan.kernel.tests.conftest import ANNA, NOON
from anlan.kernel.tests.toy.models import Leak
from anlan.toolkit.attachments import access, media, uploading
from anlan.toolkit.attachments.access import file_for, files_of, may_see
from anlan.toolkit.attachments.keeping import keep, store
from anlan.toolkit.attachments.models import File
from anlan.toolkit.intake.tests.conftest import LIN

from .made import HEIC_PHOTO, exif, image, saved, sound

pytestmark = pytest.mark.django_db
PHOTO = saved(image(), exif=exif(taken="2021:06:25 08:30:00", gps={1: "N", 2: (30.0, 33.0, 0.0), 3: "E",
                                                                  4: (114.0, 20.0, 24.0)}))
SHA = hashlib.sha256(PHOTO).hexdigest()


@pytest.fixture(autouse=True)
def shelf(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "files"
    monkeypatch.setattr(access, "SELECTORS", {})


@pytest.fixture
def browser(toy_api, settings):
    settings.ROOT_URLCONF = "anlan.toolkit.attachments.tests.urls"
    return Client()


def sent(browser, data=PHOTO, name="灶台.jpg", who="lin"):
    return browser.post("/files/", {"file": SimpleUploadedFile(name, data)}, headers={"X-Test-Actor": who})


def get(browser, address, who="lin", **headers):
    return browser.get(address, headers={"X-Test-Actor": who, **headers})


def attach(ref, sha=SHA, role="before"):
    case = Leak.objects.get(uid=ref.uid)
    entry = Entry.objects.filter(kind="leak", subject_id=case.id).first()
    insert(Attached, ("entry_id", "kind", "case_id", "role", "sha256"), [(entry.id, "leak", case.id, role, sha)])
    return case


def test_a_photo_is_kept_clean_with_its_place_and_time_apart():
    file = keep(PHOTO, "灶台.jpg", actor=ANNA, at=NOON)
    assert (file.sha256, file.state, file.name, file.mime, file.width, file.height) == (
        SHA, "kept", "灶台.jpg", "image/jpeg", 64, 48)
    assert (file.taken_at, round(file.lon, 4), round(file.lat, 4)) == (datetime(2021, 6, 25, 0, 30, tzinfo=UTC), 114.34,
                                                                       30.55)
    assert (file.sent_at, file.person_id, file.post_id) == (NOON, 1, 11)
    kept = store().get(file.kept_sha256)
    assert b"Exif" not in kept
    assert file.kept_sha256 != SHA


def test_a_photo_sent_twice_is_one_file():
    first, second = (keep(PHOTO, name, actor=ANNA, at=NOON) for name in ("a.jpg", "b.jpg"))
    assert first == second
    assert File.objects.count() == 1


def test_what_is_refused_is_written_down_and_does_not_hide_what_was_kept():
    program = b"MZ" + b"\x00" * 100
    assert isinstance(keep(program, "报表.jpg", actor=ANNA, at=NOON), Refusal)
    file = File.objects.get()
    assert (file.state, file.kept_sha256) == ("refused", "")
    assert "内容是程序" in file.reason
    keep(PHOTO, "灶台.jpg", actor=ANNA, at=NOON)
    assert isinstance(keep(PHOTO, "灶台.exe", actor=ANNA, at=NOON), File)
    assert File.objects.get(sha256=SHA).state == "kept"


def test_a_file_lost_from_the_shelf_is_kept_again_when_it_is_sent_again():
    file = keep(PHOTO, "灶台.jpg", actor=ANNA, at=NOON)
    store().path(file.kept_sha256).unlink()
    again = keep(PHOTO, "灶台.jpg", actor=ANNA, at=NOON)
    assert again.kept_sha256 in store()


def test_an_upload_answers_with_the_hash_that_a_form_then_names(browser):
    answer = sent(browser)
    assert answer.status_code == 201
    assert answer.json() == {"sha256": SHA, "name": "灶台.jpg", "mime": "image/jpeg", "size": File.objects.get().size,
                             "width": 64, "height": 48, "url": f"/files/{SHA}", "preview": f"/files/{SHA}/preview"}


def test_an_upload_that_is_no_photo_is_refused_in_a_sentence(browser):
    answer = sent(browser, b"MZ" + b"\x00" * 100, "照片.jpg")
    assert answer.status_code == 422
    assert answer.json()["error"]["sentences"] == ["“照片.jpg”：内容是程序、脚本或网页，不是照片或文档，未接收。"]
    empty = browser.post("/files/", {}, headers={"X-Test-Actor": "lin"})
    assert (empty.status_code, empty.json()["error"]["sentences"]) == (422, ["没有收到文件，请重新选择。"])


def test_an_upload_needs_a_person_and_the_pages_token(browser):
    assert sent(browser, who="nobody").status_code == 404
    strict = Client(enforce_csrf_checks=True)
    assert sent(strict).status_code == 403
    assert File.objects.count() == 0


def test_of_a_file_of_two_hundred_megabytes_only_the_beginning_is_kept(browser, settings, monkeypatch):
    monkeypatch.setattr(uploading, "KEPT_MOST", 150_000)
    monkeypatch.setattr(media, "Limits", lambda: media_limits(100_000))
    settings.FILE_UPLOAD_HANDLERS = ["anlan.toolkit.attachments.uploading.Bounded", *settings.FILE_UPLOAD_HANDLERS]
    answer = sent(browser, b"\xff\xd8\xff" + b"\x00" * 3_000_000)
    assert answer.status_code == 422
    assert "超过" in answer.json()["error"]["sentences"][0]
    assert File.objects.get().size < 300_000


def media_limits(most, real=media.Limits):
    return real(bytes=most, photo_bytes=most)


def test_only_who_may_see_a_case_sees_its_files(browser, report):
    keep(PHOTO, "灶台.jpg", actor=ANNA, at=NOON)
    mine, foreign = report(place="公开"), report(place="别处")
    assert get(browser, f"/files/{SHA}").status_code == 404
    attach(foreign)
    may_see("leak", lambda actor, at: Leak.objects.filter(place="公开"))
    assert get(browser, f"/files/{SHA}").status_code == 404
    attach(mine)
    assert get(browser, f"/files/{SHA}").status_code == 200
    assert get(browser, f"/files/{SHA}", who="nobody").status_code == 404
    assert get(browser, f"/files/{'0' * 64}").status_code == 404


def test_a_kind_without_a_selector_shows_its_files_to_nobody_but_the_sender(browser, report):
    keep(PHOTO, "灶台.jpg", actor=ANNA, at=NOON)
    attach(report(place="公开"))
    assert get(browser, f"/files/{SHA}").status_code == 404
    sent(browser, HEIC_PHOTO, "a.heic")
    own = hashlib.sha256(HEIC_PHOTO).hexdigest()
    assert get(browser, f"/files/{own}").status_code == 200


def test_what_a_system_sent_for_a_post_is_seen_by_that_post_only():
    system, other = Actor(name="系统甲", post_id=40), Actor(name="系统乙", post_id=41)
    file = keep(PHOTO, "灶台.jpg", actor=system, at=NOON)
    assert (file_for(system, NOON, SHA), file_for(other, NOON, SHA)) == (file, None)
    assert file_for(Actor(name="无名"), NOON, SHA) is None
    assert file_for(LIN, NOON, SHA) is None


def test_a_file_is_served_so_that_it_can_do_no_harm(browser):
    keep(PHOTO, '灶台"\r\nX: 1.jpg', actor=LIN, at=NOON)
    answer = get(browser, f"/files/{SHA}")
    headers = {name: answer[name] for name in ("Content-Type", "Content-Security-Policy", "X-Content-Type-Options",
                                               "Cross-Origin-Resource-Policy", "Cache-Control", "Content-Disposition")}
    assert headers == {
        "Content-Type": "image/jpeg", "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, max-age=3600",
        "Content-Disposition": "inline; filename=\"file.jpg\"; filename*=UTF-8''%E7%81%B6%E5%8F%B0%22X%3A%201.jpg"}
    again = get(browser, f"/files/{SHA}", **{"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    small = get(browser, f"/files/{SHA}/preview")
    assert small.content[:3] == b"\xff\xd8\xff"


def test_what_is_no_picture_is_a_download_without_a_preview(browser):
    table = "单位,地址\n甲,乙\n".encode()
    sent(browser, table, "单位.csv")
    own = hashlib.sha256(table).hexdigest()
    answer = get(browser, f"/files/{own}")
    assert answer["Content-Disposition"].startswith("attachment;")
    assert get(browser, f"/files/{own}/preview").status_code == 404


def test_a_voice_note_is_played_in_parts(browser):
    note = sound("webm")
    sent(browser, note, "口述.webm")
    path = f"/files/{hashlib.sha256(note).hexdigest()}"
    asked = ("bytes=0-3", "bytes=10-", "bytes=10-9999", "bytes=9999-", "bytes=3-1", "lines=1")
    parts = [get(browser, path, Range=part) for part in asked]
    assert [(p.status_code, p.content) for p in parts] == [
        (206, note[:4]), (206, note[10:]), (206, note[10:]), (200, note), (200, note), (200, note)]
    assert (parts[0]["Content-Range"], parts[0]["Content-Type"]) == (f"bytes 0-3/{len(note)}", "audio/webm")


def test_bytes_that_changed_on_the_disk_are_not_served(browser):
    sent(browser)
    path = store().path(File.objects.get().kept_sha256)
    path.write_bytes(b"other")
    assert get(browser, f"/files/{SHA}").status_code == 404


def test_the_api_takes_a_file_under_the_hash_of_its_bytes_only(browser, issue):
    token = {"Authorization": f"Bearer {issue(scopes=['files:write', 'files:read'])}"}

    def put(digest, data=PHOTO, headers=token):
        return browser.put(f"/api/v1/files/{digest}?name=灶台.jpg", data, content_type="application/octet-stream",
                           headers=headers)

    wrong = put("0" * 64)
    assert (wrong.status_code, wrong.json()["error"]["sentences"]) == (
        422, ["收到的内容与标识不符：可能没有传完整，请重新上传。"])
    assert [put(SHA).status_code for _ in range(2)] == [201, 200]
    assert put(SHA, headers={}).status_code == 401
    assert browser.get(f"/api/v1/files/{SHA}", headers=token).status_code == 200
    assert browser.get("/api/v1/files/1", headers=token).status_code == 404
    assert File.objects.get().person_id == LIN.person_id


def test_a_page_learns_which_files_have_come_and_which_have_not(report):
    file = keep(PHOTO, "灶台.jpg", actor=ANNA, at=NOON)
    case = attach(report())
    attach_later = "f" * 64
    insert(Attached, ("entry_id", "kind", "case_id", "role", "sha256"),
           [(Entry.objects.first().id, "leak", case.id, "after", attach_later)])
    assert files_of("leak", [case.id]) == {case.id: [("before", SHA, file), ("after", attach_later, None)]}

from datetime import timedelta
from threading import Thread
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from anlan.kernel.instance import real_time
from anlan.toolkit.attachments.keeping import store
from anlan.toolkit.jobs import Hopeless, Made, job, registry
from anlan.toolkit.jobs.models import Job
from anlan.toolkit.jobs.queue import LeaseLost, enqueue, run_due, run_one, troubles, try_again
from anlan.toolkit.notices.models import Notice

LIN = 7


@pytest.fixture(autouse=True)
def kinds(settings):
    """Handlers of this module only, and what they were called with."""
    settings.ROOT_URLCONF = "anlan.toolkit.jobs.tests.urls"
    before = dict(registry.HANDLERS)
    registry.HANDLERS.clear()
    called = []

    @job("double", label="加倍")
    def double(work):
        called.append(work.payload)
        return {"n": work.payload["n"] * 2}

    @job("break", label="出错", attempts_most=3)
    def broken(work):
        called.append(work.attempt)
        raise RuntimeError("disk full")

    @job("hopeless", label="导出")
    def hopeless(work):
        called.append(work.attempt)
        raise Hopeless("没有可以导出的内容。")

    @job("sheet", label="导出单位")
    def sheet(work):
        work.progress(50)
        return Made(b"a,b", "单位.csv", "text/csv")

    yield called
    registry.HANDLERS.clear()
    registry.HANDLERS.update(before)


@pytest.fixture
def pages(toy_api, settings):
    """The toy's people, and the pages of this package."""
    settings.ROOT_URLCONF = "anlan.toolkit.jobs.tests.urls"


def hurry():
    """Let every pause be over."""
    Job.objects.update(due_at=real_time() - timedelta(seconds=1))


@pytest.mark.django_db
def test_work_is_done_once_however_often_it_is_asked_for(kinds):
    key = uuid4()
    asked = [enqueue("double", {"n": 4}, key=key) for _ in range(3)]
    assert {j.id for j in asked} == {asked[0].id}
    assert run_due() == 1
    row = Job.objects.get()
    assert (row.state, row.result, row.attempts, row.progress, kinds) == ("done", {"n": 8}, 1, 100, [{"n": 4}])
    assert run_due() == 0


@pytest.mark.django_db
def test_work_waits_for_its_time_and_unknown_work_is_a_fault_of_the_asker():
    enqueue("double", {"n": 1}, at=real_time() + timedelta(hours=1))
    assert run_due() == 0
    with pytest.raises(KeyError):
        enqueue("unknown")


@pytest.mark.django_db
def test_a_fault_is_tried_again_after_a_longer_pause_each_time_and_then_stays_visible(ground, kinds):
    enqueue("break", person_id=LIN)
    pauses = []
    for _ in range(2):
        run_due()
        row = Job.objects.get()
        assert (row.state, row.error) == ("waiting", "RuntimeError: disk full")
        pauses.append(round((row.due_at - real_time()).total_seconds()))
        hurry()
    run_due()
    assert (pauses, kinds) == ([5, 20], [1, 2, 3])
    assert [(j.state, j.sentence, j.error) for j in troubles()] == [
        ("failed", "系统出错，试了3次都没有做成。请告诉系统管理员。", "RuntimeError: disk full")]
    assert list(Notice.objects.values_list("person_id", "text")) == [(LIN, "出错没有做成，点开看原因。")]


@pytest.mark.django_db
def test_what_cannot_be_helped_is_not_tried_again_until_somebody_asks(ground, kinds):
    work = enqueue("hopeless", person_id=LIN)
    assert run_due() == 1
    row = Job.objects.get()
    assert (row.state, row.sentence, kinds) == ("failed", "没有可以导出的内容。", [1])
    assert try_again(work.key)
    assert not try_again(uuid4())
    assert Job.objects.get().state == "waiting"
    assert run_due() == 1


@pytest.mark.django_db
def test_work_whose_worker_died_is_taken_over_when_its_lease_has_ended(kinds):
    work = enqueue("double", {"n": 1})
    Job.objects.filter(id=work.id).update(state="running", attempts=1, leased_until=real_time() + timedelta(minutes=1))
    assert run_due() == 0
    Job.objects.update(leased_until=real_time() - timedelta(seconds=1))
    assert run_due() == 1
    assert (Job.objects.get().state, Job.objects.get().attempts) == ("done", 2)


@pytest.mark.django_db
def test_work_that_kills_its_worker_each_time_ends_as_failed(kinds):
    work = enqueue("double", {"n": 1})
    Job.objects.filter(id=work.id).update(state="running", attempts=5, leased_until=real_time() - timedelta(seconds=1))
    assert run_due() == 1
    assert (Job.objects.get().state, Job.objects.get().sentence, kinds) == ("failed", "中途断了5次，没有做完。", [])


@pytest.mark.django_db
def test_who_lost_the_lease_cannot_end_the_work(kinds):
    seen = []

    @job("slow", label="慢")
    def slow(work):
        Job.objects.update(attempts=2)  # another worker has begun
        try:
            work.progress(10)
        except LeaseLost:
            seen.append("lost")
            raise

    enqueue("slow")
    run_due()
    assert (seen, Job.objects.get().state) == (["lost"], "running")


@pytest.mark.django_db
def test_a_file_that_is_made_goes_to_who_asked_and_to_nobody_else(pages, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    work = enqueue("sheet", person_id=LIN)
    browser, own = Client(), {"X-Test-Actor": "lin"}
    page = f"/desk/jobs/{work.key}/"
    waiting = browser.get(page, headers=own).content.decode()
    assert "可以离开这一页" in waiting
    assert "再试一次" not in waiting
    run_due()
    done = browser.get(page, headers=own).content.decode()
    assert "下载 单位.csv" in done
    file = browser.get(f"{page}file/", headers=own)
    assert (file.content, file["Content-Type"], file["Content-Disposition"]) == (
        b"a,b", "text/csv", "attachment; filename*=UTF-8''%E5%8D%95%E4%BD%8D.csv")
    assert [browser.get(page).status_code, browser.get(f"{page}file/").status_code] == [404, 404]
    foreign = enqueue("sheet", person_id=8)
    assert browser.get(f"/desk/jobs/{foreign.key}/", headers=own).status_code == 404
    assert Job.objects.get(key=work.key).result["sha256"] in store()


@pytest.mark.django_db
def test_the_page_of_failed_work_says_why_and_offers_another_try(pages):
    work = enqueue("hopeless", person_id=LIN)
    run_due()
    browser, own = Client(), {"X-Test-Actor": "lin"}
    page = browser.get(f"/desk/jobs/{work.key}/", headers=own).content.decode()
    assert "没有做成：没有可以导出的内容。" in page
    assert browser.get(f"/desk/jobs/{work.key}/again/", headers=own).status_code == 405
    assert browser.post(f"/desk/jobs/{work.key}/again/", headers=own).status_code == 302
    assert Job.objects.get().state == "waiting"


@pytest.mark.django_db
def test_what_took_long_comes_back_as_a_notice(pages):
    quick, slow = enqueue("double", {"n": 1}, person_id=LIN), enqueue("double", {"n": 2}, person_id=LIN)
    Job.objects.filter(id=slow.id).update(made_at=real_time() - timedelta(seconds=11))
    run_due()
    assert list(Notice.objects.values_list("text", "url")) == [("加倍已经做好。", f"/desk/jobs/{slow.key}/")]
    assert quick.key != slow.key


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_take_the_same_work(kinds):
    for n in range(40):
        enqueue("double", {"n": n})

    def work():
        while run_one():
            pass
        connection.close()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(p["n"] for p in kinds) == list(range(40))
    assert list(Job.objects.values_list("state", "attempts").distinct()) == [("done", 1)]

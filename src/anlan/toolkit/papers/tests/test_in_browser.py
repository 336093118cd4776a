"""Papers, notices and work in the background as a reader sees them, at two widths."""

from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client
from django.urls import include, path

from anlan.kernel.tests.conftest import NOON
from anlan.kernel.tests.toy.models import Leak
from anlan.toolkit.attachments.access import may_see
from anlan.toolkit.jobs import Hopeless, Made, job, registry
from anlan.toolkit.jobs.queue import enqueue, run_due
from anlan.toolkit.notices.telling import tell
from anlan.toolkit.ui.tests.browser import a_browser, open_page, violations

from .test_papers import notice_kind, paper  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
urlpatterns = [path("papers/", include("anlan.toolkit.papers.urls")),
               path("desk/jobs/", include("anlan.toolkit.jobs.urls")),
               path("desk/notices/", include("anlan.toolkit.notices.urls"))]


class AsLin(Client):
    """Signed in as Lin, as the toy's middleware has it."""

    def generic(self, *args, headers=None, **kwargs):
        answer = super().generic(*args, headers={**(headers or {}), "X-Test-Actor": "lin"}, **kwargs)
        connections.close_all()  # the browser's driver asks from a context of its own
        return answer


@pytest.fixture
def addresses(toy_api, settings, tmp_path, paper):  # noqa: F811
    """A page of each kind, in each of its states."""
    settings.ROOT_URLCONF = "anlan.toolkit.papers.tests.test_in_browser"
    settings.MEDIA_ROOT = tmp_path
    may_see("leak", lambda actor, at: Leak.objects.filter(place="公开"))
    job("sheet", label="导出单位")(lambda work: Made(b"a,b", "单位.csv", "text/csv"))
    done = enqueue("sheet", person_id=7)
    run_due()

    @job("hopeless", label="导出隐患")
    def hopeless(work):
        raise Hopeless("没有可以导出的内容。")

    failed = enqueue("hopeless", person_id=7)
    run_due()
    waiting = enqueue("sheet", person_id=7)
    for n in range(35):
        tell(key=uuid4(), text=f"隐患“燃气软管开裂”快到时限：请在 06-25 08:{n:02} 前提交整改。", at=NOON, person_id=7,
             url="/desk/notices/", urgent=not n % 7)
    yield [f"/papers/{paper().uid}/", "/desk/notices/", *(f"/desk/jobs/{j.key}/" for j in (done, failed, waiting))]
    for kind in ("sheet", "hopeless"):
        del registry.HANDLERS[kind]


@pytest.fixture(scope="module")
def browser():
    with a_browser() as found:
        yield found


@pytest.mark.parametrize("width", [360, 1440])
def test_pages_are_sound_for_those_who_do_not_see_them(browser, addresses, width):
    for address in addresses:
        page = open_page(browser, address, width, client=AsLin(), trust=True)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.context.close()


def test_pages_keep_to_the_content_policy(browser, addresses):
    for address in addresses:
        page = open_page(browser, address, client=AsLin())
        assert page.complaints == []
        page.context.close()


def test_the_page_of_work_shows_its_end_by_itself(browser, addresses):
    page = open_page(browser, addresses[-1], client=AsLin())
    assert page.get_by_text("可以离开这一页").is_visible()
    run_due()
    page.get_by_role("link", name="下载 单位.csv").wait_for(timeout=8000)
    assert page.complaints == []
    page.context.close()

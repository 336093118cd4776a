import pytest

from anlan.kernel import instance
from anlan.people.testing import NOON
from anlan.setup import code

from .books import workbook

AREA_HEAD = ("代码", "名称", "层级", "上级代码", "启用日期")
TREE = [("X", "临江区", "区", "", "2021-01-01"), ("X1", "望潮街道", "街道", "X", "2021-01-01"),
        ("X11", "东门社区", "社区", "X1", "2021-01-01"), ("X111", "东门一网格", "网格", "X11", "2021-01-01")]


@pytest.fixture
def home(db, settings, tmp_path):
    """An empty instance of which `anlan up` has just printed the code."""
    settings.ANLAN_HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    instance.set_clock(NOON, running=False)
    code.make(tmp_path)
    return tmp_path


@pytest.fixture
def office(client, home):
    """A browser past the door."""
    client.post("/setup/", {"code": code.read(home)})
    return client


@pytest.fixture
def ground(office):
    """The smallest tree of areas stands."""
    from anlan.setup import grounds  # noqa: PLC0415  needs the database

    plan = grounds.run(workbook(AREA_HEAD, TREE), "区划.xlsx", NOON, save=True)
    assert plan.faults == []
    return office

"""Which files of tests run in one process when several share the suite."""

from anlan.toolkit.embedded.pytest_together import pytest_xdist_make_scheduler


class Options:
    """Those settings of a run that decide it."""

    def __init__(self, dist, together):
        self.told = {"dist": dist, "together": together, "tx": ["popen"], "maxschedchunk": None}

    def getoption(self, name):
        return self.told[name]

    getini = getvalue = getoption


def groups(options, *nodes):
    scheduler = pytest_xdist_make_scheduler(options, None)
    return [scheduler._split_scope(node) for node in nodes]


def test_files_of_a_named_folder_go_together_and_others_alone():
    nodes = ("src/demo/tests/test_a.py::test_1", "src/demo/tests/test_b.py::test_2[::]", "src/demo/test_c.py::test_3")
    assert groups(Options("loadfile", ["src/demo/tests"]), *nodes) == ["src/demo/tests/", "src/demo/tests/", "src/demo/test_c.py"]
    assert groups(Options("loadfile", []), *nodes) == [node.split("::")[0] for node in nodes]


def test_another_way_to_share_the_tests_out_is_left_alone():
    assert pytest_xdist_make_scheduler(Options("load", ["src/demo/tests"]), None) is None


def test_the_demonstration_is_built_once_in_a_run(request):
    folders = request.config.getini("together")
    assert folders == ["src/anlan/demo/tests"]
    assert [f for f in folders if not (request.config.rootpath / f / "conftest.py").exists()] == []

from pathlib import Path

import pytest

from anlan.kernel.tests.toy.flow import CREW, LEAK
from anlan.toolkit import reference


def test_every_variable_that_the_source_reads_has_its_words_and_no_other_has():
    assert {name for name, _default in reference.read_settings()} == set(reference.SETTINGS)


def test_a_variable_is_found_with_its_default_however_it_is_read(tmp_path: Path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "a.py").write_text('os.environ["ANLAN_TEST"]')
    (tmp_path / "a.py").write_text(
        'os.environ.get("ANLAN_A", "1"); os.getenv("ANLAN_B"); os.environ["ANLAN_C"]; os.environ["ANLAN_D"] = "1"\n'
        'os.environ.get("OTHER"); os.environ.get(name); os.environ.get("ANLAN_A")')
    assert reference.read_settings(tmp_path) == [("ANLAN_A", "1"), ("ANLAN_B", ""), ("ANLAN_C", "")]


def test_a_flow_is_shown_with_its_diagram_its_clocks_and_its_inputs():
    text = "\n".join(reference._flow(LEAK))
    for line in ("## 泄漏 `leak`", "stateDiagram-v2", "  open --> mending: 接单",
                 "| `mend` | 修好 | 修理中 | 已修好 | 须由修理人操作 | — |",
                 "| `take` | `mend` | 1 calendar_day | `give_back` | 0.8 |", "Last resort: `nobody_acted`.",
                 "| `report` | `place` | 地点 | yes |", "| `report` | `phone` | 电话 |  |"):
        assert line in text
    assert "mermaid" not in "\n".join(reference._flow(CREW))


def test_what_belongs_to_tests_is_not_in_the_reference():
    assert "`leak`" not in reference.flows()
    assert "`api_token`" in reference.flows()


def test_a_bar_in_a_cell_does_not_break_the_table():
    assert reference.rows(("a", "b"), [("x|y", "1\n2")]) == ["| a | b |", "| --- | --- |", "| x\\|y | 1 2 |"]
    assert reference.rows(("a",), []) == []


def test_the_pages_are_written_compared_and_cleared_of_what_is_left_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reference, "pages", lambda: {"a.md": "# A\n", "b.md": "# B\n"})
    (tmp_path / "old.md").write_text("x")
    assert reference.differing(tmp_path) == ["a.md", "b.md", "old.md"]
    assert reference.write(tmp_path) == 2
    assert reference.differing(tmp_path) == []
    (tmp_path / "a.md").write_text("changed")
    assert reference.differing(tmp_path) == ["a.md"]
    assert not (tmp_path / "old.md").exists()


@pytest.mark.parametrize("page", ["registers", "indicators", "parameters", "papers", "settings_page", "commands"])
def test_each_page_can_be_written_without_a_database(page: str):
    assert getattr(reference, page)().startswith("# ")


def test_the_api_is_described_with_scopes_and_inputs():
    text = reference.api_page()
    assert "## PUT `/api/v1/files/{sha256}`" in text
    assert "Scope `files:write`" in text

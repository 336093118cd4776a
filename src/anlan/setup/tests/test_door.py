"""Who gets into the first run, and when it is over."""

import stat

import pytest

from anlan.people.testing import small_district
from anlan.setup import code
from anlan.setup.models import FirstRun


def test_an_empty_instance_leads_to_its_first_run(client, home):
    assert client.get("/").headers["Location"] == "/setup/"
    assert client.get("/setup/").status_code == 200


def test_only_who_has_the_code_comes_in(client, home):
    answer = client.post("/setup/", {"code": "AAAA-BBBB-CCCC"})
    assert (answer.status_code, "代码不对" in answer.content.decode()) == (422, True)
    assert client.get("/setup/areas/").headers["Location"] == "/setup/"
    assert client.get("/setup/areas/template/").headers["Location"] == "/setup/"
    assert client.post("/setup/people/passwords/").headers["Location"] == "/setup/"
    assert not FirstRun.objects.exists()
    client.post("/setup/", {"code": code.read(home).lower().replace("-", " ")})
    assert client.get("/setup/areas/").status_code == 200
    assert FirstRun.objects.get().state == "open"


def test_without_a_code_in_the_home_nothing_fits(client, home):
    code.spend(home)
    assert client.post("/setup/", {"code": ""}).status_code == 422
    assert client.post("/setup/", {"code": "-"}).status_code == 422
    assert not FirstRun.objects.exists()


def test_a_new_code_closes_the_door_behind_those_who_had_the_old_one(office, home):
    assert office.get("/setup/areas/").status_code == 200
    code.spend(home)
    code.make(home)
    assert office.get("/setup/areas/").headers["Location"] == "/setup/"


def test_a_district_that_has_begun_has_no_first_run(client, home):
    small_district()
    assert client.get("/setup/").status_code == 404
    assert client.get("/setup/areas/").status_code == 404
    assert client.post("/setup/", {"code": code.read(home)}).status_code == 404
    assert code.read(home) == ""


def test_a_code_is_made_once_and_readable_to_its_owner_only(tmp_path):
    made = code.make(tmp_path)
    assert (code.make(tmp_path), len(made)) == (made, 14)
    assert stat.S_IMODE((tmp_path / "setup.code").stat().st_mode) == 0o600
    assert code.fits(tmp_path, made.lower()) and not code.fits(tmp_path, made[:-1])


@pytest.mark.parametrize("slug", ["nothing", "rules"])
def test_a_step_that_is_not_there_or_not_yet_due_does_not_open(office, slug):
    answer = office.get(f"/setup/{slug}/")
    assert (answer.status_code, answer.headers.get("Location")) == (
        (404, None) if slug == "nothing" else (302, "/setup/areas/"))


def test_a_step_that_must_be_done_cannot_be_left_for_later(office):
    assert office.post("/setup/areas/skip/").status_code == 404
    assert FirstRun.objects.get().skipped == []


def test_up_prints_the_code_until_the_first_run_is_over(tmp_path, capsys, monkeypatch):
    from anlan import cli  # noqa: PLC0415
    from anlan.commands import serving  # noqa: PLC0415

    monkeypatch.setenv("ANLAN_HOME", str(tmp_path))
    monkeypatch.setattr(serving, "refuse_occupied", lambda host, port: None)
    monkeypatch.setattr(serving, "serve", lambda home, greet: greet("http://127.0.0.1:8000/"))
    assert cli.main(["up"]) == 0
    held = code.read(tmp_path)
    assert f"http://127.0.0.1:8000/setup/  一次性代码 / one-time code: {held}" in capsys.readouterr().out
    assert cli.main(["up"]) == 0
    assert held in capsys.readouterr().out
    code.spend(tmp_path)
    assert cli.main(["up"]) == 0
    assert "setup" not in capsys.readouterr().out

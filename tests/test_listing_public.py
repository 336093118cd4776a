"""What outsiders read of listed supervision, and that they can check it themselves, by the very program they are given."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anlan.hazards.models import Hazard
from anlan.kernel.door import record
from anlan.kernel.journal import anchor, seal_all
from anlan.kernel.journal_format import START
from anlan.kernel.models import Seal
from anlan.kernel.refusals import Refused
from anlan.kernel.wording import words
from anlan.people.testing import CAST, NOON

from .journeys.conftest import place as place
from .journeys.conftest import restaurant as restaurant
from .journeys.conftest import walk as walk
from .test_listing import LATER, SOON, sign
from .test_listing import listed as listed
from .test_listing import major as major
from .test_listing import proposed as proposed
from .test_listing import reviewing as reviewing

pytestmark = pytest.mark.django_db
ONE = "/public/listings/2021-1/"


@pytest.fixture
def struck_off(reviewing, walk):
    x = reviewing()
    sign(walk, x)
    walk("listing", x.uid, "strike_off", "emergency", LATER)
    seal_all()
    anchor(LATER)
    return x


def read(path, **asked):
    answer = Client().get(path, asked)
    return answer.status_code, answer.content.decode()


def test_only_what_was_published_is_open_and_everybody_may_read_it(place, proposed, walk):
    x = proposed()
    walk("listing", x.uid, "approve", "leader", NOON)
    walk("listing", x.uid, "issue", "emergency", NOON)
    seal_all()
    assert read(ONE)[0] == read(f"{ONE}proof/")[0] == 404
    assert "百瑞景小馆" not in read("/public/listings/")[1]
    walk("listing", x.uid, "publish", "emergency", NOON, media="武昌区政府网站")
    status, page = read("/public/listings/")
    assert (status, "百瑞景小馆" in page, f'href="{ONE}"' in page) == (200, True, True)
    assert read(ONE)[0] == 200


def test_the_list_is_searched_and_narrowed_by_year_and_state(place, listed):
    listed()
    found = {asked: "百瑞景小馆" in read("/public/listings/", **dict([asked.split("=")]))[1]
             for asked in ("q=百瑞景", "q=青檀", "year=2021", "year=2020", "state=open", "state=closed", "year=nonsense")}
    assert found == {"q=百瑞景": True, "q=青檀": False, "year=2021": True, "year=2020": False, "state=open": True,
                     "state=closed": False, "year=nonsense": True}
    answer = json.loads(read("/public/listings/list.json", state="open")[1])
    assert [(x["unit"], x["listing_no"], x["state"]) for x in answer["listings"]] == [("百瑞景小馆", "本区安督〔2021〕1号", "open")]


def test_no_page_and_no_file_names_a_person(place, struck_off):
    told = "".join(read(p)[1] for p in ("/public/listings/", "/public/listings/list.json", ONE, f"{ONE}proof/",
                                        f"{ONE}proof/proof.json"))
    names = [p.name for p in CAST.values()] + ["陈某", "李主任", "13800138000", "已看过现场", "人员密集", "气瓶已移出"]
    assert [n for n in names if n in told] == []


def check(folder, proof):
    """What the published program says of a proof."""
    program = folder / "check_listing.py"
    program.write_text(read("/public/listings/check_listing.py")[1], encoding="utf-8")
    (folder / "proof.json").write_text(json.dumps(proof), encoding="utf-8")
    done = subprocess.run([sys.executable, "-I", str(program), str(folder / "proof.json")], capture_output=True, text=True,
                          env={"PYTHONIOENCODING": "utf-8"}, check=False)
    return done.returncode, done.stdout.strip()


def test_the_published_program_finds_an_untouched_proof_whole(tmp_path, struck_off):
    proof = json.loads(read(f"{ONE}proof/proof.json")[1])
    assert [e["verb"] for e in proof["entries"]] == ["propose", "approve", "issue", "receive", "publish", "apply", "form_team",
                                                     "sign_review", "sign_review", "sign_review", "strike_off"]
    assert all(e["content"] and e["anchor"]["between"] is not None for e in proof["entries"])
    assert check(tmp_path, proof) == (0, "11条记录的内容、摘要、链值和锚点全部相符")


def flipped(text):
    return ("0" if text[0] != "0" else "1") + text[1:]


TAMPERED = {
    "a word of the content": lambda p: p["entries"][4]["content"].__setitem__(11, p["entries"][4]["content"][11].replace(
        "武昌区政府网站", "晚报")),
    "the instant that is shown": lambda p: p["entries"][2].__setitem__("at", "2021-05-01T00:00:00.000000"),
    "the verb that is shown": lambda p: p["entries"][9].__setitem__("verb", "fail_review"),
    "an entry left out": lambda p: p["entries"].pop(5),
    "two entries swapped": lambda p: p["entries"].insert(3, p["entries"].pop(6)),
    "a digest": lambda p: p["entries"][1].__setitem__("digest", flipped(p["entries"][1]["digest"])),
    "a place in the journal": lambda p: p["entries"][1].__setitem__("no", p["entries"][1]["no"] + 1),
    "a previous link": lambda p: p["entries"][7].__setitem__("previous", flipped(p["entries"][7]["previous"])),
    "the anchor": lambda p: p["entries"][0]["anchor"].__setitem__("link", flipped(p["entries"][0]["anchor"]["link"])),
    "what lies between": lambda p: p["entries"][0]["anchor"]["between"].pop(),
    "everything taken out": lambda p: p.__setitem__("entries", [])}


@pytest.mark.parametrize("what", TAMPERED)
def test_the_published_program_finds_what_was_tampered_with(tmp_path, struck_off, what):
    proof = json.loads(read(f"{ONE}proof/proof.json")[1])
    TAMPERED[what](proof)
    status, said = check(tmp_path, proof)
    assert status == 1
    assert said and "全部相符" not in said


def test_of_an_entry_that_no_move_made_only_the_digest_is_shown(tmp_path, place, listed):
    x = listed()
    words("listing", "looked_at", "{who}查看")
    record(x, "looked_at", actor=place.actor("emergency"), at=NOON, data={"reason": "陈某来电"})
    seal_all()
    anchor(NOON)
    proof = json.loads(read(f"{ONE}proof/proof.json")[1])
    last = proof["entries"][-1]
    assert (last["verb"], last["content"], last["sentence"]) == ("looked_at", None, "区应急管理局：内部记录，内容不公开")
    assert check(tmp_path, proof)[0] == 0


def test_a_tail_without_an_anchor_says_so(tmp_path, place, listed):
    listed()
    seal_all()
    proof = json.loads(read(f"{ONE}proof/proof.json")[1])
    assert {e["anchor"] for e in proof["entries"]} == {None}
    assert check(tmp_path, proof)[0] == 0
    assert "尚未设锚点" in read(f"{ONE}proof/")[1]


def test_from_the_open_digests_anybody_rebuilds_the_whole_chain(struck_off):
    link, no = START, 0
    answer = json.loads(read("/public/journal/digests.json")[1])
    for digest in answer["digests"]:
        no += 1
        link = hashlib.sha256(link + no.to_bytes(8, "big") + bytes.fromhex(digest)).digest()
    last = Seal.objects.order_by("-no").first()
    assert (no, link) == (last.no, bytes(last.link))


def test_the_public_pages_take_few_statements(struck_off):
    asked = {}
    for path in ("/public/listings/", ONE, f"{ONE}proof/"):
        read(path)
        with CaptureQueriesContext(connection) as held:
            read(path)
        asked[path] = len(held)
    assert {path: n for path, n in asked.items() if n > 12} == {}


def test_a_telephone_number_is_kept_out_of_the_public_wording(place, major, walk):
    with pytest.raises(Refused, match="公开表述中不要写电话号码或证件号码"):
        walk("hazard", major.uid, "ask_listing", "emergency", SOON, reason="理由", level="district",
             what="地下室有气瓶，联系人13800138000")
    assert Hazard.objects.get(uid=major.uid).listing_uid is None


def test_the_program_is_short_and_needs_nothing_else():
    source = Path(__file__).parent.parent / "src/anlan/hazards/check_listing.py"
    lines = [x for x in source.read_text(encoding="utf-8").splitlines() if x.strip() and not x.startswith('"""')]
    assert len(lines) < 30
    assert {x.split()[1] for x in lines if x.startswith(("import", "from"))} == {"hashlib", "json", "sys"}

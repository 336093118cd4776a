"""Whatever is done to the journal behind the door's back is found, and the first place is named."""

import json

import pytest
from django.db import connection

from anlan.kernel import journal
from anlan.kernel.anchors import all_anchors, anchor_file, anchor_key
from anlan.kernel.door import advance
from anlan.kernel.journal import Break, anchor, seal_all, seal_once, shred, unsealed_age, verify
from anlan.kernel.journal_format import START, entry_digest, link
from anlan.kernel.models import Anchor, Clock, Entry, Mark, Paper, Pending, Seal, Secret
from anlan.kernel.numbering import void
from anlan.kernel.tests.toy.models import Leak

from .conftest import ANNA, BEN, NOON, minutes

pytestmark = pytest.mark.django_db


@pytest.fixture
def walk(report):
    """Two leaks, one mended with its paper: nine entries, sealed and anchored at the fifth and at the end."""
    first, second = report(phone="13800138000"), report(area="G2")
    for move in ("take", "mend"):
        advance(first, move, actor=ANNA, at=NOON + minutes(1))
    advance(first, "accept", actor=BEN, at=NOON + minutes(2))
    seal_all()
    anchor(NOON)
    for n in range(3):
        advance(second, "note", actor=ANNA, at=NOON, given={"note": str(n)})
    advance(second, "take", actor=ANNA, at=NOON + minutes(3))
    seal_all()
    anchor(NOON + minutes(5))
    return first, second


def sql(text: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, params)


def entry_of(no: int) -> int:
    return Seal.objects.get(no=no).entry_id


def reseal(since: int) -> None:
    """What a careful forger does: compute all links anew."""
    head = Seal.objects.get(no=since - 1).link if since > 1 else START
    for s in Seal.objects.filter(no__gte=since).order_by("no").select_related("entry"):
        head = link(bytes(head), s.no, bytes(s.entry.digest))
        Seal.objects.filter(no=s.no).update(link=head)


def first_break() -> tuple[int, int | None, str]:
    found = verify().breaks[0]
    return found.no, found.entry_id, found.what


def test_a_whole_journal_has_no_break_and_is_vouched_for_to_its_last_anchor(walk, report):
    assert vars(verify()) == {"entries": 9, "breaks": [], "vouched_until": 9, "unsealed": 0,
                              "oldest_unsealed_at": None}
    report()
    seal_all()
    report()
    verdict = verify()
    assert (verdict.entries, verdict.breaks, verdict.vouched_until, verdict.unsealed) == (10, [], 9, 1)
    assert verdict.oldest_unsealed_at == Entry.objects.latest("id").recorded_at


@pytest.mark.parametrize("change", [
    "data = jsonb_set(data, '{given,place}', '\"乙\"')", "verb = 'nag'", "actor_id = 2", "post_id = NULL",
    "at = at - interval '1 microsecond'", "told_at = told_at + interval '1 second'", "n = 7", "kind = 'job'",
    "recorded_at = recorded_at + interval '1 second'", "request = gen_random_uuid()", "subject_id = subject_id + 1000",
    "device_id = 1", "corrects_id = id",
])
def test_an_edited_entry_is_named(walk, change):
    sql(f"UPDATE kernel_entry SET {change} WHERE id = %s", entry_of(1))
    assert first_break() == (1, entry_of(1), "记录内容被改动")


def test_an_edited_entry_with_a_fitting_digest_breaks_the_chain(walk):
    e = Entry.objects.get(id=entry_of(3))
    e.data["given"] = {"x": 1}
    digest = journal_digest(e)
    Entry.objects.filter(id=e.id).update(data=e.data, digest=digest)
    assert first_break() == (3, e.id, "前后链接不符，记录被调换或链条被改动")
    reseal(3)
    assert [b.what for b in verify().breaks] == ["锚点与链条不符"] * 4
    assert verify().breaks[0].no == 5


def journal_digest(e: Entry) -> bytes:
    return entry_digest(e.kind, e.subject_id, e.n, e.verb, e.actor_id, e.post_id, e.device_id, e.request, e.at,
                        e.told_at, e.recorded_at, e.data, e.corrects_id)


def test_an_edited_digest_is_named(walk):
    Entry.objects.filter(id=entry_of(4)).update(digest=b"x" * 32)
    assert first_break() == (4, entry_of(4), "记录内容被改动")


def test_a_deleted_entry_is_named(walk):
    gone = entry_of(6)
    Seal.objects.filter(no=6).delete()
    Entry.objects.filter(id=gone).delete()
    assert first_break()[::2] == (6, "第6号封存缺失")
    assert "的记录编号不连续" in verify().breaks[-1].what


def test_a_deleted_entry_whose_followers_were_moved_up_is_named(walk):
    gone = entry_of(6)
    Seal.objects.filter(no=6).delete()
    Entry.objects.filter(id=gone).delete()
    sql("UPDATE kernel_seal SET no = -no WHERE no > 6")
    sql("UPDATE kernel_seal SET no = -no - 1 WHERE no < 0")
    assert first_break()[0] == 6
    reseal(6)
    assert {b.what for b in verify().breaks} >= {"锚点记到第9号，其后的记录被截去"}


@pytest.mark.parametrize("pair", [(2, 3), (1, 9), (4, 5)])
def test_swapped_seals_are_named(walk, pair):
    a, b = pair
    first, second = entry_of(a), entry_of(b)
    links = {n: bytes(Seal.objects.get(no=n).link) for n in pair}
    Seal.objects.filter(no__in=pair).delete()
    Seal.objects.create(no=a, entry_id=second, link=links[a])
    Seal.objects.create(no=b, entry_id=first, link=links[b])
    assert first_break() == (a, second, "前后链接不符，记录被调换或链条被改动")


def test_swapped_entries_are_named(walk):
    """Two entries exchange everything but their ids."""
    a, b = (Entry.objects.get(id=entry_of(n)) for n in (1, 2))
    Mark.objects.all().delete()
    Secret.objects.all().delete()
    for e, n in ((a, 91), (b, 92)):
        Entry.objects.filter(id=e.id).update(n=n)
    for target, source in ((a, b), (b, a)):
        Entry.objects.filter(id=target.id).update(**{
            f.attname: getattr(source, f.attname) for f in Entry._meta.concrete_fields if f.name != "id"})
    assert first_break() == (1, a.id, "前后链接不符，记录被调换或链条被改动")


def test_a_tail_that_was_cut_off_is_missed_by_the_table_the_file_and_the_cases(walk):
    ids = list(Seal.objects.filter(no__gt=6).values_list("entry_id", flat=True))
    Seal.objects.filter(no__gt=6).delete()
    Clock.objects.all().delete()
    Mark.objects.filter(entry_id__in=ids).delete()
    Entry.objects.filter(id__in=ids).delete()
    missed = "锚点记到第9号，其后的记录被截去"
    assert [(b.no, b.what) for b in verify().breaks if b.what == missed] == [(7, missed)] * 2
    Anchor.objects.all().delete()
    verdict = verify()
    assert [b.what for b in verdict.breaks] == [f"leak#{standing('G2')}现为第5版，记录只到第2版", missed]
    assert verdict.vouched_until == 5
    anchor_file().unlink()
    assert [b.what for b in verify().breaks] == [f"leak#{standing('G2')}现为第5版，记录只到第2版"]


def standing(code: str) -> int:
    return Leak.objects.get(area__code=code).id


@pytest.mark.parametrize("change", ["delta = delta + 1", "cell = 'lost'", "at = at + interval '1 second'",
                                    "belongs_on = belongs_on + 1", "level = 'minor'", "party_id = 5",
                                    "facet = 'by_phone'", "sort = CASE sort WHEN 's' THEN 'e' ELSE 's' END"])
def test_an_edited_mark_is_named(walk, change):
    sql(f"UPDATE kernel_mark SET {change} WHERE id = (SELECT min(id) FROM kernel_mark WHERE entry_id = %s)", entry_of(4))
    assert first_break() == (4, entry_of(4), "统计标记与记录不符")


def test_stray_doubled_and_deleted_marks_are_named(walk):
    mark = Mark.objects.filter(entry_id=entry_of(2)).first()
    mark.pk = None
    mark.save()
    assert first_break() == (2, entry_of(2), "统计标记与记录不符")
    Mark.objects.filter(id=mark.id).update(entry_id=entry_of(6))
    assert first_break() == (6, entry_of(6), "统计标记与记录不符")
    mark.delete()
    assert verify().breaks == []
    mark = Mark.objects.filter(entry_id=entry_of(1)).first()
    Mark.objects.filter(id=mark.id).update(case_id=mark.case_id + 1)
    assert first_break() == (1, entry_of(1), "统计标记不属于它的记录")
    mark.delete()
    assert first_break() == (1, entry_of(1), "统计标记与记录不符")


@pytest.mark.parametrize("change", ["number = '修〔2021〕9号'", "content = '{\"place\": \"乙\"}'", "kind = 'order'",
                                    "uid = gen_random_uuid()"])
def test_an_edited_paper_is_named(walk, change):
    sql(f"UPDATE kernel_paper SET {change}")
    assert first_break() == (4, entry_of(4), "文书与记录不符")
    Paper.objects.all().delete()
    assert first_break() == (4, entry_of(4), "文书与记录不符")


def test_a_voided_paper_is_no_break(walk):
    void(Paper.objects.get(), reason="填错", at=NOON)
    assert (Paper.objects.get().void_reason, verify().breaks) == ("填错", [])


def test_a_forged_secret_is_named_and_a_shredded_one_is_no_break(walk, leak):
    secret = Secret.objects.get()
    Secret.objects.update(value='"13900139000"')
    assert first_break() == (1, entry_of(1), "保密内容与记录不符")
    Secret.objects.update(value=secret.value, field="other")
    assert first_break() == (1, entry_of(1), "保密内容与记录不符")
    Secret.objects.update(field=secret.field)
    case = leak(walk[0])
    assert shred("leak", case.id, ("name",)) == 0
    assert shred("leak", case.id, ("phone",)) == 1
    assert (Secret.objects.count(), verify().breaks) == (0, [])


def test_an_entry_that_is_neither_sealed_nor_waiting_is_found(walk, report):
    report()
    Pending.objects.all().delete()
    seal_all()
    stray = (0, Entry.objects.latest("id").id, "记录未封存，也不在待封存之列")
    assert first_break() == stray
    Entry.objects.filter(id=entry_of(8)).update(verb="nag")
    assert first_break() == (8, entry_of(8), "记录内容被改动")
    assert (b := verify().breaks[-1]) and (b.no, b.entry_id, b.what) == stray


def test_several_breaks_are_listed_with_the_first_first(walk):
    for no in (8, 3):
        Entry.objects.filter(id=entry_of(no)).update(verb="nag")
    verdict = verify()
    assert [b.no for b in verdict.breaks] == [3, 8]
    assert verdict.vouched_until == 0
    assert verify(stop_after=1).breaks == [Break(3, entry_of(3), "记录内容被改动")]


def test_a_break_after_an_anchor_leaves_what_was_vouched_before(walk):
    Entry.objects.filter(id=entry_of(8)).update(verb="nag")
    assert verify().vouched_until == 5


def test_an_anchor_is_written_once_a_head_into_table_and_file(walk):
    assert anchor(NOON) == 9
    lines = [json.loads(line) for line in anchor_file().read_text().splitlines()]
    assert [a["no"] for a in lines] == list(Anchor.objects.order_by("id").values_list("no", flat=True)) == [5, 9]
    assert anchor_file().parent != anchor_key()
    assert anchor_key() == anchor_key()
    assert oct((anchor_file().parent / "anchor.key").stat().st_mode)[-3:] == "600"


def test_an_empty_journal_needs_no_anchor(ground):
    assert anchor(NOON) == 0
    assert (list(all_anchors()), vars(verify())["entries"]) == ([], 0)


def test_a_forged_anchor_is_named(walk):
    Anchor.objects.filter(no=5).update(link=b"y" * 32)
    assert first_break() == (5, None, "锚点签名不符")


def test_a_damaged_line_is_told_and_one_that_a_crash_cut_short_is_not(walk, report):
    whole = anchor_file().read_text()
    Anchor.objects.filter(no=9).delete()
    for torn in (whole[:-1], whole + '{"no": 9, "li'):
        anchor_file().write_text(torn)
        assert (verify().breaks, verify().vouched_until) == ([], 9)
    report()
    seal_all()
    anchor(NOON)
    assert [b.what for b in verify().breaks] == ["锚点文件有一行无法读取"]
    assert verify().vouched_until == 10


def test_the_key_of_another_home_proves_nothing(walk):
    (anchor_file().parent / "anchor.key").write_bytes(b"z" * 32)
    assert {b.what for b in verify().breaks} == {"锚点签名不符"}
    assert verify().vouched_until == 0


def test_the_age_of_what_is_unsealed_is_told(report):
    assert unsealed_age() == 0.0
    report()
    told = Entry.objects.get().recorded_at
    assert unsealed_age(told + minutes(2)) == 120.0
    assert 0 <= unsealed_age() < 60
    assert (seal_once(), seal_once(), unsealed_age()) == (1, 0, 0.0)


def test_seals_follow_the_order_of_entries_in_small_and_large_steps(report):
    for _ in range(7):
        report()
    assert [seal_once(limit=3) for _ in range(4)] == [3, 3, 1, 0]
    assert list(Seal.objects.order_by("no").values_list("entry_id", flat=True)) == list(
        Entry.objects.order_by("id").values_list("id", flat=True))
    assert journal.head_of_chain()[0] == 7

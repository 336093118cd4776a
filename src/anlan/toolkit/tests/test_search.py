"""Chinese search: pairs from the index, then the word itself."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anlan.toolkit import search
from anlan.toolkit.registers.tests.conftest import *  # noqa: F403
from anlan.toolkit.search import BigramIndex, index_of, pairs_of, words_of
from anlan.toolkit.tests.town.models import Pump

COLUMNS = ("code", "name", "address")
INDEX = index_of(Pump, COLUMNS)
TEXT = st.text(st.sampled_from("燃气泄漏珞喻路123号aB 一"), min_size=1, max_size=12)


def hits(words, checked=True):
    annotations, condition = search.candidates(INDEX, words)
    rows = Pump.objects.alias(**annotations).filter(condition)
    if checked:
        lowered, holds = search.holds(COLUMNS, words)
        rows = rows.alias(**lowered).filter(holds)
    return rows


def test_words_are_plain_and_few():
    assert words_of("  燃气  Hose\x00ABC\u200b 燃气 ") == ["燃气", "hose", "abc"]
    assert len(words_of(" ".join(map(str, range(50))))) == 6
    assert (pairs_of("燃气泄漏"), pairs_of("路"), pairs_of("aaa")) == (["燃气", "气泄", "泄漏"], [], ["aa"])


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=TEXT, address=TEXT, data=st.data())
def test_every_part_of_a_text_of_two_characters_or_more_is_found(pump, name, address, data):
    row = pump()
    Pump.objects.filter(id=row.id).update(name=name, address=address)
    text = data.draw(st.sampled_from([name, address])).lower()
    start = data.draw(st.integers(0, len(text) - 1))
    part = text[start: start + data.draw(st.integers(2, 5))]
    words = [w for w in words_of(part) if len(w) > 1]
    if words:
        assert row.id in hits(words).values_list("id", flat=True)


@pytest.mark.django_db
def test_pairs_alone_are_not_enough_the_word_must_stand_there(pump):
    row, other = pump(name="燃气泄漏报警"), pump(name="燃气 气泄 泄漏")
    assert set(hits(["燃气泄漏"], checked=False)) == {row, other}, "all its pairs are there"
    assert list(hits(["燃气泄漏"])) == [row]


@pytest.mark.django_db
def test_a_word_does_not_run_from_one_column_into_the_next(pump):
    row = pump(name="甲乙", address="丙丁")
    assert list(hits(["乙丙"])) == []
    assert list(hits(["甲乙", "丙丁"])) == [row]


@pytest.mark.django_db
def test_the_index_is_used_and_migrates_as_it_is_written(pump):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'pump_search'")
        assert "gin (string_to_array" in cursor.fetchone()[0]
    assert "pump_search" in hits(["燃气"]).explain()
    path, args, kwargs = BigramIndex("name", name="x").deconstruct()
    assert (path, args, kwargs) == ("anlan.toolkit.search.BigramIndex", ("name",), {"name": "x"})
    assert BigramIndex("name", name="x") == BigramIndex("name", name="x")


def test_an_index_serves_only_the_columns_it_holds():
    assert index_of(Pump, ("name",)) is INDEX
    assert index_of(Pump, ("name", "keeper")) is None

"""What is written as Parquet, another program reads as it was."""

from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import pytest

from anlan.toolkit.sheets.parquet import Field, write_parquet

FIELDS = [Field("名称"), Field("数", "number"), Field("日期", "day"), Field("时间", "when")]


@pytest.fixture
def read(tmp_path):
    """read(bytes, sql) → the rows of a statement over the file as `t`."""
    def asked(data, sql="SELECT * FROM t"):
        path = tmp_path / "t.parquet"
        path.write_bytes(data)
        with duckdb.connect() as house:
            house.execute(f"CREATE VIEW t AS SELECT * FROM read_parquet('{path}')")
            return house.execute(sql).fetchall()

    return asked


def test_text_numbers_days_and_times_come_back_and_what_is_not_there_is_null(read):
    at = datetime(2021, 6, 1, 4, 0, 0, 250, tzinfo=UTC)
    rows = [("燃气“软管”，龟裂", Decimal("95.65"), date(2021, 6, 1), at), (None, None, None, None), ("=1+1", -3, date(1969, 12, 31), at),
            ("", 0, date(1900, 1, 1), datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC))]
    told = read(write_parquet(FIELDS, rows))
    assert told == [(a, b if b is None else Decimal(b), c, d if d is None else d.replace(tzinfo=None)) for a, b, c, d in rows]
    assert [(name, kind) for name, kind, *_rest in read(write_parquet(FIELDS, rows), "DESCRIBE t")] == [
        ("名称", "VARCHAR"), ("数", "DECIMAL(18,2)"), ("日期", "DATE"), ("时间", "TIMESTAMP")]


def test_runs_of_nulls_of_any_length_and_many_rows_keep_their_places(read):
    values = [None if n % 7 in (0, 1, 2) or 500 <= n < 900 else n for n in range(20_000)]
    data = write_parquet([Field("n", "number"), Field("t")], [(v, v) for v in values])
    assert read(data, "SELECT count(*), count(n), sum(n), count(t) FROM t") == [
        (20_000, len([v for v in values if v is not None]), Decimal(sum(v for v in values if v is not None)),
         len([v for v in values if v is not None]))]
    assert [n for (n,) in read(data, "SELECT n FROM t")] == values


def test_no_rows_and_twenty_columns_are_files_too(read):
    assert read(write_parquet(FIELDS, []), "SELECT count(*) FROM t") == [(0,)]
    wide = [Field(f"c{n}", "number") for n in range(20)]
    assert read(write_parquet(wide, [list(range(20))])) == [tuple(Decimal(n) for n in range(20))]

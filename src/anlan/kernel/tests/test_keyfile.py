"""Keys of a home: made once, whole, for the owner's eyes."""

from multiprocessing.pool import ThreadPool
from threading import Barrier

from anlan.kernel.keyfile import kept_key


def test_processes_that_need_a_key_at_once_all_read_the_one_that_stood_first(settings, tmp_path):
    settings.ANLAN_HOME = tmp_path / "home"
    together = Barrier(8)

    def make(n: int) -> bytes:
        def slow() -> bytes:
            together.wait(10)
            return b"%d" % n * 4000

        return kept_key("a.key", slow)

    with ThreadPool(8) as pool:
        read = pool.map(make, range(8))
    path = tmp_path / "home" / "a.key"
    assert (set(read), len(read[0]), oct(path.stat().st_mode & 0o777)) == ({path.read_bytes()}, 4000, "0o600")
    assert [found.name for found in path.parent.iterdir()] == ["a.key"]

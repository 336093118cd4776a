import hashlib
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.toolkit.attachments.store import Damaged, Store


def test_the_same_content_is_kept_once_two_folders_deep_and_never_executable(tmp_path: Path) -> None:
    store = Store(tmp_path / "files")

    first, again = store.put(b"photo"), store.put(b"photo")

    digest = hashlib.sha256(b"photo").hexdigest()
    assert first == again == digest
    assert store.path(digest) == tmp_path / "files" / digest[:2] / digest[2:4] / digest
    assert [path.name for path in (tmp_path / "files").rglob("*") if path.is_file()] == [digest]
    assert store.path(digest).stat().st_mode & (stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH) == 0
    assert store.get(digest) == b"photo" and digest in store


def test_a_changed_file_is_noticed_on_reading_and_mended_by_the_next_put(tmp_path: Path) -> None:
    store = Store(tmp_path)
    digest = store.put(b"photo")
    store.path(digest).write_bytes(b"other")

    with pytest.raises(Damaged):
        store.get(digest)
    store.put(b"photo")
    assert store.get(digest) == b"photo"


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*paths: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr("os.replace", no_room)

    with pytest.raises(OSError, match="no room"):
        Store(tmp_path).put(b"photo")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_only_a_digest_leads_to_a_file(tmp_path: Path, digest: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Store(tmp_path).get(digest)


def test_what_was_never_put_is_absent(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Store(tmp_path).get("a" * 64)
    assert "a" * 64 not in Store(tmp_path)


@given(data=st.binary(max_size=3000))
def test_what_is_put_is_what_is_got(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    store = Store(tmp_path_factory.getbasetemp() / "shared")

    assert store.get(store.put(data)) == data

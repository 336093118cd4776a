"""The committed reference is what the source says: becomes test_reference.py when docs/reference is committed."""

from anlan.toolkit import reference


def test_the_committed_reference_is_as_the_source_has_it():
    assert reference.differing() == []

"""English is complete: becomes test_messages.py when the translations are in."""

from anlan.toolkit import messages


def test_every_sentence_has_its_english():
    assert messages.check() == []


def test_the_catalogue_is_as_the_source_has_it():
    held = {(str(m.id), m.context) for m in messages.catalogue() if m.id}
    assert held == {(str(m.id), m.context) for m in messages.template() if m.id}

"""English is complete, whatever name a module wraps its sentences by."""

import re

from anlan.toolkit import messages


def test_every_sentence_has_its_english():
    assert messages.check() == []


def test_the_catalogue_is_as_the_source_has_it():
    held = {(str(m.id), m.context) for m in messages.catalogue() if m.id}
    assert held == {(str(m.id), m.context) for m in messages.template() if m.id}


def test_every_name_under_which_a_sentence_is_wrapped_is_looked_for():
    names = {name for path in messages.sources() if path.suffix == ".py"
             for name in re.findall(r"\b(?:n|p|np)?gettext(?:_lazy)? as (\w+)", path.read_text(encoding="utf-8"))}
    assert {"_", "_now"} <= names <= set(messages.KEYWORDS)

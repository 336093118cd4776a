import gettext
from pathlib import Path

import pytest

from anlan.toolkit import messages

PYTHON = '''
from django.utils.translation import gettext as _, ngettext, pgettext

def words(n, name):
    return [_("单位"), _("共 %(n)s 家") % {"n": n}, ngettext("%(n)d 天", "%(n)d 天内", n), pgettext("时间", "分"),
            _("长" "句"), _("问候{name}").format(name=name), _(name), f"{name}"]
'''
TEMPLATE = '''{% load i18n %}
  <p>{% translate "通知" %} it's "quoted" ( [ {</p>
      <b>{{ label|default:_("打印") }}</b>
    {% blocktranslate with who=name %}由{{ who }}办理{% endblocktranslate %}
{% blocktranslate count n=total %}{{ n }} 条{% plural %}{{ n }} 条通知{% endblocktranslate %}
  {% translate "月" context "时长" %}
'''


@pytest.fixture
def project(tmp_path: Path):
    """A small source tree and a place for its translations."""
    (tmp_path / "app" / "templates").mkdir(parents=True)
    (tmp_path / "app" / "tests").mkdir()
    (tmp_path / "app" / "words.py").write_text(PYTHON, encoding="utf-8")
    (tmp_path / "app" / "templates" / "page.html").write_text(TEMPLATE, encoding="utf-8")
    (tmp_path / "app" / "tests" / "test_words.py").write_text('_("不译")', encoding="utf-8")
    return tmp_path, tmp_path / "locale"


def translate(locales: Path, told: dict[str, str | tuple[str, str]], fuzzy: str = "") -> None:
    held = messages.catalogue(locales)
    for message in held:
        key = message.id[0] if isinstance(message.id, tuple | list) else message.id
        if key in told:
            message.string = told[key]
        if key and key == fuzzy:
            message.flags.add("fuzzy")
    with (locales / "en" / "LC_MESSAGES" / "django.po").open("wb") as file:
        messages.write_po(file, held)


ENGLISH = {
    "单位": "Unit", "共 %(n)s 家": "%(n)s units", "%(n)d 天": ("%(n)d day", "%(n)d days"), "分": "minute",
    "长句": "Long", "问候{name}": "Hello {name}", "通知": "Notices", "打印": "Print", "由%(who)s办理": "By %(who)s",
    "%(n)s 条": ("%(n)s notice", "%(n)s notices"), "月": "month",
}


def test_every_wrapped_sentence_of_code_and_templates_is_found_and_no_other(project):
    root, _locales = project
    found = {(w.text, w.plural, w.context) for path in messages.sources(root) for w in messages.wrapped_in(path, root)}
    assert found == {
        ("单位", "", ""), ("共 %(n)s 家", "", ""), ("%(n)d 天", "%(n)d 天内", ""), ("分", "", "时间"), ("长句", "", ""),
        ("问候{name}", "", ""), ("通知", "", ""), ("打印", "", ""), ("由%(who)s办理", "", ""),
        ("%(n)s 条", "%(n)s 条通知", ""), ("月", "", "时长")}


def test_what_is_new_waits_for_its_translation_and_what_was_translated_stays(project):
    root, locales = project
    assert messages.extract(root, locales) == 11
    assert len(messages.check(root, locales)) == 11
    translate(locales, ENGLISH)
    assert messages.check(root, locales) == []
    (root / "app" / "more.py").write_text('_("新增")', encoding="utf-8")
    (root / "app" / "words.py").write_text('_("单位")', encoding="utf-8")
    assert messages.check(root, locales) == ["app/more.py: '新增' is not in the catalogue (run extract)"]
    assert messages.extract(root, locales) == 1
    text = (locales / "en" / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    assert 'msgstr "Unit"' in text
    assert "共" not in text


def test_extracting_twice_changes_nothing(project):
    root, locales = project
    messages.extract(root, locales)
    path = locales / "en" / "LC_MESSAGES" / "django.po"
    before = path.read_bytes()
    messages.extract(root, locales)
    assert path.read_bytes() == before


@pytest.mark.parametrize(("wrong", "fault"), [
    ({"共 %(n)s 家": "units"}, "lost a placeholder"),
    ({"问候{name}": "Hello {who}"}, "has a placeholder that the source does not"),
    ({"%(n)s 条": ("%(n)s notice", "")}, "has no translation"),
])
def test_a_translation_that_lost_something_is_named(project, wrong, fault):
    root, locales = project
    messages.extract(root, locales)
    translate(locales, ENGLISH | wrong)
    assert [line.rpartition("' ")[2] for line in messages.check(root, locales)] == [fault]


def test_a_doubtful_translation_is_not_enough(project):
    root, locales = project
    messages.extract(root, locales)
    translate(locales, ENGLISH, fuzzy="单位")
    assert messages.check(root, locales) == ["app/words.py: '单位' is marked as doubtful"]


def test_what_is_compiled_is_what_django_reads(project):
    root, locales = project
    messages.extract(root, locales)
    translate(locales, ENGLISH)
    (made,) = messages.compile_all(locales)
    with made.open("rb") as file:
        english = gettext.GNUTranslations(file)
    assert (english.gettext("单位"), english.ngettext("%(n)d 天", "%(n)d 天内", 1), english.pgettext("时间", "分")) == (
        "Unit", "%(n)d day", "minute")
    assert english.ngettext("%(n)d 天", "%(n)d 天内", 3) == "%(n)d days"


def test_the_whole_source_can_be_read():
    assert {"通知", "再试一次", "任何人"} - {m.id for m in messages.template() if isinstance(m.id, str)} <= {"任何人"}

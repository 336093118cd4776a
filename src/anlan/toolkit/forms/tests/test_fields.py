"""Fields that take the same value from a page, a sheet and the API."""

from datetime import date

import pytest
from django import forms
from django.core.exceptions import ValidationError

from anlan.toolkit.forms import Day, TextLine, YesNo, field_of
from anlan.toolkit.registers import REGISTERS
from anlan.toolkit.tests.town.models import Pump


@pytest.mark.parametrize("text", ["2021-06-25", "2021/6/25", "2021.6.25", "2021年6月25日", "20210625"])
def test_a_day_is_read_in_the_ways_offices_write_it(text):
    assert Day().clean(text) == date(2021, 6, 25)


@pytest.mark.parametrize(("text", "sentence"), [
    ("1900-01-01", "不合常理"), ("2921-06-25", "不合常理"), ("昨天", "日期写法不对"), ("2021-02-30", "日期写法不对")])
def test_a_day_beyond_reason_is_refused(text, sentence):
    with pytest.raises(ValidationError, match=sentence):
        Day().clean(text)


def test_yes_and_no_are_words_and_nothing_else():
    class One(forms.Form):
        box = YesNo(label="可移动")

    told = {word: One({"box": word}) for word in ("是", "否", "on", "", "True", "0", "√")}
    assert {k: f.is_valid() and f.cleaned_data["box"] for k, f in told.items()} == {
        "是": True, "否": False, "on": True, "": False, "True": True, "0": False, "√": True}
    assert One({}).is_valid() and not One({"box": "也许"}).is_valid()
    assert "checked" in str(One({"box": "是"})["box"]) and "checked" not in str(One({"box": "否"})["box"])


def test_a_line_of_text_loses_what_cannot_be_seen():
    assert TextLine().clean(" 中南路１２号\u200b\n二楼 ") == "中南路12号 二楼"


def test_a_form_follows_the_columns():
    fields = REGISTERS["pumps"].move_to_create.form.base_fields
    assert list(fields) == ["code", "name", "address", "area", "sort", "power_kw", "bought_on", "is_mobile", "colour",
                            "depot", "keeper", "phone", "note", "lon", "lat"]
    required = [name for name, field in fields.items() if field.required]
    assert required == ["code", "name", "area"], "a column with a default need not be filled"
    assert (fields["phone"].help_text, fields["depot"].choices_from, type(fields["bought_on"])) == ("手机或座机", "depots", Day)


def test_a_whole_number_stays_within_its_column():
    field = field_of(Pump._meta.get_field("power_kw"))
    assert field.clean("7") == 7
    for text in ("-1", "99999999999", "七"):
        with pytest.raises(ValidationError):
            field.clean(text)

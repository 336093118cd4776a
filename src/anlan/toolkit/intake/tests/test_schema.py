from django import forms

from anlan.toolkit.formfields import ChoicesField, HashesField, ReferenceField, TextField, UidListField
from anlan.toolkit.intake.bodies import faults_of
from anlan.toolkit.intake.schema import field_schema, form_schema, misfit


class EveryForm(forms.Form):
    text = forms.CharField(max_length=9)
    long = TextField(required=False)
    mail = forms.EmailField(required=False)
    premises = ReferenceField(required=False)
    count = forms.IntegerField(min_value=0, max_value=9)
    width = forms.FloatField(min_value=-1, required=False)
    cost = forms.DecimalField(max_value=100)
    agreed = forms.BooleanField()
    on = forms.DateField()
    at = forms.DateTimeField()
    clock = forms.TimeField(required=False)
    grade = forms.ChoiceField(choices=[("", "—"), ("general", "一般"), ("组", [("major", "重大")])])
    kinds = ChoicesField(choices=[("a", "甲"), ("b", "乙")], required=False)
    photos = HashesField(least=1, most=3)
    people = UidListField(required=False)
    answers = forms.JSONField(required=False)


def test_each_kind_of_input_has_its_json_type():
    schemas = {name: field_schema(f) for name, f in EveryForm.base_fields.items()}
    hashes = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
    assert schemas == {
        "text": {"type": "string", "maxLength": 9, "minLength": 1},
        "long": {"type": "string", "maxLength": 2000},
        "mail": {"type": "string", "maxLength": 320, "format": "email"},
        "premises": {"type": "string", "format": "uuid"},
        "count": {"type": "integer", "minimum": 0, "maximum": 9},
        "width": {"type": "number", "minimum": -1.0},
        "cost": {"type": ["number", "string"], "maximum": 100.0},
        "agreed": {"type": "boolean"},
        "on": {"type": "string", "format": "date"},
        "at": {"type": "string", "format": "date-time"},
        "clock": {"type": "string", "format": "time"},
        "grade": {"type": "string", "enum": ["general", "major"]},
        "kinds": {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}},
        "photos": {"type": "array", "items": hashes, "minItems": 1, "maxItems": 3},
        "people": {"type": "array", "items": {"type": "string", "format": "uuid"}},
        "answers": {},
    }


def test_what_need_not_be_given_may_be_null_and_what_is_unknown_is_refused():
    schema = form_schema(EveryForm)
    assert schema["properties"]["premises"]["type"] == ["string", "null"]
    assert schema["required"] == ["text", "count", "cost", "agreed", "on", "at", "grade", "photos"]
    assert form_schema(None) == {"type": "object", "properties": {}, "additionalProperties": False}
    good = {"text": "a", "count": 1, "cost": "1.5", "agreed": True, "on": "2021-06-01", "at": "2021-06-01T08:00",
            "grade": "general", "photos": []}
    assert faults_of(schema, good) is None
    wrong = faults_of(schema, good | {"agreed": 1, "count": 1.5, "photos": ["a", 5], "other": 1, "text": None})
    assert wrong is not None
    assert dict(wrong.fields) == {"agreed": ("应为true 或 false",), "count": ("应为整数",), "photos": ("应为文字",),
                                  "other": ("不认识的输入项",), "text": ("应为文字",)}


def test_true_is_no_number():
    assert (misfit({"type": "integer"}, True), misfit({"type": "number"}, False)) == ("应为整数", "应为数字")
    assert (misfit({"type": "number"}, 3), misfit({}, object())) == ("", "")

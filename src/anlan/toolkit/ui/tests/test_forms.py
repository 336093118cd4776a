import base64

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.template import Context, Template
from django.utils.datastructures import MultiValueDict

from anlan.toolkit.ui import fields
from anlan.toolkit.ui.forms import faults, form_field

PIXEL = base64.b64encode(fields.PNG + b"rest").decode()


class Mend(forms.Form):
    what = forms.CharField(label="做了哪些整改")
    cost = forms.DecimalField(label="花费", required=False, min_value=0, help_text="没有花费的不填。")
    kind = forms.ChoiceField(label="整改方式", choices=[("", "请选择"), ("replace", "更换")])
    by = forms.ChoiceField(label="由谁整改", choices=[("own", "自行"), ("company", "委托")], widget=forms.RadioSelect)
    told = forms.BooleanField(label="已告知员工")


class Signed(forms.Form):
    photos = fields.PhotosField(label="照片", limit=2)
    signature = fields.SignatureField(label="签名")


def signed(data: dict[str, str], photos: int = 1) -> Signed:
    query = QueryDict(mutable=True)
    query.update(data)
    files = MultiValueDict({"photos": [SimpleUploadedFile(f"{n}.jpg", b"x") for n in range(photos)]})
    return Signed(query, files)


def test_faults_are_sentences_in_the_order_of_the_form_each_leading_to_its_input():
    assert faults(Mend({"cost": "-1"})) == [
        ("id_what", "请填写“做了哪些整改”。"),
        ("id_cost", "花费：确保该值大于或等于0。"),
        ("id_kind", "请选择“整改方式”。"),
        ("id_by_0", "请选择“由谁整改”。"),
        ("id_told", "请勾选“已告知员工”。"),
    ]


def test_a_refused_form_keeps_what_was_typed_and_puts_the_cursor_on_the_first_fault():
    page = Template("{% load ui %}{% move_form form '提交' %}").render(
        Context({"form": Mend({"what": "换了软管", "cost": "-1"})})
    )
    assert ('value="换了软管"' in page, 'value="-1"' in page, page.count("autofocus=")) == (True, True, 1)
    assert page.index("autofocus=") > page.index('name="cost"') and page.index("autofocus=") < page.index('name="kind"')


def test_an_input_is_described_by_its_fault_and_its_help():
    bound = Mend({"cost": "-1"})["cost"]
    html = form_field(bound)
    assert 'aria-describedby="id_cost_error id_cost_help"' in html
    assert ('id="id_cost_error"' in html, 'id="id_cost_help"' in html, 'aria-invalid="true"' in html) == (
        True,
        True,
        True,
    )


def test_a_form_without_faults_shows_none_and_takes_no_cursor():
    page = Template("{% load ui %}{% move_form form '提交' %}").render(Context({"form": Mend()}))
    assert ("field-error" in page, "autofocus" in page, "data-faults" in page) == (False, False, False)


def test_a_signature_is_drawn_or_typed_and_one_of_them_is_needed():
    drawn = signed({"signature": fields.SIGNATURE_PREFIX + PIXEL, "signature_typed": "王芳"})
    typed = signed({"signature": "", "signature_typed": " 王芳 "})
    assert drawn.is_valid() and typed.is_valid()
    assert drawn.cleaned_data["signature"] == (fields.PNG + b"rest", "")
    assert typed.cleaned_data["signature"] == (b"", "王芳")
    assert signed({}).errors["signature"] == ["请签名；不便手写的，可以键入姓名。"]


@pytest.mark.parametrize(
    "told",
    [
        "data:image/png;base64,!!!",
        "data:image/png;base64," + base64.b64encode(b"GIF89a").decode(),
        "data:text/html;base64," + PIXEL,
        fields.SIGNATURE_PREFIX + base64.b64encode(fields.PNG + b"0" * fields.SIGNATURE_BYTES).decode(),
    ],
    ids=["not base64", "not a PNG", "not an image", "too large"],
)
def test_what_is_no_signature_is_refused(told):
    assert signed({"signature": told}).errors["signature"] == ["签名没有完整传上来，请重新签一次。"]


def test_photos_are_counted_and_one_is_needed():
    typed = {"signature_typed": "王芳"}
    good = signed(typed, photos=2)
    assert good.is_valid() and [photo.name for photo in good.cleaned_data["photos"]] == ["0.jpg", "1.jpg"]
    assert signed(typed, photos=0).errors["photos"] == ["请至少拍一张照片。"]
    assert signed(typed, photos=3).errors["photos"] == ["最多 2 张照片，请去掉几张。"]

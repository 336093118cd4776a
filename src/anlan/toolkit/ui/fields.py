"""Inputs of the spot: photos and a signature, each usable without a script and by keyboard alone."""

import base64
import binascii
from typing import Any, NamedTuple

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from anlan.toolkit.attachments.media import PHOTO_BYTES

SIGNATURE_PREFIX = "data:image/png;base64,"
SIGNATURE_BYTES = 400_000
PNG = b"\x89PNG\r\n\x1a\n"
MEGABYTE = 1024 * 1024


class Signature(NamedTuple):
    """Drawn (PNG) or, where nobody can draw, the name typed by the signer; the other part is empty."""

    image: bytes
    typed: str


class SignaturePad(forms.Widget):
    """A canvas that fills a hidden input, and a text field as the keyboard's way."""

    use_fieldset = True

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        drawn, typed = value if isinstance(value, tuple) else ("", "")
        attrs = {key: told for key, told in (attrs or {}).items() if key != "class"}
        return render_to_string(
            "ui/widgets/signature.html", {"name": name, "drawn": drawn, "typed": typed, "attrs": attrs}
        )

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, str]:
        return data.get(name, ""), data.get(f"{name}_typed", "").strip()

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}_typed" not in data

    def id_for_label(self, id_: str) -> str:
        return ""


class SignatureField(forms.Field):
    """Cleans to a Signature. Refuses what is not a PNG or is larger than 400 kB."""

    widget = SignaturePad
    default_error_messages = {
        "required": _("请签名；不便手写的，可以键入姓名。"),
        "broken": _("签名没有完整传上来，请重新签一次。"),
    }

    def clean(self, value: Any) -> Signature | None:
        drawn, typed = value or ("", "")
        if drawn:
            return Signature(self._decoded(drawn), "")
        if typed:
            return Signature(b"", typed[:50])
        if self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return None

    def _decoded(self, drawn: str) -> bytes:
        try:
            image = base64.b64decode(drawn.removeprefix(SIGNATURE_PREFIX), validate=True)
        except (binascii.Error, ValueError):
            image = b""
        if not drawn.startswith(SIGNATURE_PREFIX) or not image.startswith(PNG) or len(image) > SIGNATURE_BYTES:
            raise forms.ValidationError(self.error_messages["broken"], code="broken")
        return image


class PhotoInput(forms.FileInput):
    """Several photos with previews; the phone offers its camera."""

    allow_multiple_selected = True

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        attrs = {key: told for key, told in {**self.attrs, **(attrs or {})}.items() if key != "class"}
        return render_to_string("ui/widgets/photos.html", {"name": name, "attrs": attrs})

    def value_from_datadict(self, data: Any, files: MultiValueDict, name: str) -> list[UploadedFile]:
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name) or []


class PhotosField(forms.Field):
    """Cleans to a list of uploaded files. Content is checked where files are taken in, not here."""

    widget = PhotoInput
    default_error_messages = {
        "required": _("请至少拍一张照片。"),
        "many": _("最多 %(limit)s 张照片，请去掉几张。"),
        "big": _("%(name)s 超过 %(most)s 兆字节，请换一张。"),
    }

    def __init__(self, *, limit: int = 9, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.limit = limit

    def clean(self, value: Any) -> list[UploadedFile]:
        photos = list(value or [])
        if self.required and not photos:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(photos) > self.limit:
            raise forms.ValidationError(self.error_messages["many"], code="many", params={"limit": self.limit})
        for photo in photos:
            if photo.size > PHOTO_BYTES:
                told = {"name": photo.name, "most": PHOTO_BYTES // MEGABYTE}
                raise forms.ValidationError(self.error_messages["big"], code="big", params=told)
        return photos

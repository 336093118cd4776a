"""Mounted at /files/."""

from django.urls import path, register_converter

from . import views


class Digest:
    """64 hexadecimal digits."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Digest, "sha256")

app_name = "files"
urlpatterns = [
    path("", views.upload, name="upload"),
    path("<sha256:sha256>", views.serve, name="file"),
    path("<sha256:sha256>/preview", views.serve_preview, name="preview"),
]

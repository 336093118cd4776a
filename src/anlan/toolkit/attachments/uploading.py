"""First in FILE_UPLOAD_HANDLERS: what is beyond the largest file allowed is not even written to a temporary one."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler

from .media import PHOTO_BYTES

KEPT_MOST = PHOTO_BYTES + 1024 * 1024
"""Bytes of one file that are looked at; one more than allowed, so that `take_in` still says that it is too large."""


class Bounded(FileUploadHandler):
    """Lets the first bytes of each file through to the next handler and swallows the rest."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if start < KEPT_MOST else None

    def file_complete(self, file_size: int) -> Any:
        return None

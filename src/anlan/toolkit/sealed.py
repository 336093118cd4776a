"""A column whose values the database holds as ciphertext only: a copy of it gives away nothing without the key file beside it."""

from __future__ import annotations

import json
from typing import Any

from cryptography.fernet import InvalidToken
from django.db import models

from anlan.kernel.keyfile import box


class SealedJSON(models.TextField):
    """JSON under the key file ``key`` of ANLAN_HOME; read as None where it was sealed under another key.

    Nothing can be searched in it: the same value is another ciphertext each time.
    """

    def __init__(self, *args: Any, key: str, **options: Any) -> None:
        self.key = key
        super().__init__(*args, **options)

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "key": self.key}

    def get_prep_value(self, value: Any) -> str:
        return box(self.key).encrypt(json.dumps(value).encode()).decode()

    def from_db_value(self, value: str, expression: Any, connection: Any) -> Any:
        try:
            return json.loads(box(self.key).decrypt(value.encode()))
        except InvalidToken:
            return None

    def get_lookup(self, lookup_name: str) -> None:
        return None

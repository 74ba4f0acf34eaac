"""What a row is found by: its badge code, and its words folded for search."""

import secrets
from typing import Any

from django.db import models

from sessions.countries import without_accents


def make_badge_code() -> str:
    """Return 128 random bits that open nothing but check-in."""
    return secrets.token_urlsafe(16)


class SearchKeyField(models.TextField):
    """Other text fields of the row, folded for finding; kept whenever the row is saved.

    ``QuerySet.update`` does not pass here: it must not change the fields named.
    """

    def __init__(
        self, *args: Any, fields: list[str] | None = None, **kwargs: Any
    ) -> None:
        self.fields = fields or []
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"fields": self.fields}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        texts = [getattr(model_instance, name) for name in self.fields]
        key = " ".join(without_accents(" ".join(texts)).split())
        setattr(model_instance, self.attname, key)
        return key

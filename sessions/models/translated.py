"""Rows with a text in each language, which know what their translations are of."""

from typing import Any

from django.conf import settings
from django.db import models
from modeltranslation.translator import translator
from modeltranslation.utils import build_localized_fieldname

SOURCE_LANGUAGE = settings.LANGUAGE_CODE
TARGETS = [(code, name) for code, name in settings.LANGUAGES if code != SOURCE_LANGUAGE]


def column(field: str, language: str) -> str:
    """Name the column that holds a field's text in a language."""
    return str(build_localized_fieldname(field, language))


def same_words(one: str, other: str) -> bool:
    """Compare texts; browsers and word processors change line ends and spaces."""
    return one.split() == other.split()


class Translated(models.Model):
    """A row whose translations remember the English text they were made from.

    That text is the present one, unless the English was changed later: then
    ``translated_from`` holds it under the name of the translation's column.
    ``save()`` sees to that, whoever calls it; ``QuerySet.update()`` does not.
    """

    translated_from = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        only = kwargs.get("update_fields")
        if not self._state.adding and self._may_change_texts(only):
            self._remember_sources()
            if only is not None:
                kwargs["update_fields"] = {*only, "translated_from"}
        super().save(*args, **kwargs)

    @classmethod
    def translated_fields(cls) -> list[str]:
        options = translator.get_options_for_model(cls)
        return list(options.all_fields)

    def text_in(self, field: str, language: str) -> str:
        """Return the text in this very language, English for no other."""
        return getattr(self, column(field, language)) or ""

    def _may_change_texts(self, only: Any) -> bool:
        if only is None:
            return not self.get_deferred_fields()
        columns = {
            name
            for field in self.translated_fields()
            for name in [field, *(column(field, c) for c, _name in settings.LANGUAGES)]
        }
        return not columns.isdisjoint(only)

    def _remember_sources(self) -> None:
        before = type(self)._base_manager.filter(pk=self.pk).first()  # noqa: SLF001
        if before is None:
            return
        for field in self.translated_fields():
            source = self.text_in(field, SOURCE_LANGUAGE)
            old = before.text_in(field, SOURCE_LANGUAGE)
            for language, _name in TARGETS:
                name, text = column(field, language), self.text_in(field, language)
                if text and text == before.text_in(field, language):
                    self.translated_from.setdefault(name, old)
                else:  # made now, or there is none
                    self.translated_from.pop(name, None)
                if same_words(self.translated_from.get(name, source), source):
                    self.translated_from.pop(name, None)

"""Texts in six languages on the forms of the admin: folded, directed, unturned."""

import re
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .admin_rights import TextRights
from .stored_files import StoredFileWidget

LANGUAGE_TABS = forms.Script("js/language_tabs.js", defer=True)


def other_languages(*fields: str) -> list[Any]:
    """Fold the texts of each language but English into a part of its own.

    They follow the part that holds the English ones: static/js/language_tabs.js makes
    tabs of them.
    """
    return [
        (
            name,
            {
                "classes": ["collapse", "language"],
                "fields": [f"{field}_{code.replace('-', '_')}" for field in fields],
            },
        )
        for code, name in settings.LANGUAGES
        if code != settings.LANGUAGE_CODE
    ]


OVERRIDES = re.compile("[\u202a\u202b\u202d\u202e]")
refuse_overrides = RegexValidator(
    OVERRIDES,
    _("A hidden character in it turns the direction of what follows. Type it anew."),
    inverse_match=True,
)


class NamedDateTime(AdminSplitDateTime):
    """A day and a time of day, each named; the legend above says of what."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        labels = context["date_label"], context["time_label"]
        for part, label in zip(context["widget"]["subwidgets"], labels, strict=True):
            part["attrs"]["aria-label"] = label
        return context


class DirectedTexts(TextRights):
    """Give every translated input the language and direction of its text."""

    class Media:
        js: ClassVar = [LANGUAGE_TABS]

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        if isinstance(db_field, models.FileField):
            kwargs["widget"] = StoredFileWidget
        if isinstance(db_field, models.DateTimeField):
            kwargs["widget"] = NamedDateTime
        field: forms.Field | None = super().formfield_for_dbfield(
            db_field, request, **kwargs
        )
        if isinstance(field, forms.CharField):
            field.validators.append(refuse_overrides)
        language = getattr(db_field, "language", None)
        if field is not None and isinstance(language, str):
            direction = "rtl" if language == "ar" else "ltr"
            field.widget.attrs |= {"lang": language, "dir": direction}
            if isinstance(field.widget, forms.TextInput):
                field.widget.attrs["class"] = "vLargeTextField"
        return field

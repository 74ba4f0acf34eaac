"""A save over somebody else's change: both are shown, neither is lost."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.forms.models import BaseInlineFormSet
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _

from .models import AgendaItem, Session
from .translation_admin import TranslatedForm


class VersionedForm(TranslatedForm):
    """A form that knows which state of the row it was filled from."""

    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["version"] = self.instance.updated_at.isoformat()

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if "_edit_draft" in self.data:  # open it, do not save it
            text = _("This is the draft. Save it as a draft again, or save it at once.")
            self.add_error(None, ValidationError(text, code="draft"))
        seen = self.data.get(self.add_prefix("version"))
        if self.instance.pk and seen:
            now = lock(self.instance.pk)
            if now.updated_at.isoformat() != seen:
                self._show_both(now)
        return data

    def _show_both(self, now: Session) -> None:
        """Refuse once, with the other values beside; saved again, one's own hold."""
        self.instance.is_in_conflict = True
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix("version")] = now.updated_at.isoformat()
        self.data = data
        self.add_error(None, conflict(now))
        add_other_values(self)


class ConflictFormSet(BaseInlineFormSet):
    """Rows of a session: in a conflict each shows what it would write over."""

    def _construct_form(self, i: int, **kwargs: Any) -> forms.ModelForm:
        """Judge an item of the programme only if it was changed itself.

        Else nobody could move the days of a session before its programme.
        """
        form: Any = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        if self.model is AgendaItem and i < self.initial_form_count():
            form.empty_permitted = True
        return form  # type: ignore[no-any-return]

    def clean(self) -> None:
        super().clean()
        if getattr(self.instance, "is_in_conflict", False):
            for form in self.initial_forms:
                add_other_values(form)


def lock(pk: int) -> Session:
    """Reread the row; nobody else saves it before this transaction ends."""
    return Session.objects.select_for_update(no_key=True).get(pk=pk)


def conflict(now: Session) -> ValidationError:
    """Say who saved meanwhile and what to do."""
    entry = (
        LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(Session), object_id=now.pk
        )
        .select_related("user")
        .first()
    )
    text = _(
        "%(who)s saved this at %(at)s, after you had opened it. Nothing is saved yet. "
        "Where your values differ, the others stand beside them. Save again to keep "
        "yours."
    )
    who = str(entry.user) if entry else _("Somebody")
    return ValidationError(
        text,
        code="conflict",
        params={"who": who, "at": localize(timezone.localtime(now.updated_at))},
    )


def add_other_values(form: forms.ModelForm) -> None:
    """Put beside each value that differs from the stored one what is stored."""
    for name in form.changed_data:
        if name in form.fields and name not in {"version", "DELETE"}:
            stored = _in_words(form.fields[name], form.initial.get(name))
            text = _("Stored now: %(value)s") % {"value": stored or _("(empty)")}
            form.add_error(name, ValidationError(text, code="conflict"))


def _in_words(field: forms.Field, value: Any) -> str:
    if isinstance(value, QuerySet | list | tuple):
        return ", ".join(_in_words(field, one) for one in value)
    if isinstance(value, Model):
        return str(value)
    if isinstance(field, forms.ModelChoiceField) and value:
        row = field.queryset.filter(pk=value).first() if field.queryset else None
        return str(row or value)
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value or ""))  # type: ignore[arg-type]
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return "" if value is None else str(localize(value))

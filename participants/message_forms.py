"""What staff type when they write to many: texts, whom they mean, what has changed."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.core.validators import MaxLengthValidator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sessions.countries import country_choices
from sessions.models import Category, Mode, Session
from sessions.models.translated import SOURCE_LANGUAGE, column

from .emails.placeholders import LINKS, unknown_in, wrong_targets
from .models import Delegation, Message
from .models.message import SEGMENT_FIELDS, STATES_TO_WRITE_TO
from .text import validate_line, validate_paragraphs

LONGEST_TEXT = 20_000  # characters of one language
COLUMNS = {
    field: [column(field, code) for code, _name in settings.LANGUAGES]
    for field in ("subject", "body")
}
SEVERAL = forms.CheckboxSelectMultiple


class Chooser(FilteredSelectMultiple):
    """Django's two boxes, which beside a label need a box of their own."""

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        boxes = super().render(*args, **kwargs)
        return format_html('<div class="related-widget-wrapper">{}</div>', boxes)


def _validate_text(text: str) -> None:
    """Judge each line; lines of nothing but spaces are empty ones."""
    validate_paragraphs("\n".join(line.strip() for line in text.splitlines()))


class TextsForm(forms.ModelForm):
    """The six language versions; placeholders outside the fixed list are refused."""

    class Meta:
        model = Message
        exclude: list[str] = [
            *("session", "segment", "body", "subject"),
            *COLUMNS["subject"],
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in settings.LANGUAGES:
            body = self.fields[column("body", code)]
            body.label = name
            body.required = False
            body.widget = forms.Textarea(
                {
                    "class": "vLargeTextField",
                    "rows": 8,
                    "lang": code,
                    "dir": "rtl" if code == "ar" else "ltr",
                }
            )
            body.validators += [MaxLengthValidator(LONGEST_TEXT), _validate_text]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for code, _name in settings.LANGUAGES:
            self._judge(column("body", code), cleaned)
        return cleaned

    def _judge(self, name: str, cleaned: dict[str, Any]) -> None:
        text = cleaned.get(name) or ""
        if unknown := unknown_in(text):
            error = _("There is no placeholder {%(name)s}.") % {"name": unknown[0][:50]}
            self.add_error(name, forms.ValidationError(error, code="placeholder"))
        elif wrong := wrong_targets(text):
            error = _("A link cannot lead to {%(name)s}.") % {"name": wrong[0]}
            self.add_error(name, forms.ValidationError(error, code="target"))


class MessageForm(TextsForm):
    """A message and the segment it is for; nothing chosen means all."""

    status = forms.MultipleChoiceField(
        label=gettext_lazy("State"),
        choices=[(state.value, state.label) for state in STATES_TO_WRITE_TO],
        widget=SEVERAL,
        required=False,
        help_text=gettext_lazy("None chosen: pending, confirmed and waiting."),
    )
    mode = forms.MultipleChoiceField(
        label=gettext_lazy("Mode of participation"),
        choices=Mode.choices,
        widget=SEVERAL,
        required=False,
        help_text=gettext_lazy("None chosen: all of them."),
    )
    category = forms.MultipleChoiceField(
        label=gettext_lazy("Category of participant"),
        choices=Category.choices,
        widget=SEVERAL,
        required=False,
        help_text=gettext_lazy("None chosen: all of them."),
    )
    language = forms.MultipleChoiceField(
        label=gettext_lazy("Language"),
        choices=settings.LANGUAGES,
        widget=SEVERAL,
        required=False,
        help_text=gettext_lazy("None chosen: all of them."),
    )
    delegation = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Delegation"),
        queryset=Delegation.objects.all(),
        required=False,
        widget=Chooser(gettext_lazy("delegations"), is_stacked=False),
    )
    country = forms.MultipleChoiceField(
        label=gettext_lazy("Country or territory"),
        choices=country_choices,
        required=False,
        widget=Chooser(gettext_lazy("countries"), is_stacked=False),
    )

    class Meta:
        model = Message
        exclude: list[str] = ["segment", "body", "subject"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in SEGMENT_FIELDS:
            self.fields[name].initial = self.instance.segment.get(name)
        for code, _name in settings.LANGUAGES:
            self.fields[column("body", code)].label = _("Text")
            subject = self.fields[column("subject", code)]
            subject.label = _("Subject")
            subject.validators.append(validate_line)
            subject.widget = forms.TextInput(
                {
                    "class": "vLargeTextField",
                    "maxlength": 150,
                    "lang": code,
                    "dir": "rtl" if code == "ar" else "ltr",
                }
            )
        for field in ("subject", "body"):
            self.fields[column(field, SOURCE_LANGUAGE)].required = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for code, _name in settings.LANGUAGES:
            self._judge_subject(column("subject", code), cleaned)
            self._want_both(code, cleaned)
        return cleaned

    def _judge_subject(self, name: str, cleaned: dict[str, Any]) -> None:
        self._judge(name, cleaned)
        text = cleaned.get(name) or ""
        if any(f"{{{link}}}" in text for link in LINKS):
            error = _("A personal link does not belong into the subject.")
            self.add_error(name, forms.ValidationError(error, code="link"))

    def _want_both(self, code: str, cleaned: dict[str, Any]) -> None:
        """Refuse half a version: the other half would be English."""
        pair = [column("subject", code), column("body", code)]
        missing = [name for name in pair if not cleaned.get(name)]
        if len(missing) == 1 and missing[0] not in self.errors:
            error = _("Give both subject and text, or neither.")
            self.add_error(missing[0], forms.ValidationError(error, code="half"))

    def segment(self) -> dict[str, list[Any]]:
        """Return what was chosen, as Message stores it."""
        chosen = {name: self.cleaned_data[name] for name in SEGMENT_FIELDS}
        chosen["delegation"] = [row.pk for row in chosen["delegation"]]
        return {name: list(values) for name, values in chosen.items() if values}

    def save(self, commit: bool = True) -> Message:
        self.instance.segment = self.segment()
        message: Message = super().save(commit)
        return message


class ChangeForm(TextsForm):
    """News of a session that is postponed or cancelled: only what staff say of it."""

    changed: list[str] = []
    field_order = ["body_en"]

    def values(self) -> dict[str, Any]:
        """Return what is new on the session."""
        return {name: self.cleaned_data[name] for name in self.changed}


class MoveForm(ChangeForm):
    """The new days of a session, and its deadlines."""

    changed = [
        "starts_on",
        "ends_on",
        "registration_opens_at",
        "registration_closes_at",
        "access_deadline_at",
    ]
    field_order = [*changed, "body_en"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        session = self.instance.session
        made = forms.fields_for_model(
            Session, self.changed, widgets={n: _widget(n) for n in self.changed}
        )
        for name, field in made.items():
            assert field is not None  # noqa: S101 (for the type checker)
            self.fields[name] = field
            field.initial = getattr(session, name)
            field.required = name in {"starts_on", "ends_on"}
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first."))
        return cleaned


def _widget(name: str) -> forms.Widget:
    if name.endswith("_on"):
        return forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class VenueForm(ChangeForm):
    """The new venue of a session, in each language."""

    changed = [
        column(field, code)
        for code, _name in settings.LANGUAGES
        for field in ("venue", "city")
    ]
    field_order = [*changed, "body_en"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in forms.fields_for_model(Session, self.changed).items():
            assert field is not None  # noqa: S101 (for the type checker)
            field.required = name in {"venue_en", "city_en"}
            field.initial = getattr(self.instance.session, name)
            self.fields[name] = field
        self.order_fields(self.field_order)


CHANGE_FORMS: dict[str, type[ChangeForm]] = {
    Message.Kind.POSTPONED: ChangeForm,
    Message.Kind.MOVED: MoveForm,
    Message.Kind.VENUE: VenueForm,
    Message.Kind.CANCELLED: ChangeForm,
}

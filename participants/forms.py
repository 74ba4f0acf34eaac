"""Untrusted input in, keyword arguments for the services out."""

import unicodedata
from functools import cache
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from sessions.countries import country_choices
from sessions.models import REPRESENTING, Category, Mode, Session

from . import services
from .models import DeclineReason, Delegation, Registration
from .models.participant import person_name_key
from .text import (
    validate_email,
    validate_line,
    validate_no_number,
    validate_paragraphs,
)
from .uploads import Letter, judge_letter

# Fields that a script makes easier to fill in, and whose names it asks for.
NAMES = {
    "country": "country",
    "delegation": "delegation",
    "organisation": "organisation",
}

# A select's first choice: an empty name would leave nothing to read aloud.
UNANSWERED = ("", "—")


class Line(forms.CharField):
    """One line of text, of at most as many characters as its column holds."""

    def __init__(self, column: str, **kwargs: Any) -> None:
        stored = getattr(Registration, column).field
        super().__init__(max_length=stored.max_length, **kwargs)
        self.validators.append(validate_line)


class DelegationField(forms.ModelChoiceField):
    """A delegation, offered under its kind."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Delegation.objects.all(), **kwargs)

    def offer(self) -> None:
        """Read the choices in the active language, if they are shown at all."""
        self.choices = cache(self._offered)

    def _offered(self) -> list[Any]:
        rows = Delegation.objects.order_by("kind", "name")
        kinds = Delegation.Kind
        grouped = [
            (kinds(kind).label, [(row.pk, row.name) for row in group])
            for kind, group in groupby(rows, key=lambda row: row.kind)
        ]
        return [UNANSWERED, *grouped]


class LetterField(forms.FileField):
    """A letter of nomination; its value is what was found in the file."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Letter of nomination"),
            widget=forms.FileInput({"accept": ".pdf,.jpg,.jpeg,.png"}),
            help_text=_(
                "PDF, JPEG or PNG, 5 MB at most. You can also send it later, behind "
                "the link in the mail."
            ),
            **kwargs,
        )

    def clean(self, data: Any, initial: Any = None) -> Letter | None:
        upload = super().clean(data, initial)
        return judge_letter(upload) if upload else None


class AnswersForm(forms.Form):
    """What a registration says, apart from the address and the privacy notice.

    Field names are fields of Registration. Answers that do not go with the category
    or the mode are dropped, since a page without scripts shows them all.
    """

    mode = forms.ChoiceField(label=_("How you will attend"), widget=forms.RadioSelect)
    category = forms.ChoiceField(
        label=_("Whom you represent"), choices=Category, widget=forms.RadioSelect
    )
    delegation = DelegationField(label=_("Delegation"), required=False)
    rank = forms.ChoiceField(
        label=_("Rank in the delegation"),
        choices=[UNANSWERED, *Registration.Rank.choices],
        required=False,
    )
    form_of_address = forms.ChoiceField(
        label=_("Form of address"),
        choices=[UNANSWERED, *Registration.FormOfAddress.choices],
        required=False,
    )
    family_name = Line(
        "family_name",
        label=_("Family name"),
        widget=forms.TextInput({"autocomplete": "family-name"}),
    )
    given_name = Line(
        "given_name",
        label=_("Given name"),
        required=False,
        widget=forms.TextInput({"autocomplete": "given-name"}),
    )
    badge_name = Line("badge_name", label=_("Name on badge"), required=False)
    own_script_name = Line(
        "own_script_name", label=_("Name in your own script"), required=False
    )
    passport_name = Line(
        "passport_name",
        label=_("Name as in your passport"),
        required=False,
        validators=[validate_no_number],
        help_text=_("For the confirmation letter. Never give a passport number."),
    )
    gender = forms.ChoiceField(
        label=_("Gender"),
        choices=[UNANSWERED, *Registration.Gender.choices],
        required=False,
        help_text=_("For statistics only."),
    )
    organisation = Line(
        "organisation",
        label=_("Organization"),
        required=False,
        widget=forms.TextInput({"autocomplete": "organization"}),
    )
    unit = Line("unit", label=_("Unit or department"), required=False)
    function = Line(
        "function",
        label=pgettext_lazy("job", "Function"),
        required=False,
        widget=forms.TextInput({"autocomplete": "organization-title"}),
    )
    city = Line(
        "city",
        label=_("City"),
        required=False,
        widget=forms.TextInput({"autocomplete": "address-level2"}),
    )
    country = forms.ChoiceField(
        label=_("Country or territory"),
        choices=lambda: [UNANSWERED, *country_choices()],
        widget=forms.Select({"autocomplete": "country"}),
    )
    interpretation_language = forms.ChoiceField(
        label=_("Interpretation language"), required=False
    )
    wishes_to_speak = forms.BooleanField(
        label=_("I wish to take the floor"), required=False
    )
    speaking_subject = Line(
        "speaking_subject", label=_("Subject of your statement"), required=False
    )
    accessibility_needs = forms.CharField(
        label=_("Accessibility needs"),
        max_length=2000,
        required=False,
        validators=[validate_paragraphs],
        widget=forms.Textarea({"rows": 3}),
        help_text=_(
            "For example a place near the door, captions, sign language. Only the "
            "Secretariat reads this."
        ),
    )
    needs_visa_letter = forms.BooleanField(
        label=_("I need a confirmation letter for my visa application"), required=False
    )
    visibility = forms.ChoiceField(
        label=_("Who may see your entry"),
        choices=Registration.Visibility,
        initial=Registration.Visibility.NOBODY,
        widget=forms.RadioSelect,
        required=False,
    )
    no_photographs = forms.BooleanField(
        label=_("I do not wish to be photographed or filmed"), required=False
    )
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, session: Session, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session = session
        mode = self.fields["mode"]
        assert isinstance(mode, forms.ChoiceField)  # noqa: S101 (for the type checker)
        mode.choices = [(mode.value, mode.label) for mode in session.modes]
        if len(session.modes) == 1:
            mode.initial = session.modes[0]
        delegation = self.fields["delegation"]
        assert isinstance(delegation, DelegationField)  # noqa: S101
        delegation.offer()
        self._offer_interpretation()
        for name, kind in NAMES.items():
            url = reverse(f"participants:{kind}-names")
            self.fields[name].widget.attrs["data-names"] = url

    def _offer_interpretation(self) -> None:
        languages = self.session.interpretation()
        if not languages:
            del self.fields["interpretation_language"]
            return
        field = self.fields["interpretation_language"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [UNANSWERED, *languages]

    def clean_time_zone(self) -> str:
        """Keep a zone that there is: the page fills it in, not the person."""
        zone: str = self.cleaned_data["time_zone"]
        try:
            return ZoneInfo(zone).key if zone else ""
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return ""

    def clean(self) -> dict[str, Any]:
        """Drop what the chosen category or mode does not ask."""
        data = super().clean() or {}
        if data.get("category") in REPRESENTING:
            data["visibility"] = Registration.Visibility.NOBODY
            if not data.get("delegation") and "delegation" not in self.errors:
                self.add_error("delegation", _("Choose the delegation you belong to."))
        else:
            self._forget("delegation", None)
            self._forget("rank", "")
            data["visibility"] = (
                data.get("visibility") or Registration.Visibility.NOBODY
            )
        if data.get("mode") != Mode.IN_PERSON:
            data["needs_visa_letter"] = False
        if not data.get("needs_visa_letter"):
            self._forget("passport_name", "")
        if not data.get("wishes_to_speak"):
            self._forget("speaking_subject", "")
        return data

    def _forget(self, name: str, value: object) -> None:
        self.cleaned_data[name] = value
        self.errors.pop(name, None)


class RegistrationForm(AnswersForm):
    """The whole form: answers, address, privacy notice."""

    email = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        validators=[validate_email],
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=_("We send the link that confirms your registration here."),
    )
    privacy = forms.BooleanField()
    letter = LetterField(required=False)
    website = forms.CharField(required=False)  # people do not see it, robots fill it

    field_order = ["mode", "category", "delegation", "rank"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["privacy"].label = gettext("I have read the privacy notice")
        if not self.session.letter_categories:
            del self.fields["letter"]

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave this field empty."), code="robot")
        return ""

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.session.requires_letter(data.get("category", "")):
            self._forget("letter", None)
        return data

    def answers(self) -> dict[str, Any]:
        """Return the keyword arguments of services.register."""
        own = {"privacy", "letter", "website"}
        data = {k: v for k, v in self.cleaned_data.items() if k not in own}
        return data | {"privacy_version": settings.PRIVACY_NOTICE_VERSION}


class LetterForm(forms.Form):
    """A letter of nomination alone."""

    letter = LetterField()


class CodeForm(forms.Form):
    """The six digits of the mail, as people type them."""

    code = forms.CharField(
        label=_("Six-digit code"),
        max_length=20,
        widget=forms.TextInput(
            {"class": "code", "inputmode": "numeric", "autocomplete": "one-time-code"}
        ),
    )

    def clean_code(self) -> str:
        """Keep the digits: people type spaces, and digits of their own script."""
        typed: str = self.cleaned_data["code"]
        return "".join(
            str(unicodedata.digit(c))
            for c in typed
            if unicodedata.digit(c, None) is not None
        )


class AddressForm(forms.Form):
    """Another e-mail address for what was just sent."""

    email = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        validators=[validate_email],
        widget=forms.EmailInput({"autocomplete": "email"}),
    )


class DeclineForm(forms.Form):
    """Why a registration is declined; the participant reads it."""

    ready_made = forms.ModelChoiceField(
        DeclineReason.objects.all(),
        label=_("Reason, mailed in the language of each participant"),
        required=False,
    )
    reason = forms.CharField(
        label=_("In your own words, mailed as you write it"),
        max_length=500,
        required=False,
        validators=[validate_paragraphs],
        widget=forms.Textarea({"rows": 3}),
    )


class AdmitForm(forms.Form):
    """Why somebody is admitted above the capacity; staff read it."""

    reason = forms.CharField(
        max_length=200, validators=[validate_line], label=_("Reason, for the record")
    )


class CorrectionForm(forms.ModelForm):
    """What staff may correct of a registration; states and modes are services' work."""

    class Meta:
        model = Registration
        exclude: list[str] = []

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email:
            validate_email(email)
        return email

    def clean_passport_name(self) -> str:
        name: str = self.cleaned_data["passport_name"]
        validate_no_number(name)
        return name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        key = person_name_key(data.get("family_name", ""), data.get("given_name", ""))
        email_key = data.get("email", "").casefold()
        if services.has_namesake(self.instance.participant, email_key, key):
            text = _("Another registration of this mailbox has this name.")
            self.add_error("family_name", text)
        return data

"""Who comes in the place of a delegate, and the letter that nominates this person."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from . import services
from .forms import UNANSWERED, AddressForm, LetterField, Line
from .models import FocalPoint, NominationLetter, Registration
from .text import validate_line


class SubstituteForm(AddressForm):
    """Another person for a place of a delegation.

    Where the category needs a letter of nomination a new one must come along, or
    ``shared``, the letter that names several people, must name this person too.
    """

    family_name = Line("family_name", label=_("Family name"))
    given_name = Line("given_name", label=_("Given name"), required=False)
    form_of_address = forms.ChoiceField(
        label=_("Form of address"),
        choices=[UNANSWERED, *Registration.FormOfAddress.choices],
        required=False,
    )
    function = Line("function", label=pgettext_lazy("job", "Function"), required=False)
    language = forms.ChoiceField(
        label=_("Language of the messages"), choices=settings.LANGUAGES
    )
    letter = LetterField(required=False)
    covered = forms.BooleanField(
        label=_("The letter of several people of the delegation names this person too"),
        required=False,
    )
    field_order = [
        *("family_name", "given_name", "form_of_address", "function"),
        *("email", "language", "letter", "covered"),
    ]
    person_fields = field_order[:6]

    def __init__(
        self,
        registration: Registration,
        *args: Any,
        shared: NominationLetter | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.shared = shared
        if registration.session.requires_letter(registration.category):
            self.fields["letter"].help_text = gettext(
                "A new letter that names the person who comes. PDF, JPEG or PNG, 5 MB "
                "at most."
            )
        else:
            del self.fields["letter"]
            self.shared = None
        if self.shared is None:
            del self.fields["covered"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        wants_letter = "letter" in self.fields and "letter" not in self.errors
        if wants_letter and not self._has_letter(data):
            text = _("Send a letter of nomination that names the person who comes.")
            self.add_error("letter", forms.ValidationError(text, code="no_letter"))
        return data

    def _has_letter(self, data: dict[str, Any]) -> bool:
        return bool(data.get("letter") or data.get("covered"))

    def person(self) -> dict[str, Any]:
        """Return who comes, as the services take it."""
        return {k: v for k, v in self.cleaned_data.items() if k in self.person_fields}

    def stored_letter(self) -> NominationLetter | None:
        """Store the letter that came along; or return the one that names several."""
        sent = self.cleaned_data.get("letter")
        if sent:
            return services.store_letter(sent)
        return self.shared if self.cleaned_data.get("covered") else None


class StaffSubstituteForm(SubstituteForm):
    """The same for staff, who may do without the letter."""

    reason = forms.CharField(
        max_length=200,
        required=False,
        validators=[validate_line],
        label=_("Without a letter: the reason, for the record"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "letter" not in self.fields:
            del self.fields["reason"]

    def _has_letter(self, data: dict[str, Any]) -> bool:
        return bool(super()._has_letter(data) or data.get("reason"))


class FocalPointSubstituteForm(SubstituteForm):
    """The same for a focal point, who answers for the people of the delegation."""

    informed = forms.BooleanField(label=_("Privacy notice"))

    def __init__(
        self, focal_point: FocalPoint, registration: Registration, **kwargs: Any
    ) -> None:
        super().__init__(registration, **kwargs)
        self.focal_point = focal_point
        del self.fields["language"]
        self.fields["email"].required = False
        self.fields["email"].help_text = gettext(
            "Each person is mailed a link. Empty: you get it."
        )

    def person(self) -> dict[str, Any]:
        person = super().person()
        own = {"language": self.focal_point.language}
        return person | own | {"email": person["email"] or self.focal_point.email}

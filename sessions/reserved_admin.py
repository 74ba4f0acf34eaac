"""Reserved places as a part of the session's form."""

from collections import Counter

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext as _

from .models import Mode, ReservedPlaces, Session


class ReservedPlacesFormSet(BaseInlineFormSet):
    """All reservations of a session, judged together against its places."""

    def clean(self) -> None:
        super().clean()
        session: Session = self.instance
        kept: Counter[str] = Counter()
        for form in self.forms:
            row = getattr(form, "cleaned_data", {})
            if row.get("DELETE") or not row.get("places") or not row.get("mode"):
                continue
            kept[row["mode"]] += row["places"]
            self._judge(form, session)
        for mode, places in kept.items():
            capacity = session.capacity(mode)
            if capacity is not None and places > capacity:
                raise ValidationError(
                    _(
                        "%(mode)s: %(places)s places are reserved, but there are "
                        "only %(capacity)s."
                    ),
                    code="too_many_reserved",
                    params={
                        "mode": Mode(mode).label,
                        "places": places,
                        "capacity": capacity,
                    },
                )

    def _judge(self, form: ModelForm, session: Session) -> None:
        """Refuse at its field what no place could be kept for."""
        mode, category = form.cleaned_data["mode"], form.cleaned_data.get("category")
        if mode not in session.modes:
            form.add_error("mode", _("The session is not held in this mode."))
        elif session.capacity(mode) is None:
            form.add_error(
                "places", _("Places are kept only where their number is limited.")
            )
        elif (
            mode == Mode.IN_PERSON
            and category
            and not session.admits_in_person(category)
        ):
            form.add_error("category", _("This category is not admitted to the room."))


class ReservedPlacesInline(admin.TabularInline):
    model = ReservedPlaces
    formset = ReservedPlacesFormSet
    extra = 0
    classes = ["collapse"]

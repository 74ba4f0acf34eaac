"""The order of a delegation in the list of participants, and names as listed."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.functions import NullIf
from django.http import HttpRequest

from sessions.models import Session

from .. import services
from ..exports.list_of_participants import ADVISER, OTHERS, RANKS, listed
from ..models import Delegation, Registration

FIELDS = ["rank", "position", "listed_name"]


class MemberForm(forms.ModelForm):
    """One line of a delegation: what decides its place, and how the name is printed."""

    class Meta:
        model = Registration
        fields = FIELDS


MemberFormSet = forms.modelformset_factory(
    Registration, form=MemberForm, extra=0, edit_only=True
)


def members(session: Session, delegation: Delegation) -> QuerySet[Registration]:
    """Return a delegation in the order of the list."""
    ranks = [When(rank=rank, then=Value(place)) for rank, place in RANKS.items()]
    ranks.append(When(rank=Registration.Rank.ADVISER, then=Value(ADVISER)))
    place = Case(*ranks, default=Value(OTHERS))
    said = F("said_position").asc(nulls_last=True)
    rows = listed(session).filter(delegation=delegation)
    rows = rows.annotate(place=place, said_position=NullIf("position", Value(0)))
    return rows.order_by("place", said, "pk")


def save_order(formset: Any, request: HttpRequest) -> int:
    """Store the lines that were changed, as corrections by staff; return how many."""
    assert isinstance(request.user, User)  # noqa: S101 (for the type checker)
    changed = [form for form in formset.forms if form.has_changed()]
    for form in changed:
        corrected = {name: form.cleaned_data[name] for name in form.changed_data}
        services.correct(form.instance, by=request.user, **corrected)
    return len(changed)

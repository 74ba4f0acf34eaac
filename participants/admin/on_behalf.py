"""Staff register somebody, also without an address, and speakers in one step."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sessions.countries import NOT_LISTED, country_choices
from sessions.models import Category, Mode, Session, Speaker

from .. import services
from ..models import Registration, Role
from ..models.participant import person_name_key
from ..text import validate_line

PERMISSION = "participants.add_registration"


class OnBehalfForm(forms.ModelForm):
    """What staff say of somebody whom they register."""

    class Meta:
        model = Registration
        fields = [
            *("session", "role", "takes_place", "mode", "category", "delegation"),
            *("rank", "form_of_address", "family_name", "given_name", "badge_name"),
            *("own_script_name", "organisation", "function", "city", "country"),
            *("email", "language", "interpretation_language"),
            *("accessibility_needs", "staff_note"),
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sessions = Session.objects.exclude(status=Session.Status.CANCELLED)
        choice: Any = self.fields["session"]
        choice.queryset = sessions.order_by("-number")
        self.fields["email"].help_text = _("Empty: nothing is mailed.")

    def validate_unique(self) -> None:
        """Leave it to the service, which knows the participant."""

    def validate_constraints(self) -> None:
        """Leave it to the service, which refuses by field."""


class SpeakerForm(forms.Form):
    """One speaker on the way to a registration; nobody splits names but staff."""

    chosen = forms.BooleanField(required=False, label=gettext_lazy("Register"))
    family_name = forms.CharField(max_length=100, validators=[validate_line])
    given_name = forms.CharField(
        max_length=100, required=False, validators=[validate_line]
    )
    email = forms.EmailField(required=False)
    country = forms.ChoiceField(choices=country_choices)
    category = forms.ChoiceField(
        choices=[
            c for c in Category.choices if c[0] not in {"member_state", "observer"}
        ]
    )
    mode = forms.ChoiceField(choices=Mode.choices)

    def __init__(self, *args: Any, speaker: Speaker, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.speaker = speaker
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{field.label}: {speaker}"


class OnBehalf(admin.ModelAdmin):
    """Forms that register by the service, below the list of registrations."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("new/", wrap(self.on_behalf), name="participants_on_behalf"),
            path(
                "speakers/<int:number>/",
                wrap(self.speakers),
                name="participants_speakers",
            ),
            *super().get_urls(),
        ]

    def on_behalf(self, request: HttpRequest) -> HttpResponse:
        """Register one person."""
        user = _registrar(request)
        form = OnBehalfForm(request.POST or None, initial=_initial(request))
        if request.method == "POST" and form.is_valid():
            answers = dict(form.cleaned_data)
            try:
                row = services.register_by_staff(
                    answers.pop("session"), by=user, **answers
                )
            except ValidationError as refusal:
                form.add_error(None, refusal)
            else:
                self.log_addition(request, row, "Registered by staff.")
                text = _("Registered: %(name)s – %(state)s")
                said = {"name": row, "state": row.get_status_display()}
                self.message_user(request, text % said, messages.SUCCESS)
                name = "admin:participants_registration_change"
                return HttpResponseRedirect(reverse(name, args=[row.pk]))
        context = self.admin_site.each_context(request) | {
            "title": _("Register somebody"),
            "opts": self.opts,
            "form": form,
        }
        return TemplateResponse(request, "admin/participants/on_behalf.html", context)

    def speakers(self, request: HttpRequest, number: int) -> HttpResponse:
        """Register the speakers of a session: all who are ticked, or none."""
        user = _registrar(request)
        session = get_object_or_404(Session, number=number)
        known = _known_speakers(session)
        people = Speaker.objects.filter(appearances__session=session).distinct()
        new = [s for s in people if _words(s.name) not in known]
        data = request.POST if request.method == "POST" else None
        rows = [_speaker_form(s, session, data) for s in new]
        if data is not None and all([form.is_valid() for form in rows]):  # noqa: C419 (each shows its errors)
            count = self._register(request, session, user, rows)
            if count is not None:
                return self._told(request, session, count)
        context = self.admin_site.each_context(request) | {
            "title": _("Register the speakers"),
            "opts": self.opts,
            "session": session,
            "rows": rows,
            "known": [s for s in people if _words(s.name) in known],
        }
        return TemplateResponse(request, "admin/participants/speakers.html", context)

    def _register(
        self,
        request: HttpRequest,
        session: Session,
        user: User,
        rows: list[SpeakerForm],
    ) -> int | None:
        """Register who is ticked in one transaction; None when one was refused."""
        chosen = [form for form in rows if form.cleaned_data["chosen"]]
        refused = False
        with transaction.atomic():
            for form in chosen:
                try:
                    row = services.register_by_staff(
                        session, by=user, **_answers(form, session)
                    )
                    self.log_addition(request, row, "Registered as speaker by staff.")
                except ValidationError as refusal:
                    form.add_error(None, refusal.messages)
                    refused = True
            if refused:
                transaction.set_rollback(True)
        return None if refused else len(chosen)

    def _told(
        self, request: HttpRequest, session: Session, count: int
    ) -> HttpResponseRedirect:
        text = ngettext(
            "%(n)s speaker registered.", "%(n)s speakers registered.", count
        )
        self.message_user(request, text % {"n": count}, messages.SUCCESS)
        url = reverse("admin:participants_speakers", args=[session.number])
        return HttpResponseRedirect(url)


def _registrar(request: HttpRequest) -> User:
    if not isinstance(request.user, User) or not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    return request.user


def _initial(request: HttpRequest) -> dict[str, Any]:
    """Propose the session that the list is filtered by, or the latest."""
    asked = request.GET.get("session__id__exact", "")
    latest = Session.objects.published().order_by("-number").first()
    key = int(asked) if asked.isascii() and asked.isdigit() else None
    return {"session": key or latest, "takes_place": True}


def _words(name: str) -> frozenset[str]:
    """Fold a name whose parts may stand in any order."""
    return frozenset(person_name_key(name, "").split())


def _known_speakers(session: Session) -> set[frozenset[str]]:
    rows = session.registrations.filter(role=Role.SPEAKER).live()
    names = rows.values_list("family_name", "given_name")
    return {_words(f"{family} {given}") for family, given in names}


def _speaker_form(speaker: Speaker, session: Session, data: Any) -> SpeakerForm:
    """Propose the last word as the family name; staff see it and put it right."""
    given, _space, family = speaker.name.strip().rpartition(" ")
    mode = Mode.ONLINE if session.mode == Session.Mode.ONLINE else Mode.IN_PERSON
    initial = {
        "chosen": True,
        "family_name": family,
        "given_name": given,
        "country": speaker.country or NOT_LISTED,
        "category": Category.INDIVIDUAL,
        "mode": mode,
    }
    prefix = f"speaker-{speaker.pk}"
    return SpeakerForm(data, initial=initial, prefix=prefix, speaker=speaker)


def _answers(form: SpeakerForm, session: Session) -> dict[str, Any]:
    answers = {k: v for k, v in form.cleaned_data.items() if k != "chosen"}
    appearance = form.speaker.appearances.filter(session=session).first()
    function = appearance.shown_function if appearance else ""
    return answers | {
        "role": Role.SPEAKER,
        "takes_place": False,
        "delegation": None,
        "function": function[:200],
    }

"""Back office of a session beyond its form: the programme as a table, copies."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.forms.models import BaseInlineFormSet, inlineformset_factory
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .conflicts import ConflictFormSet, conflict, lock
from .copying import copy_session
from .models import AgendaItem, Session
from .overlaps import programme_warnings
from .translation_admin import TranslatedForm

ROWS = 3  # empty ones at the end of the programme


class CopyForm(forms.Form):
    """What the next session starts with."""

    number = forms.IntegerField(
        label=gettext_lazy("number"), min_value=1, max_value=32_767
    )
    first_day = forms.DateField(
        label=gettext_lazy("first day"),
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        help_text=gettext_lazy(
            "The programme and the times of registration move along. "
            "Empty: they are not copied."
        ),
    )
    with_speakers = forms.BooleanField(
        label=gettext_lazy("Copy the speakers too"), required=False
    )

    def clean_number(self) -> int:
        number: int = self.cleaned_data["number"]
        if Session.objects.filter(number=number).exists():
            raise forms.ValidationError(
                _("There is a session of this number."), code="number"
            )
        return number


class ItemForm(TranslatedForm):
    """One line of the programme, in the time of the venue."""

    class Meta:
        model = AgendaItem
        exclude: list[str] = []
        widgets = {
            name: forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M")
            for name in ("starts_at", "ends_at")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs["aria-label"] = str(field.label or name)
        for name in ("title_en", "room_en"):
            self.fields[name].widget.attrs |= {"lang": "en", "dir": "ltr"}


class ProgrammeRows(ConflictFormSet):
    """The lines of the programme, each of which can be deleted."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].widget.attrs["aria-label"] = _("Delete")


@cache
def programme_formset() -> Any:
    """Make the table when it is first asked for: then texts have their languages."""
    return inlineformset_factory(
        Session,
        AgendaItem,
        form=ItemForm,
        formset=ProgrammeRows,
        fields=["starts_at", "ends_at", "kind", "title_en", "room_en"],
        extra=ROWS,
        can_delete=True,
    )


class EditingAdmin(admin.ModelAdmin):
    """Conflicts, warnings, the programme by day and copies of a session."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        name = "conversation_session"
        return [
            path("<int:pk>/copy/", wrap(self.copy_view), name=f"{name}_copy"),
            path(
                "<int:pk>/programme/",
                wrap(self.programme_view),
                name=f"{name}_programme",
            ),
            *super().get_urls(),
        ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave out what only a form that is saved needs."""
        found = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return found
        return [
            (name, {**part, "fields": [f for f in part["fields"] if f != "version"]})
            for name, part in found
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep the version hidden in the form of who may write some fields alone."""
        found = super().get_readonly_fields(request, obj)
        return [name for name in found if name != "version"]

    def get_formsets_with_inlines(
        self, request: HttpRequest, obj: Any = None
    ) -> Iterator[tuple[type[BaseInlineFormSet], Any]]:
        """Let every list of rows show both sides of a conflict."""
        for rows, inline in super().get_formsets_with_inlines(request, obj):
            yield type(rows.__name__, (ConflictFormSet, rows), {}), inline

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: Any
    ) -> None:
        super().save_related(request, form, formsets, change)
        self._warn(request, form.instance)

    def _warn(self, request: HttpRequest, session: Session) -> None:
        for text in programme_warnings(session):
            self.message_user(request, text, messages.WARNING, fail_silently=True)

    def _session(self, request: HttpRequest, pk: int) -> Session:
        session: Session = self._row(request, pk, to_change=True)  # type: ignore[attr-defined]
        return session

    def copy_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for number and first day, then open the copy."""
        session = self._session(request, pk)
        if not self.has_add_permission(request):
            raise PermissionDenied
        latest = Session.objects.aggregate(Max("number"))["number__max"]
        form = CopyForm(request.POST or None, initial={"number": latest + 1})
        if request.method == "POST" and form.is_valid():
            new = copy_session(session, **form.cleaned_data)
            self.log_addition(request, new, f"Copied from session {session.number}.")
            self._warn(request, new)
            name = "admin:conversation_session_change"
            return HttpResponseRedirect(reverse(name, args=[new.pk]))
        context = self.admin_site.each_context(request) | {
            "title": _("Start the next session from this one"),
            "opts": self.opts,
            "session": session,
            "form": form,
        }
        return TemplateResponse(request, "admin/conversation/copy.html", context)

    def programme_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Edit the programme as a table by day, in the time of the venue."""
        session = self._session(request, pk)
        with timezone.override(session.zone), transaction.atomic():
            data = request.POST if request.method == "POST" else None
            rows = programme_formset()(data, instance=session)
            version, errors = session.updated_at.isoformat(), []
            if data is not None:
                now = lock(pk)
                version = now.updated_at.isoformat()
                if data.get("version") != version:
                    session.is_in_conflict = True  # type: ignore[attr-defined]
                    errors = conflict(now).messages
                    rows.is_valid()  # puts the other values beside these
                elif rows.is_valid():
                    return self._save_programme(request, session, rows)
            context = self.admin_site.each_context(request) | {
                "title": _("Programme"),
                "opts": self.opts,
                "session": session,
                "rows": rows,
                "days": _by_day(rows, session),
                "version": version,
                "errors": errors,
                "warnings": programme_warnings(session),
            }
            template = "admin/conversation/programme.html"
            return TemplateResponse(request, template, context).render()

    def _save_programme(
        self, request: HttpRequest, session: Session, rows: BaseInlineFormSet
    ) -> HttpResponseRedirect:
        rows.save()
        session.save(update_fields=["updated_at"])
        self.log_change(request, session, "Programme changed.")
        self.message_user(request, _("The programme is saved."), messages.SUCCESS)
        return HttpResponseRedirect(request.path)


def _by_day(
    rows: BaseInlineFormSet, session: Session
) -> list[tuple[Any, list[forms.ModelForm]]]:
    """Group the lines by their day at the venue, new ones last."""
    days: dict[Any, list[forms.ModelForm]] = {}
    for form in rows.initial_forms:
        day = form.instance.starts_at.astimezone(session.zone).date()
        days.setdefault(day, []).append(form)
    return [*sorted(days.items()), (None, rows.extra_forms)]

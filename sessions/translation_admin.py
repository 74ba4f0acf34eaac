"""Back office of translations: their state, and tables for translators."""

import json
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .admin_rights import TextRights
from .models import Session
from .models.translated import TARGETS, Translated
from .translation_files import LARGEST_FILE, WRITERS, Judgement, apply, judge, read
from .translations import (
    PARTS,
    Progress,
    State,
    confirm,
    progress_of,
    texts_of,
)

LARGEST_TABLE = 2 * 1024 * 1024  # bytes that the preview sends on in its form


def legend(progress: Progress) -> str:
    """Say how far a language is, as in "Français · 80 % · 2 outdated"."""
    isolated = f"\u2068{progress.name}\u2069"  # or Arabic turns the figures around
    parts = [isolated, f"{progress.percent}\u00a0%"]
    if n := len(progress.outdated):
        # Translators: translations whose English text was changed.
        parts.append(ngettext("%(n)s outdated", "%(n)s outdated", n) % {"n": n})
    if n := len(progress.missing):
        parts.append(ngettext("%(n)s missing", "%(n)s missing", n) % {"n": n})
    return " · ".join(parts)


class TranslatedForm(forms.ModelForm):
    """Show beside an outdated translation how its English text was changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row: Any = self.instance
        if not row.translated_from:
            return
        for code, _name in TARGETS:
            for text in texts_of([row], code):
                if text.state == State.OUTDATED and text.column in self.fields:
                    self.fields[text.column].help_text = format_html(
                        "{} {}",
                        _("Outdated. The English was changed:"),
                        text.difference,
                    )


class IncompleteFilter(admin.SimpleListFilter):
    """Keep rows of which something is missing or outdated in one language."""

    title = gettext_lazy("translation incomplete")
    parameter_name = "incomplete"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, str]]:
        return list(TARGETS)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        language = self.value()
        if language not in dict(TARGETS):
            return queryset
        return queryset.filter(
            pk__in=[
                row.pk
                for row in queryset
                if any(
                    p.language == language and (p.outdated or p.missing)
                    for p in progress_of(row)
                )
            ]
        )


class TranslatedAdmin(TextRights, admin.ModelAdmin):
    """The state of the translations of a row, and one button that confirms them."""

    change_form_template = "admin/conversation/translated_change_form.html"

    @admin.display(description=gettext_lazy("translations"))
    def translations(self, row: Translated) -> str:
        return " · ".join(
            f"{p.language[:2]}\u00a0{p.percent}\u00a0%" for p in progress_of(row)
        )

    def render_change_form(  # noqa: PLR0917 (as Django has it)
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: models.Model | None = None,
    ) -> HttpResponse:
        """Say in the name of each folded language how far it is."""
        if isinstance(obj, Translated):
            languages = progress_of(obj)
            legends = {progress.name: legend(progress) for progress in languages}
            context["translations"] = [
                (p, legends[p.name], self.may_write(request, p.language))
                for p in languages
            ]
            adminform = context["adminform"]
            adminform.fieldsets = [
                (legends.get(name, name), options)
                for name, options in adminform.fieldsets
            ]
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_urls(self) -> list[URLPattern]:
        name = f"conversation_{self.opts.model_name}_confirm"
        view = self.admin_site.admin_view(self.confirm_view)
        return [
            path("<int:pk>/translations/<str:language>/right/", view, name=name),
            *super().get_urls(),
        ]

    def _row(self, request: HttpRequest, pk: int, *, to_change: bool) -> Any:
        """Return the row, if there is one that this person may see or change."""
        row = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        may = self.has_change_permission if to_change else self.has_view_permission
        if not may(request, row):
            raise PermissionDenied
        return row

    def _to_form(self, row: models.Model) -> HttpResponseRedirect:
        name = f"admin:conversation_{self.opts.model_name}_change"
        return HttpResponseRedirect(reverse(name, args=[row.pk]))

    def confirm_view(
        self, request: HttpRequest, pk: int, language: str
    ) -> HttpResponse:
        """Take every outdated translation of a language for still right."""
        row = self._row(request, pk, to_change=True)
        if language not in dict(TARGETS):
            raise Http404
        if not self.may_write(request, language):
            raise PermissionDenied
        if request.method == "POST":
            n = confirm(row, language)
            text = ngettext(
                "%(n)s translation is still right.",
                "%(n)s translations are still right.",
                n,
            )
            self.message_user(request, text % {"n": n}, messages.SUCCESS)
            self.log_change(request, row, f"Translations still right: {language}.")
        return self._to_form(row)


class UploadForm(forms.Form):
    """A table that came back from a translator, read where it can be."""

    file = forms.FileField(label=gettext_lazy("Table (DOCX or CSV)"))

    def clean_file(self) -> tuple[str, list[list[str]]]:
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST_FILE:
            raise ValidationError(_("A table may have 2 MB at most."), code="too_large")
        return read(upload.read())


class ApplyForm(forms.Form):
    """The good rows of the preview, on their way back."""

    language = forms.ChoiceField(choices=TARGETS)
    rows = forms.CharField()

    def clean_rows(self) -> list[list[str]]:
        try:
            rows = json.loads(self.cleaned_data["rows"])
        except (ValueError, RecursionError):  # no JSON, or brackets without end
            rows = None
        if not isinstance(rows, list) or not all(
            isinstance(row, list) and all(isinstance(cell, str) for cell in row)
            for row in rows
        ):
            raise ValidationError(_("This is no table."), code="no_table")
        return rows


class TranslatorsAdmin(TranslatedAdmin):
    """A session, which goes to translators and comes back language by language."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        return super().get_queryset(request).prefetch_related(*PARTS)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        name = "conversation_session_translations"
        return [
            path("<int:pk>/translations/", wrap(self.import_view), name=f"{name}_in"),
            path(
                "<int:pk>/translations/<str:language>.<str:kind>",
                wrap(self.export_view),
                name=f"{name}_out",
            ),
            *super().get_urls(),
        ]

    def export_view(
        self, request: HttpRequest, pk: int, language: str, kind: str
    ) -> HttpResponse:
        """Send one language of a session as a table."""
        session = self._row(request, pk, to_change=False)
        if language not in dict(TARGETS) or kind not in WRITERS:
            raise Http404
        write, content_type = WRITERS[kind]
        response = HttpResponse(write(session, language), content_type=content_type)
        name = f"session-{session.number}-{language}.{kind}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def import_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a table, show what it would change, and write that when told to."""
        session = self._row(request, pk, to_change=True)
        if request.method == "POST" and "rows" in request.POST:
            return self._apply(request, session)
        is_sent = request.method == "POST"
        form = UploadForm(request.POST, request.FILES) if is_sent else UploadForm()
        context: dict[str, Any] = {"form": form}
        if is_sent and form.is_valid():
            language, rows = form.cleaned_data["file"]
            if self.may_write(request, language):
                context |= self._preview(form, language, judge(session, language, rows))
            else:
                text = _("This language is not one of yours.")
                form.add_error("file", ValidationError(text, code="other_language"))
        context |= self.admin_site.each_context(request) | {
            "title": _("Translations from a table"),
            "opts": self.opts,
            "session": session,
        }
        template = "admin/conversation/translations_import.html"
        return TemplateResponse(request, template, context)

    def _preview(
        self, form: UploadForm, language: str, judgement: Judgement
    ) -> dict[str, Any]:
        rows = json.dumps([c.row for c in judgement.changes], ensure_ascii=False)
        if len(rows.encode()) > LARGEST_TABLE:
            form.add_error("file", _("The table holds too much text for one step."))
            return {}
        return {
            "judgement": judgement,
            "changes": judgement.changes,
            "language": language,
            "language_name": dict(settings.LANGUAGES)[language],
            "rows": rows,
        }

    def _apply(self, request: HttpRequest, session: Session) -> HttpResponse:
        form = ApplyForm(request.POST)
        if not form.is_valid():
            self.message_user(request, _("This is no table."), messages.ERROR)
            return self._to_form(session)
        language = form.cleaned_data["language"]
        if not self.may_write(request, language):
            raise PermissionDenied
        done = apply(session.pk, language, form.cleaned_data["rows"])
        n, bad = len(done.changes), len(done.bad)
        text = ngettext("%(n)s translation written.", "%(n)s translations written.", n)
        self.message_user(request, text % {"n": n}, messages.SUCCESS)
        if bad:
            text = ngettext("%(n)s row left out.", "%(n)s rows left out.", bad)
            self.message_user(request, text % {"n": bad}, messages.WARNING)
        self.log_change(request, session, f"Translations from a table: {language}.")
        return self._to_form(session)

"""Imports: upload, columns, preview of every row, then writing; each sees their own."""

import csv
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sessions.models import Session

from .. import services
from ..exports import BOM
from ..exports.csv import inert
from ..imports import Outcome, Table
from ..imports.mapping import TARGETS
from ..imports.reading import FORMULA, LARGEST_FILE
from ..models import ImportJob
from .export_jobs import OwnJobs

ROWS_A_PAGE = 100
Step, Kind = ImportJob.Step, ImportJob.Kind


class UploadForm(forms.Form):
    """A file, and what is in it."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What the file holds"),
        choices=Kind,
        widget=forms.RadioSelect,
        initial=Kind.PARTICIPANTS,
    )
    session = forms.ModelChoiceField(
        Session.objects.all(),
        label=gettext_lazy("session"),
        required=False,
        help_text=gettext_lazy("Not needed for delegations."),
    )
    file = forms.FileField(label=gettext_lazy("File (CSV or XLSX)"))

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST_FILE:
            raise ValidationError(_("A file may have 20 MB at most."), code="bad_file")
        return upload

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") != Kind.DELEGATIONS and not data.get("session"):
            self.add_error("session", _("Choose the session."))
        return data


class ColumnsForm(forms.Form):
    """Which column is what, and what holds where the file says nothing."""

    def __init__(self, *args: Any, job: ImportJob, table: Table, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.job = job
        place = job.mapping["header"]
        choices = [("", "—"), *_column_choices(table, place)]
        self.targets = TARGETS[job.kind]
        for target in self.targets:
            self.fields[f"column_{target.key}"] = forms.ChoiceField(
                label=str(target.label).capitalize(),
                choices=choices,
                required=target.is_required,
                initial=job.mapping["columns"].get(target.key, ""),
            )
        for name in _options_of(job):
            field: Any = ImportJob._meta.get_field(name)  # noqa: SLF001
            made = field.formfield()
            made.initial = getattr(job, name)
            if name == "day":
                made.widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
            self.fields[f"option_{name}"] = made

    def columns(self) -> dict[str, int]:
        """Return the columns chosen, by target."""
        found = {t.key: self.cleaned_data[f"column_{t.key}"] for t in self.targets}
        return {key: int(place) for key, place in found.items() if place != ""}

    def clean(self) -> dict[str, Any]:
        """Ask for something to know the people of a report by."""
        data = super().clean() or {}
        known_by = ["column_email", "column_name", "column_family_name"]
        if self.job.kind == Kind.ATTENDANCE and not any(map(data.get, known_by)):
            self.add_error("column_email", _("Choose a column of addresses or names."))
        return data

    def options(self) -> dict[str, Any]:
        return {
            name: self.cleaned_data[f"option_{name}"] for name in _options_of(self.job)
        }


def _options_of(job: ImportJob) -> list[str]:
    return {
        Kind.PARTICIPANTS: ["registration_state", "mode", "date_order"],
        Kind.ATTENDANCE: ["day", "date_order"],
    }.get(Kind(job.kind), [])


def _column_choices(table: Table, place: int) -> Iterator[tuple[str, str]]:
    """Name each column by its header and the first thing that stands in it."""
    header = table.rows[place]
    below = table.rows[place + 1 : place + 20]
    width = max(map(len, [header, *below]))
    for column in range(width):
        name = header[column] if column < len(header) else ""
        cells = [row[column] for row in below if column < len(row)]
        first = next((cell for cell in cells if cell and cell != FORMULA), "")
        yield str(column), f"{name[:60] or column + 1} ({first[:40]})"


@admin.register(ImportJob)
class ImportJobAdmin(OwnJobs, admin.ModelAdmin):
    permission = "participants.import_registration"
    list_display = ["kind", "session", "file_name", "step", "total", "created_at"]
    list_select_related = ["session"]
    actions = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(self.permission)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        name = "participants_importjob"
        write = wrap(require_POST(self.write_view))
        return [
            path("<int:pk>/columns/", wrap(self.columns_view), name=f"{name}_columns"),
            path("<int:pk>/write/", write, name=f"{name}_write"),
            path(
                "<int:pk>/left-out.csv", wrap(self.left_out_view), name=f"{name}_left"
            ),
            *super().get_urls(),
        ]

    def _page(
        self, request: HttpRequest, template: str, **context: Any
    ) -> TemplateResponse:
        context |= self.admin_site.each_context(request) | {"opts": self.opts}
        response = TemplateResponse(
            request, f"admin/participants/{template}.html", context
        )
        response["Cache-Control"] = "no-store"
        return response

    def _to(self, job: ImportJob, name: str = "change") -> HttpResponse:
        address = reverse(f"admin:participants_importjob_{name}", args=[job.pk])
        return HttpResponseRedirect(address)

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Take a file and read it; nothing else is written."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        is_sent = request.method == "POST"
        form = UploadForm(request.POST, request.FILES) if is_sent else UploadForm()
        if is_sent and form.is_valid():
            data = form.cleaned_data
            self._judge_kind(request, data["kind"])
            session = None if data["kind"] == Kind.DELEGATIONS else data["session"]
            try:
                job = services.start_import(
                    data["file"].read(),
                    kind=data["kind"],
                    file_name=data["file"].name,
                    by=request.user,  # type: ignore[arg-type]
                    session=session,
                    day=session and session.starts_on,
                )
            except ValidationError as error:
                form.add_error("file", error)
            else:
                return self._to(job, "columns")
        return self._page(request, "import_upload", title=_("Import a file"), form=form)

    def _judge_kind(self, request: HttpRequest, kind: str) -> None:
        """Refuse delegations to who may not add any."""
        if kind == Kind.DELEGATIONS and not request.user.has_perm(
            "participants.add_delegation"
        ):
            raise PermissionDenied

    def columns_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let somebody say which column is what, and have the rows checked."""
        job = self.own(request, str(pk))
        if job.is_under_way or job.step == Step.WRITTEN:
            return self._to(job)
        table = services.table_of(job)
        data = request.POST if request.method == "POST" else None
        form = ColumnsForm(data, job=job, table=table)
        if form.is_valid():
            services.choose_columns(job, form.columns())
            for name, value in form.options().items():
                setattr(job, name, value)
            services.queue_check(job)
            return self._to(job)
        names = [f"column_{target.key}" for target in form.targets]
        return self._page(
            request,
            "import_columns",
            title=_("Columns of the file"),
            job=job,
            form=form,
            column_fields=[form[name] for name in names],
            option_fields=[f for f in form if f.name not in names],
            notes=job.notes,
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show how far an import is, every row that was checked, or the report."""
        job = self.own(request, object_id)
        if job.step == Step.MAPPING:
            return self._to(job, "columns")
        context: dict[str, Any] = {"title": job.get_kind_display(), "job": job}
        context["progress_url"] = self.progress_url(job)
        if job.step in {Step.CHECKED, Step.WRITTEN} and not job.is_under_way:
            context |= self._rows(request, job)
        return self._page(request, "import_job", **context)

    def _rows(self, request: HttpRequest, job: ImportJob) -> dict[str, Any]:
        """Return a page of rows with what became of each, and the counts of all."""
        wanted = request.GET.get("only", "")
        found = [row for row in job.outcomes if not wanted or row[1] == wanted]
        page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("p"))
        table = services.table_of(job)
        cells = dict(zip(table.numbers, table.rows, strict=True))
        columns = job.mapping["columns"]
        labels = [t for t in TARGETS[job.kind] if t.key in columns]
        counts = services.import_counts(job)
        return {
            "labels": [str(t.label).capitalize() for t in labels],
            "page": page,
            "rows": [
                {
                    "number": number,
                    "outcome": NAMES[outcome],
                    "is_bad": outcome in {Outcome.BAD, Outcome.LEFT_OUT},
                    "problems": problems,
                    "cells": [_shown(cells[number], columns[t.key]) for t in labels],
                }
                for number, outcome, problems in page
            ],
            "only": wanted,
            "counts": [(key, NAMES[key], n) for key, n in sorted(counts.items())],
            "good": counts.get(Outcome.GOOD, 0),
            "bad": counts.get(Outcome.BAD, 0),
            "left_out": counts.get(Outcome.LEFT_OUT, 0),
        }

    def write_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Write what was checked: all rows, or the good ones."""
        job = self.own(request, str(pk))
        self._judge_kind(request, job.kind)
        try:
            services.queue_write(job, only_good="only_good" in request.POST)
        except ValidationError as error:
            self.message_user(request, error.messages[0], messages.ERROR)
        return self._to(job)

    def left_out_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send the rows that cannot be or were not written, to be corrected."""
        job = self.own(request, str(pk))
        response = StreamingHttpResponse(
            _left_out(job), content_type="text/csv; charset=utf-8"
        )
        response["Content-Disposition"] = 'attachment; filename="left-out.csv"'
        response["Cache-Control"] = "no-store"
        return response  # type: ignore[return-value]


NAMES = {
    Outcome.GOOD: gettext_lazy("Good"),
    Outcome.BAD: gettext_lazy("With problems"),
    Outcome.THERE: gettext_lazy("There already"),
    Outcome.WRITTEN: gettext_lazy("Written"),
    Outcome.LEFT_OUT: gettext_lazy("Left out"),
}


def _shown(row: list[str], place: int) -> str:
    cell = row[place] if place < len(row) else ""
    return "ƒ" if cell == FORMULA else cell[:200]


class _Echo:
    """A sink for the csv module that gives each line back."""

    def write(self, line: str) -> str:
        return line


def _left_out(job: ImportJob) -> Iterator[str]:
    table = services.table_of(job)
    cells = dict(zip(table.numbers, table.rows, strict=True))
    writer = csv.writer(_Echo())
    header = table.rows[job.mapping["header"]]
    yield BOM + writer.writerow([*map(inert, header), _("Problems")])
    for number, outcome, problems in job.outcomes:
        if outcome in {Outcome.BAD, Outcome.LEFT_OUT}:
            row = cells[number] + [""] * (len(header) - len(cells[number]))
            shown = ["" if cell == FORMULA else inert(cell) for cell in row]
            yield writer.writerow([*shown, inert("; ".join(problems))])

"""Prepared exports: each person sees their own, while it is made and for a day."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from .. import services
from ..exports import FORMATS
from ..models import ExportJob, JobState
from .downloads import as_download
from .read_only import ReadOnly


class OwnJobs(ReadOnly):
    """Mixin of admin classes of jobs: only the person who asked sees one."""

    opts: Any
    admin_site: admin.AdminSite
    permission = ""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.permission)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(self.permission)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        found: QuerySet = super().get_queryset(request)  # type: ignore[misc]
        return found.filter(by_id=request.user.pk or 0)

    def own(self, request: HttpRequest, pk: str) -> Any:
        """Return a job of this person, if there is one and they may have it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        job = self.get_queryset(request).filter(pk=pk).first() if pk.isdigit() else None
        if job is None:
            raise Http404
        return job

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.progress_view)
        name = f"participants_{self.opts.model_name}_progress"
        found: list[URLPattern] = super().get_urls()  # type: ignore[misc]
        return [path("<int:pk>/progress/", view, name=name), *found]

    def progress_url(self, job: Any) -> str:
        name = f"admin:participants_{self.opts.model_name}_progress"
        return reverse(name, args=[job.pk])

    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say how far a job is, for the script of its page."""
        job = self.own(request, str(pk))
        said = {
            "state": job.state,
            "done": job.done,
            "total": job.total,
            "is_under_way": job.is_under_way,
        }
        return JsonResponse(said, headers={"Cache-Control": "no-store"})


@admin.register(ExportJob)
class ExportJobAdmin(OwnJobs, admin.ModelAdmin):
    permission = "participants.export_registration"
    list_display = ["format_name", "state", "total", "created_at", "expires_at"]
    list_display_links = ["format_name"]
    actions = None

    @admin.display(description=gettext_lazy("Format"))
    def format_name(self, job: ExportJob) -> str:
        return str(FORMATS[job.format].label)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        name = "participants_exportjob"
        stop = wrap(require_POST(self.stop_view))
        return [
            path("<int:pk>/file/", wrap(self.file_view), name=f"{name}_file"),
            path("<int:pk>/stop/", stop, name=f"{name}_stop"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show how far an export is, or where to fetch it."""
        job = self.own(request, object_id)
        context = self.admin_site.each_context(request) | {
            "title": _("Prepared export"),
            "opts": self.opts,
            "job": job,
            "format_name": FORMATS[job.format].label,
            "columns": len(job.columns),
            "progress_url": self.progress_url(job),
        }
        return TemplateResponse(request, "admin/participants/export_job.html", context)

    def file_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Hand out a file that is ready and not too old, to who asked for it."""
        job = self.own(request, str(pk))
        is_there = job.state == JobState.DONE and job.expires_at > timezone.now()
        if not is_there or not job.file.storage.exists(job.file.name):
            raise Http404
        services.log_export(job.by, job.format, job.total, f"file of export {job.pk}")
        return as_download(FileResponse(job.file.open("rb")), job.format)

    def stop_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Stop an export, or delete its file before its time."""
        services.delete_export(self.own(request, str(pk)))
        self.message_user(request, _("The export and its file are deleted."))
        return HttpResponseRedirect(
            reverse("admin:participants_registration_changelist")
        )

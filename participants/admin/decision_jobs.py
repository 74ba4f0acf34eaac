"""Decisions on many registrations: each person sees how far their own are."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from .. import services
from ..models import DecisionJob
from .bulk import refused_rows
from .export_jobs import OwnJobs

SHOWN = 1_000  # of those refused; a page of them all would be too long to read


@admin.register(DecisionJob)
class DecisionJobAdmin(OwnJobs, admin.ModelAdmin):
    permission = "participants.change_registration"
    list_display = ["action", "state", "total", "created_at", "finished_at"]
    actions = None

    def get_urls(self) -> list[URLPattern]:
        stop = self.admin_site.admin_view(require_POST(self.stop_view))
        name = "participants_decisionjob_stop"
        return [path("<int:pk>/stop/", stop, name=name), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show how far it is, and what became of every row."""
        job = self.own(request, object_id)
        context = self.admin_site.each_context(request) | {
            "title": job.get_action_display(),
            "opts": self.opts,
            "job": job,
            "was_done": job.done - job.refused_count,
            "was_refused": job.refused_count,
            "was_left": job.total - job.done,
            "reasons": [(text, len(keys)) for text, keys in job.refused.items()],
            "refused": refused_rows(job.refused, SHOWN),
            "progress_url": self.progress_url(job),
        }
        template = "admin/participants/decision_job.html"
        return TemplateResponse(request, template, context)

    def stop_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Leave what is not decided yet as it is."""
        services.stop_decision(self.own(request, str(pk)))
        self.message_user(request, _("Stopped. What is decided already stays."))
        return HttpResponseRedirect(
            reverse("admin:participants_decisionjob_change", args=[pk])
        )

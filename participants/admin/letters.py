"""Letters of nomination: looked at, attached to others, and approving without one."""

from collections.abc import Callable

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..forms import AdmitForm
from ..models import NominationLetter, Registration
from ..uploads import letter_file
from .read_only import ReadOnly


@admin.register(NominationLetter)
class NominationLetterAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["created_at", "kind", "people"]
    list_filter = ["kind"]
    search_fields = ["registrations__search_key"]
    show_full_result_count = False
    fields = ["created_at", "kind", "people", "download"]
    readonly_fields = ["created_at", "kind", "people", "download"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[NominationLetter]:
        return super().get_queryset(request).prefetch_related("registrations")

    @admin.display(description=gettext_lazy("whom it names"))
    def people(self, letter: NominationLetter) -> str:
        return ", ".join(str(row) for row in letter.registrations.all()) or "—"

    @admin.display(description=gettext_lazy("file"))
    def download(self, letter: NominationLetter) -> SafeString:
        address = reverse("admin:participants_nominationletter_file", args=[letter.pk])
        return format_html('<a href="{}">{}</a>', address, _("Download"))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.send_file)
        name = "participants_nominationletter_file"
        return [path("<int:pk>/file/", view, name=name), *super().get_urls()]

    def send_file(self, request: HttpRequest, pk: int) -> FileResponse:
        """Send the file to staff who may see letters, to nobody else."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return letter_file(get_object_or_404(NominationLetter, pk=pk))


class ApprovesWithoutLetter:
    """The action of the list of registrations that overrides a missing letter."""

    _ask: Callable[..., HttpResponse | None]

    @admin.action(
        description=gettext_lazy("Approve without the letter of nomination"),
        permissions=["change"],
    )
    def approve_without_letter(
        self, request: HttpRequest, queryset: QuerySet[Registration]
    ) -> HttpResponse | None:
        title = _("Approve without the letter of nomination")
        return self._ask(request, queryset, AdmitForm, title)

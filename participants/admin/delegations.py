"""Who speaks for delegations, and the organizations the form suggests."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .. import services
from ..models import FocalPoint, Organisation
from ..text import validate_email


class FocalPointForm(ModelForm):
    class Meta:
        model = FocalPoint
        fields = ["delegation", "email", "language", "is_active"]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        validate_email(email)
        return email


@admin.register(FocalPoint)
class FocalPointAdmin(admin.ModelAdmin):
    form = FocalPointForm
    list_display = ["delegation", "email", "language", "is_active"]
    list_filter = ["is_active", "language"]
    list_select_related = ["delegation"]
    search_fields = ["email", "delegation__name_en", "delegation__name_fr"]
    autocomplete_fields = ["delegation"]
    view_on_site = False  # the address of that page is the focal point's key
    actions = ["mail_link", "mail_new_link"]

    def save_model(
        self, request: HttpRequest, obj: FocalPoint, form: ModelForm, change: Any
    ) -> None:
        """Mail the link to a new address; one that changed kills the older links."""
        super().save_model(request, obj, form, change)
        if obj.is_active and "email" in form.changed_data:
            services.send_link(obj, anew=bool(change))

    @admin.action(description=_("Mail the link"), permissions=["change"])
    def mail_link(self, request: HttpRequest, queryset: QuerySet[FocalPoint]) -> None:
        self._mail(request, queryset, anew=False)

    @admin.action(
        description=_("Mail a new link, the older ones die"), permissions=["change"]
    )
    def mail_new_link(
        self, request: HttpRequest, queryset: QuerySet[FocalPoint]
    ) -> None:
        self._mail(request, queryset, anew=True)

    def _mail(
        self, request: HttpRequest, queryset: QuerySet[FocalPoint], *, anew: bool
    ) -> None:
        active = list(queryset.filter(is_active=True).select_related("delegation"))
        for focal_point in active:
            services.send_link(focal_point, anew=anew)
        text = ngettext("%(n)s mail queued.", "%(n)s mails queued.", len(active))
        self.message_user(request, text % {"n": len(active)}, messages.SUCCESS)


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    list_display = ["name"]
    search_fields = ["name"]

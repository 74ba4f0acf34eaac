"""Rights inside a form: a translator writes the texts of the own languages alone."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest

from .models import Session
from .models.translated import TARGETS, column


def languages_of(user: Any) -> list[str]:
    """List the languages into which this person may translate."""
    return [
        code
        for code, _name in TARGETS
        if user.has_perm(f"conversation.translate_{code.replace('-', '_')}")
    ]


def columns_of(model: type[models.Model], user: Any) -> set[str]:
    """Name the columns of a model that hold texts in this person's languages."""
    from modeltranslation.translator import translator  # noqa: PLC0415 (after models)

    fields = translator.get_options_for_model(model).all_fields
    return {column(field, code) for field in fields for code in languages_of(user)}


class TextRights(admin.options.BaseModelAdmin):
    """Mixin of admin classes of translated rows, and of their inlines.

    Who may not change a row but translates may change it on its form, where all other
    fields are read-only, and on the pages of its translations; on no other page, so
    that nothing new that asks ``has_change_permission`` opens by itself.
    """

    def may_change_all(self, request: HttpRequest) -> bool:
        return super().has_change_permission(request)

    def may_write(self, request: HttpRequest, language: str) -> bool:
        return self.may_change_all(request) or language in languages_of(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if super().has_change_permission(request, obj):
            return True
        return (
            self._is_page_for_translators(request)
            and self.has_view_permission(request, obj)
            and bool(languages_of(request.user))
        )

    def _is_page_for_translators(self, request: HttpRequest) -> bool:
        opts = getattr(self, "parent_model", self.model)._meta  # noqa: SLF001
        row = f"{opts.app_label}_{opts.model_name}"
        pages = {f"{row}_change", f"{row}_confirm", f"{row}_translations_in"}
        match = request.resolver_match
        return match is not None and match.url_name in pages

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = [*super().get_readonly_fields(request, obj)]
        if not self.may_change_all(request):
            if self._is_page_for_translators(request):
                shown = flatten_fieldsets(self.get_fieldsets(request, obj))
                own = columns_of(self.model, request.user)
                fields += [name for name in shown if name not in own]
        elif self.model is Session and not request.user.has_perm(
            "conversation.publish_session"
        ):
            fields.append("status")
        return fields

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if self.may_change_all(request) or obj is None:
            return super().get_prepopulated_fields(request, obj)
        return {}


class TextRightsOnSave(TextRights, admin.ModelAdmin):
    """The same for rows with a form of their own: what is saved is judged again."""

    def save_model(
        self, request: HttpRequest, obj: Any, form: ModelForm, change: bool
    ) -> None:
        if not self.may_change_all(request):
            _refuse_others(request, self.model, form)
        super().save_model(request, obj, form, change)

    def save_formset(
        self, request: HttpRequest, form: Any, formset: Any, change: bool
    ) -> None:
        if not self.may_change_all(request):
            if formset.deleted_forms or any(
                row.has_changed() for row in formset.extra_forms
            ):
                raise PermissionDenied
            for row in formset.forms:
                _refuse_others(request, formset.model, row)
        super().save_formset(request, form, formset, change)


def _refuse_others(
    request: HttpRequest, model: type[models.Model], form: ModelForm
) -> None:
    """Refuse a form that changes anything but texts in this person's languages."""
    if not form.has_changed():
        return
    if not set(form.changed_data) <= columns_of(model, request.user):
        raise PermissionDenied

"""Back office of drafts: save the form as one, look at it, put it live or drop it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import drafts
from .models import Session, SessionDraft


class TimeForm(forms.Form):
    """When a draft goes live by itself; empty: when somebody says so."""

    publish_at = forms.DateTimeField(
        label=gettext_lazy("Goes live at"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("Empty: only when somebody says so."),
    )

    def clean_publish_at(self) -> Any:
        at = self.cleaned_data["publish_at"]
        if at and at <= timezone.now():
            raise ValidationError(_("This moment has passed."), code="past")
        return at


class DraftAdmin(admin.ModelAdmin):
    """The form of a session can be kept as a draft instead of being saved."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        name = "conversation_session_draft"
        return [
            path("<int:pk>/draft/", wrap(self.draft_view), name=name),
            path(
                "<int:pk>/draft/preview/",
                wrap(self.draft_preview),
                name=f"{name}_preview",
            ),
            *super().get_urls(),
        ]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Keep a draft if the form is right; else show it as always."""
        if request.method == "POST" and "_save_draft" in request.POST and object_id:
            session = self.get_object(request, object_id)
            if not self.may_change_all(request):  # type: ignore[attr-defined]
                raise PermissionDenied  # a translator's form holds no whole session
            if session is not None:
                return self._keep(request, session) or self._refused(request, object_id)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _keep(self, request: HttpRequest, session: Any) -> HttpResponse | None:
        """Store what was posted; None when the form refuses it."""
        data = drafts.payload(request.POST)
        user: Any = request.user
        if any(request.FILES.values()):
            text = _("Files cannot wait in a draft: save them first.")
            self.message_user(request, text, messages.WARNING)
        try:
            with transaction.atomic():
                drafts.apply(session, data, user)
                transaction.set_rollback(True)
        except ValidationError:
            # The view refuses it for the same reasons, and says so at the fields.
            return None
        fields = {"data": data, "saved_by": user, "problem": ""}
        if not self._may_publish(request):
            fields["publish_at"] = None  # set for another text, by who may
        SessionDraft.objects.update_or_create(session=session, defaults=fields)
        self.log_change(request, session, "Draft saved.")
        return HttpResponseRedirect(_url(session))

    def _refused(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the form with what it refuses; whatever happens, nothing goes live."""
        with transaction.atomic():
            response = super().changeform_view(request, object_id)
            transaction.set_rollback(True)
        return response

    def draft_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show a draft; drop it, or, who may publish, put it live or set its time."""
        session = self._row(request, pk, to_change=True)  # type: ignore[attr-defined]
        draft = get_object_or_404(SessionDraft, session=session)
        form = TimeForm(initial={"publish_at": draft.publish_at})
        if request.method == "POST":
            if "drop" in request.POST:
                draft.delete()
                self.log_change(request, session, "Draft dropped.")
                self.message_user(request, _("The draft is dropped."), messages.SUCCESS)
                return self._to_form(session)  # type: ignore[attr-defined, no-any-return]
            if not self._may_publish(request):
                raise PermissionDenied
            if "publish" in request.POST:
                return self._publish(request, draft)
            form = TimeForm(request.POST)
            if form.is_valid():
                draft.publish_at, draft.problem = form.cleaned_data["publish_at"], ""
                draft.save()
                return HttpResponseRedirect(_url(session))
        context = self.admin_site.each_context(request) | {
            "title": _("Draft"),
            "opts": self.opts,
            "session": session,
            "draft": draft,
            "form": form,
            "may_publish": self._may_publish(request),
            "fields": [(n, v) for n, values in draft.data.items() for v in values],
        }
        return TemplateResponse(request, "admin/conversation/draft.html", context)

    def _may_publish(self, request: HttpRequest) -> bool:
        return request.user.has_perm("conversation.publish_session")

    def _publish(
        self, request: HttpRequest, draft: SessionDraft
    ) -> HttpResponseRedirect:
        session = draft.session
        try:
            drafts.publish(draft)
        except ValidationError as refusal:
            for text in refusal.messages:
                self.message_user(request, text, messages.ERROR)
            return HttpResponseRedirect(_url(session))
        self.message_user(request, _("The draft is live."), messages.SUCCESS)
        name = "admin:conversation_session_change"
        return HttpResponseRedirect(reverse(name, args=[session.pk]))

    def draft_preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the page as it will be: save the draft, make the page, roll back."""
        session = self._row(request, pk, to_change=True)  # type: ignore[attr-defined]
        draft = get_object_or_404(SessionDraft, session=session)
        try:
            with transaction.atomic():
                new = drafts.apply(session, draft.data, draft.saved_by)
                view, _args, path_of = resolve(new.get_absolute_url())
                request.GET = QueryDict("preview")
                response: HttpResponse = view(request, **path_of)
                transaction.set_rollback(True)
        except ValidationError as refusal:
            for text in refusal.messages:
                self.message_user(request, text, messages.ERROR)
            return HttpResponseRedirect(_url(session))
        return response


def _url(session: Session) -> str:
    return reverse("admin:conversation_session_draft", args=[session.pk])

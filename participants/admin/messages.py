"""Messages: written, looked at as a recipient gets them, sent, watched, stopped."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sessions.models.translated import TARGETS
from sessions.texts_admin import LANGUAGE_TABS, other_languages

from .. import services
from ..emails import preview
from ..emails.mailing import Mailing
from ..emails.placeholders import NAMES
from ..message_forms import MessageForm
from ..models import EmailMessage, Message, Registration
from ..models.message import SEGMENT_FIELDS
from ..models.registration import RegistrationQuerySet
from .session_changes import change_session_view

MOST_FOUND = 12
SEND = "participants.send_message"


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin):
    form = MessageForm
    list_display = ["title", "session", "kind", "state", "progress", "created_at", "by"]
    list_filter = ["state", "kind", "session"]
    list_select_related = ["session", "by"]
    search_fields = ["subject_en"]
    show_full_result_count = False
    fieldsets = [
        (None, {"fields": ["session"]}),
        (gettext_lazy("Recipients"), {"fields": [*SEGMENT_FIELDS]}),
        ("English", {"fields": ["subject_en", "body_en"]}),
        *other_languages("subject", "body"),
    ]

    class Media:
        js: ClassVar = [LANGUAGE_TABS]

    # Who may what ---------------------------------------------------------------

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(SEND)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(SEND)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(SEND)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_open = obj is None or obj.state == Message.State.DRAFT
        return is_open and request.user.has_perm(SEND)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and self.has_change_permission(request, obj)

    # Writing --------------------------------------------------------------------

    @admin.display(description=gettext_lazy("subject"))
    def title(self, message: Message) -> str:
        return str(message)

    @admin.display(description=gettext_lazy("mails written"))
    def progress(self, message: Message) -> str:
        return f"{message.written} / {message.recipients_expected}"

    def save_model(
        self, request: HttpRequest, obj: Message, form: Any, change: bool
    ) -> None:
        if not change:
            obj.by = _by(request)
        super().save_model(request, obj, form, change)

    def response_add(
        self, request: HttpRequest, obj: Message, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._to_preview(request, obj) or super().response_add(request, obj)

    def response_change(self, request: HttpRequest, obj: Message) -> HttpResponse:
        return self._to_preview(request, obj) or super().response_change(request, obj)

    def _to_preview(self, request: HttpRequest, obj: Message) -> HttpResponse | None:
        if "_save" not in request.POST:
            return None
        return HttpResponseRedirect(
            reverse("admin:participants_message_preview", args=[obj.pk])
        )

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a draft as a form, and of any other message how far it is."""
        message = self.get_object(request, object_id) if object_id else None
        if message is not None and message.state != Message.State.DRAFT:
            return self._progress(request, message)
        context = {"placeholders": NAMES.items(), **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)

    def _progress(self, request: HttpRequest, message: Message) -> HttpResponse:
        if request.method == "POST" or not self.has_view_permission(request, message):
            raise PermissionDenied
        mailing = Mailing(message)
        context = self.admin_site.each_context(request) | {
            "title": str(message),
            "opts": self.opts,
            "message": message,
            "mails": _mails_of(message),
            "previews": [
                preview.show(mailing, preview.sample(message, code))
                for code in _codes(message)
            ],
        }
        template = "admin/participants/message/progress.html"
        return TemplateResponse(request, template, context)

    # Looking, sending, stopping -------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        def view(route: str, view: Any, name: str) -> URLPattern:
            wrapped = self.admin_site.admin_view(view)
            made: URLPattern = path(route, wrapped, name=f"participants_message_{name}")
            return made

        return [
            view("<int:pk>/preview/", self.preview, "preview"),
            view("<int:pk>/stop/", self.stop, "stop"),
            view("session/<int:pk>/<str:kind>/", self.change_session, "change_session"),
            *super().get_urls(),
        ]

    def change_session(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        context = self.admin_site.each_context(request) | {"opts": self.opts}
        return change_session_view(request, pk, kind, context)

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show a draft as recipients get it; POST sends a test, or lets it go."""
        message = self._get(request, pk)
        if message.state != Message.State.DRAFT:
            return HttpResponseRedirect(_page_of(message))
        recipients = message.recipients()
        chosen = _chosen(request, recipients) or preview.sample(
            message, request.LANGUAGE_CODE
        )
        if request.method == "POST" and self._act(request, message, chosen):
            return HttpResponseRedirect(_page_of(message))
        mailing = Mailing(message)
        question = request.GET.get("q", "")[:100]
        by_language = dict(
            recipients.order_by().values_list("language").annotate(n=Count("pk"))
        )
        context = self.admin_site.each_context(request) | {
            "title": _("Look at it and send it"),
            "opts": self.opts,
            "message": message,
            "count": sum(by_language.values()),
            "versions": [
                (name, by_language.get(code, 0), message.is_written_in(code))
                for code, name in _all_languages()
            ],
            "chosen": chosen,
            "shown": preview.show(mailing, chosen),
            "others": [
                preview.show(mailing, preview.sample(message, code))
                for code in _codes(message)
            ],
            "question": question,
            "found": recipients.matching(question).order_by("pk")[:MOST_FOUND],
        }
        return TemplateResponse(
            request, "admin/participants/message/preview.html", context
        )

    def _act(
        self, request: HttpRequest, message: Message, chosen: Registration
    ) -> bool:
        """Send a test or let the message go; say whether it has left."""
        if "test" in request.POST:
            to = getattr(request.user, "email", "")
            if not to:
                text = _("Your account has no e-mail address.")
                self.message_user(request, text, messages.ERROR)
                return False
            preview.queue_test(message, chosen, to)
            self.message_user(request, _("A test is on its way to you."))
            return False
        expected = request.POST.get("expected", "")
        try:
            services.send_message(
                message,
                by=_by(request),
                expected=int(expected) if expected.isdecimal() else -1,
            )
        except ValidationError as error:
            self.message_user(request, error.messages[0], messages.ERROR)
            return False
        self.log_change(request, message, "sent")
        return True

    def stop(self, request: HttpRequest, pk: int) -> HttpResponse:
        message = self._get(request, pk)
        if request.method == "POST":
            try:
                gone = services.stop_message(message)
            except ValidationError as error:
                self.message_user(request, error.messages[0], messages.ERROR)
            else:
                text = ngettext(
                    "Stopped. %(n)s mail had gone out.",
                    "Stopped. %(n)s mails had gone out.",
                    gone,
                )
                self.message_user(request, text % {"n": gone}, messages.SUCCESS)
                self.log_change(request, message, "stopped")
        return HttpResponseRedirect(_page_of(message))

    def _get(self, request: HttpRequest, pk: int) -> Message:
        if not request.user.has_perm(SEND):
            raise PermissionDenied
        rows = Message.objects.select_related("session")
        message: Message = get_object_or_404(rows, pk=pk)
        return message


def _page_of(message: Message) -> str:
    return reverse("admin:participants_message_change", args=[message.pk])


def _all_languages() -> list[tuple[str, str]]:
    return [("en", "English"), *TARGETS]


def _codes(message: Message) -> list[str]:
    """Name the languages to show: those that have words of their own."""
    is_message = message.kind == Message.Kind.MESSAGE
    codes = [code for code, _name in _all_languages()]
    return [c for c in codes if not is_message or message.is_written_in(c)]


def _chosen(
    request: HttpRequest, recipients: RegistrationQuerySet
) -> Registration | None:
    """Find the recipient whose mail is to be shown: the one asked for, or the first."""
    rows = recipients.select_related("delegation").order_by("pk")
    asked = request.POST.get("recipient") or request.GET.get("recipient", "")
    if asked.isdecimal() and len(asked) < 19:  # noqa: PLR2004 (digits of a key)
        return rows.filter(pk=int(asked)).first() or rows.first()
    return rows.first()


def _mails_of(message: Message) -> list[tuple[str, int, str]]:
    """Count a message's mails by state, each with the list behind it."""
    counted = message.emails.order_by().values_list("state").annotate(n=Count("pk"))
    counts = dict(counted)
    page = reverse("admin:participants_emailmessage_changelist")
    query = f"{page}?message__id__exact={message.pk}&state__exact="
    return [
        (str(state.label), counts[state], query + state.value)
        for state in EmailMessage.State
        if state in counts
    ]


def _by(request: HttpRequest) -> User:
    """Return who acts; the admin lets nobody else in."""
    assert isinstance(request.user, User)  # noqa: S101 (for the type checker)
    return request.user

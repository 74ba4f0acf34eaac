"""The list of participants: look at it, issue it, take it, see what changed."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sessions.models import Session

from ..exports.list_changes import changes
from ..exports.list_flags import flags
from ..exports.list_of_participants import Content, entries, entry_text, list_content
from ..models import Delegation, Edition
from ..services.editions import TYPES, issue_edition, list_file
from .list_order import MemberFormSet, members, save_order
from .paper import file_answer, log, require
from .read_only import ReadOnly

DIGITS = 9  # of a key that a database takes for sure


class ListForm(forms.Form):
    """Which list: of which session, for whom, and how it shows who is online."""

    session = forms.ModelChoiceField(
        Session.objects.all(), label=gettext_lazy("Session")
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("For whom"),
        choices=[
            ("everyone", gettext_lazy("Everyone")),
            ("participants", gettext_lazy("Participants only")),
        ],
        initial="everyone",
        required=False,
        help_text=gettext_lazy(
            "Delegations are listed as notified; the public only as each person agreed."
        ),
    )
    marks_remote = forms.BooleanField(
        label=gettext_lazy("Mark who takes part online"), required=False
    )

    def options(self) -> dict[str, Any]:
        return {
            "audience": self.cleaned_data["audience"] or "everyone",
            "marks_remote": self.cleaned_data["marks_remote"],
        }


class IssueForm(ListForm):
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Edition.Kind.choices)


@admin.register(Edition)
class EditionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = [
        "session_number",
        "number",
        "kind",
        "issued_at",
        "issued_by",
        "files",
        "since",
    ]
    list_display_links = ["number"]
    list_filter = ["session"]
    search_fields = ["session__title_en", "session__meeting_code"]
    list_select_related = ["session", "issued_by"]
    ordering = ["-session__number", "-number"]
    readonly_fields = (
        *("session", "number", "kind", "issued_at", "issued_by", "files", "since"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Edition]:
        return super().get_queryset(request).defer("content")

    @admin.display(description=gettext_lazy("session"), ordering="session__number")
    def session_number(self, edition: Edition) -> int:
        return edition.session.number

    @admin.display(description=gettext_lazy("issued by"))
    def by(self, edition: Edition) -> str:
        return str(edition.issued_by or "—")

    @admin.display(description=gettext_lazy("files"))
    def files(self, edition: Edition) -> SafeString:
        name = "admin:participants_edition_"
        return format_html(
            '<a href="{}">PDF</a> · <a href="{}">DOCX</a>',
            reverse(f"{name}file", args=[edition.pk, "pdf"]),
            reverse(f"{name}file", args=[edition.pk, "docx"]),
        )

    @admin.display(description=gettext_lazy("Changes since"))
    def since(self, edition: Edition) -> SafeString:
        url = reverse("admin:participants_edition_changes", args=[edition.pk])
        return format_html('<a href="{}">{}</a>', url, _("Changes since"))

    def get_list_display(self, request: HttpRequest) -> Any:
        return self._offered(request, super().get_list_display(request))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self._offered(request, self.readonly_fields)

    def _offered(self, request: HttpRequest, names: Iterable[Any]) -> list[str]:
        """Offer files only to whom they are given."""
        may = request.user.has_perm("participants.export_registration")
        return [str(name) for name in names if may or name != "files"]

    def get_urls(self) -> list[URLPattern]:
        own = self.admin_site.admin_view
        name = "participants_edition_"
        return [
            path("preview/", own(self.preview), name=f"{name}preview"),
            path("order/", own(self.order), name=f"{name}order"),
            path("draft/<str:kind>/", own(self.draft), name=f"{name}draft"),
            path("<int:pk>/file/<str:kind>/", own(self.file), name=f"{name}file"),
            path("<int:pk>/changes/", own(self.changes_since), name=f"{name}changes"),
            *super().get_urls(),
        ]

    def preview(self, request: HttpRequest) -> HttpResponse:
        """Show the list as it stands with an editor's doubts; a POST issues it."""
        require(request, "view_registration")
        if request.method == "POST":
            return self._issue(request)
        form = ListForm(request.GET or None)
        context: dict[str, Any] = {"form": form}
        if form.is_valid():
            context |= _preview(form)
        return self._page(request, "preview", _("List of participants"), context)

    def _issue(self, request: HttpRequest) -> HttpResponse:
        require(request, "issue_edition")
        form = IssueForm(request.POST)
        if form.is_valid():
            assert isinstance(request.user, User)  # noqa: S101 (for the type checker)
            session, kind = form.cleaned_data["session"], form.cleaned_data["kind"]
            options = form.options()
            try:
                edition = issue_edition(session, kind=kind, by=request.user, **options)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                details = f"edition {edition.number} of session {session.number}"
                log(request, Edition, "edition issued", details)
                text = _("Edition %(number)s is issued.") % {"number": edition.number}
                self.message_user(request, text, messages.SUCCESS)
                return redirect("admin:participants_edition_changelist")
        context = {"form": form, "issue": form}
        return self._page(request, "preview", _("List of participants"), context)

    def order(self, request: HttpRequest) -> HttpResponse:
        """Set ranks, positions and names as listed of one delegation."""
        require(request, "change_registration")
        session = get_object_or_404(Session, pk=_key(request.GET.get("session", "")))
        delegation = get_object_or_404(
            Delegation, pk=_key(request.GET.get("delegation", ""))
        )
        rows = members(session, delegation)
        formset = MemberFormSet(request.POST or None, queryset=rows)
        if formset.is_valid():
            count = save_order(formset, request)
            text = ngettext(
                "%(n)s registration done.", "%(n)s registrations done.", count
            )
            self.message_user(request, text % {"n": count}, messages.SUCCESS)
            return redirect(request.get_full_path())
        context = {"session": session, "delegation": delegation, "formset": formset}
        return self._page(request, "order", _("Order of a delegation"), context)

    def draft(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Give the list as it stands, marked as a draft."""
        require(request, "view_registration", "export_registration")
        form = ListForm(request.GET)
        if kind not in TYPES or not form.is_valid():
            raise Http404
        session = form.cleaned_data["session"]
        content = list_content(session, **form.options())
        log(request, Edition, "draft taken", f"{kind} of session {session.number}")
        made = list_file(content, kind, at=timezone.now())
        return file_answer(made, f"list-{session.number}-draft.{kind}", TYPES[kind])

    def file(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        """Make an edition again, as it was issued."""
        require(request, "view_edition", "export_registration")
        edition = get_object_or_404(Edition.objects.select_related("session"), pk=pk)
        if kind not in TYPES:
            raise Http404
        name = f"list-{edition.session.number}-{edition.number}.{kind}"
        log(request, Edition, "edition taken", name)
        made = list_file(edition.content, kind, at=edition.issued_at)
        return file_answer(made, name, TYPES[kind])

    def changes_since(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what changed from an edition to a later one, or to the list as it is."""
        require(request, "view_edition", "view_registration")
        edition = get_object_or_404(Edition.objects.select_related("session"), pk=pk)
        others = Edition.objects.filter(
            session=edition.session, number__gt=edition.number
        ).defer("content")
        later = None
        if "with" in request.GET:
            later = get_object_or_404(others, pk=_key(request.GET["with"]))
        new = later.content if later else _as_issued(edition)
        context = {
            "edition": edition,
            "later": later,
            "others": others.order_by("number"),
            "changes": changes(edition.content, new),
        }
        return self._page(request, "changes", _("Changes since"), context)

    def _page(
        self, request: HttpRequest, name: str, title: str, context: dict[str, Any]
    ) -> HttpResponse:
        shared = self.admin_site.each_context(request)
        context = shared | {"title": title, "opts": self.opts} | context
        template = f"admin/participants/edition/{name}.html"
        return TemplateResponse(request, template, context)


def _preview(form: ListForm) -> dict[str, Any]:
    session: Session = form.cleaned_data["session"]
    content = list_content(session, **form.options())
    initial = {"session": session, **form.options()}
    issue = IssueForm(initial=initial)
    for name in ["session", "audience", "marks_remote"]:
        issue.fields[name].widget = forms.HiddenInput()
    return {
        "session": session,
        "sections": _lines(content),
        "count": len(entries(content)),
        "flags": flags(content),
        "issue": issue,
    }


def _lines(content: Content) -> list[dict[str, Any]]:
    """Prepare sections for the page: each entry as its line, with its registration."""
    return [
        {
            "heading": "/".join(section["heading"]),
            "count": sum(len(group["entries"]) for group in section["groups"]),
            "groups": [
                (
                    group["heading"],
                    group.get("delegation"),
                    [(entry_text(one), one.get("pk")) for one in group["entries"]],
                )
                for group in section["groups"]
            ],
        }
        for section in content["sections"]
    ]


def _as_issued(edition: Edition) -> Content:
    """Return the list as it stands under the options of an edition."""
    content = edition.content
    return list_content(
        edition.session,
        audience=content["audience"],
        marks_remote=content["marks_remote"],
    )


def _key(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else 0

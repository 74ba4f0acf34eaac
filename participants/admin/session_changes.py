"""A session is postponed, moved or cancelled: what is said of it is shown first."""

from copy import copy
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from sessions.models import Session
from sessions.models.translated import TARGETS

from .. import services
from ..emails import preview
from ..emails.facts import Hours
from ..emails.mailing import Mailing, remember
from ..message_forms import CHANGE_FORMS, ChangeForm
from ..models import Message
from ..services.session_changes import apply, moved
from ..session_people import TITLES

# It writes to everybody; who edits sessions without that right changes no dates here.
PERMISSIONS = ["participants.send_message", "participants.reschedule_session"]


def change_session_view(
    request: HttpRequest, pk: int, kind: str, context: dict[str, Any]
) -> HttpResponse:
    """Ask what changes, show the mail about it, then do both in one transaction."""
    if not request.user.has_perms(PERMISSIONS):
        raise PermissionDenied
    if kind not in CHANGE_FORMS:
        raise Http404
    session = get_object_or_404(Session, pk=pk)
    message = Message(session=session, kind=kind)
    form = CHANGE_FORMS[kind](request.POST or None, instance=message)
    expected = message.recipients().count()
    is_judged = form.is_valid() and _judge(form, session)
    if is_judged and "sure" in request.POST and _change(request, form):
        return redirect("admin:participants_message_change", message.pk)
    context |= {
        "title": TITLES[Message.Kind(kind)],
        "session": session,
        "form": form,
        "expected": expected,
        "previews": [],
    }
    if is_judged and "edit" not in request.POST:
        context["previews"] = _previews(form)
    return TemplateResponse(
        request, "admin/participants/message/change_session.html", context
    )


def _judge(form: ChangeForm, session: Session) -> bool:
    """Ask the session's own rules about what is to change."""
    draft = _draft(form, session)
    try:
        draft.session.validate_constraints()
    except ValidationError as error:
        form.add_error(None, error.messages[0])
    return form.is_valid()


def _draft(form: ChangeForm, session: Session) -> Message:
    """Return the message as it would be, about a session that is not stored."""
    draft: Message = copy(form.instance)
    draft.before = remember(session)
    draft.session = copy(session)
    apply(draft, form.values())
    return draft


def _previews(form: ChangeForm) -> list[dict[str, str]]:
    mailing = Mailing(_draft(form, form.instance.session))
    if mailing.hours.begins and mailing.hours.ends:
        begins = mailing.hours.begins
        mailing.hours = Hours(
            moved(begins, mailing.session, begins),
            moved(mailing.hours.ends, mailing.session, begins),
        )
    codes = ["en", *(code for code, _name in TARGETS)]
    return [
        preview.show(mailing, preview.sample(mailing.message, code)) for code in codes
    ]


def _change(request: HttpRequest, form: ChangeForm) -> bool:
    expected = request.POST.get("expected", "")
    assert isinstance(request.user, User)  # noqa: S101 (for the type checker)
    try:
        services.change_session(
            form.instance,
            by=request.user,
            expected=int(expected) if expected.isdecimal() else -1,
            **form.values(),
        )
    except ValidationError as error:
        form.add_error(None, error.messages[0])
        return False
    text = _("The session is changed. The mails go out in ten minutes, unless stopped.")
    messages.success(request, text)
    return True

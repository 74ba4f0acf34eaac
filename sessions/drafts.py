"""Drafts of sessions: kept, shown, and put live whole by hand or at their time."""

import logging
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import all_valid
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from .models import Session, SessionDraft

logger = logging.getLogger(__name__)

# What the form posts beside its fields.
NO_FIELDS = {"csrfmiddlewaretoken", "_save_draft", "_edit_draft", "_save", "_continue"}


def payload(post: QueryDict) -> dict[str, list[str]]:
    """Return what a draft stores of a posted form."""
    return {
        name: list(map(str, values))
        for name, values in post.lists()
        if name not in NO_FIELDS
    }


def apply(session: Session, data: dict[str, list[str]], user: User) -> Session:
    """Save a payload through the form of the admin, as if this person posted it now.

    To be called in a transaction. Raises ValidationError with what the form refuses.
    """
    model_admin: Any = admin.site.get_model_admin(Session)
    request = _posted(data, user)
    row = model_admin.get_object(request, str(session.pk))
    if row is None or not model_admin.has_change_permission(request, row):
        text = _("%(who)s may not change this session any more.")
        raise ValidationError(text, params={"who": user.get_username()})
    make_form = model_admin.get_form(request, row, change=True)
    form = make_form(request.POST, request.FILES, instance=row)
    is_valid = form.is_valid()
    rows, _inlines = model_admin._create_formsets(  # noqa: SLF001 (Django has no other way)
        request, form.instance, change=True
    )
    if not all_valid(rows) or not is_valid:
        raise ValidationError(_problems(form, rows))
    new: Session = model_admin.save_form(request, form, change=True)
    model_admin.save_model(request, new, form, change=True)
    model_admin.save_related(request, form, rows, change=True)
    message = model_admin.construct_change_message(request, form, rows)
    model_admin.log_change(request, new, message)
    return new


def _posted(data: dict[str, list[str]], user: User) -> HttpRequest:
    request = HttpRequest()
    request.method = "POST"
    post = QueryDict(mutable=True)
    for name, values in data.items():
        post.setlist(name, values)
    request.POST = post
    request.user = user
    return request


def _problems(form: Any, rows: list[Any]) -> list[str]:
    """List what is wrong, with the names of the fields and without links."""
    forms = [form, *(one for formset in rows for one in formset.forms)]
    found = [
        f"{one.fields[name].label}: {strip_tags(text)}" if name in one.fields else text
        for one in forms
        for name, texts in one.errors.items()
        for text in texts
    ]
    return found + [text for formset in rows for text in formset.non_form_errors()]


@transaction.atomic
def publish(draft: SessionDraft) -> Session:
    """Put a draft live whole, and remove it. Raises ValidationError."""
    session = apply(draft.session, draft.data, draft.saved_by)
    draft.delete()
    return session


def publish_due() -> int:
    """Publish the drafts whose time has come; return how many went live.

    What the form refuses stays a draft with the reason, for staff to look at.
    """
    done = 0
    for key in SessionDraft.objects.due(timezone.now()).values_list("pk", flat=True):
        done += _publish_one(key)
    return done


@transaction.atomic
def _publish_one(key: int) -> int:
    """Publish one draft under its lock: another worker may have been faster."""
    due = SessionDraft.objects.due(timezone.now()).select_for_update(skip_locked=True)
    draft = due.filter(pk=key).select_related(None).first()
    if draft is None:
        return 0
    try:
        publish(draft)
    except ValidationError as refusal:
        draft.problem = "\n".join(refusal.messages)
        draft.save(update_fields=["problem"])
        logger.warning("The draft of session %s did not go live.", draft.session_id)
        return 0
    return 1

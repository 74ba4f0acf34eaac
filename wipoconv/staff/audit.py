"""Who changed what, when, from which value; who signed in, who took an export.

It never holds a personal value, or an erasure would be a lie: registrations and people
are not in it (their states are in Transition), and what names a person on the podium is
left out by field.
"""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.apps import apps
from django.contrib.admin.models import LogEntry as AdminLogEntry
from django.contrib.auth import signals as auth
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.db.models.signals import post_save, pre_save
from django.http import HttpRequest, HttpResponse
from modeltranslation.translator import NotRegistered, translator

# Models whose rows are logged by value, and what of them is not. A model that is made
# later is added here by hand: somebody decides whether its values are personal.
LOGGED: dict[str, set[str]] = {
    "conversation.AgendaItem": set(),
    "conversation.Appearance": set(),
    "conversation.Document": set(),
    "conversation.ReportedAttendance": set(),
    "conversation.ReservedPlaces": set(),
    "conversation.Session": {"updated_at"},
    "conversation.Source": set(),
    "conversation.Speaker": {"name", "biography", "photo", "country"},
    "conversation.Theme": set(),
    "conversation.Topic": set(),
    "participants.DeclineReason": set(),
    "participants.Delegation": set(),
    "participants.DoorAssignment": set(),
    "participants.FocalPoint": {"email", "epoch"},
    "participants.Organisation": set(),
    "participants.PublicTable": set(),
    "auth.Group": set(),
    "auth.User": {"password", "last_login", "email", "first_name", "last_name"},
}
NOT_LOGGED = {
    "conversation.ContentVersion": "a counter",
    "conversation.SessionDraft": "goes live through the session, which is logged",
    "participants.CheckIn": "says itself who and when",
    "participants.DecisionJob": "decisions are logged by themselves",
    "participants.Edition": "never changes and says who issued it when",
    "participants.EmailMessage": "is a log",
    "participants.ExportChoice": "a convenience of one person",
    "participants.ExportJob": "exports are logged by themselves",
    "participants.ImportJob": "holds what was brought; says itself who and when",
    "participants.ImportMapping": "a convenience",
    "participants.Message": "may name people; says itself who and when",
    "participants.NominationLetter": "personal; that it came is in Transition",
    "participants.NotTheSame": "names two participants",
    "participants.Participant": "personal",
    "participants.PrintRun": "says itself who and when",
    "participants.PrintedBadge": "personal",
    "participants.Registration": "personal; its states are in Transition",
    "participants.Transition": "is a log",
}
NAMELESS = {"appearance", "focalpoint", "speaker"}  # rows that are called after people
MANY = {
    "conversation.Session": {"themes"},
    "auth.User": {"groups", "user_permissions"},
    "auth.Group": {"permissions"},
}

_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


def remember_who(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Let what is logged while a request is answered know who asked."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = _request.set(request)
        try:
            return get_response(request)
        finally:
            _request.reset(token)

    return middleware


def begin() -> None:
    """Register the models and listen to what is no change of a row."""
    for name, left_out in LOGGED.items():
        model = apps.get_model(name)
        auditlog.register(
            model,
            exclude_fields=sorted(_columns(model, left_out) | _bases(model)),
            m2m_fields=MANY.get(name, set()),
        )
    pre_save.connect(_name_nobody, sender=LogEntry)
    pre_save.connect(_note_new_password, sender=User)
    post_save.connect(_note_export, sender=AdminLogEntry)
    auth.user_logged_in.connect(_note_sign_in)
    auth.user_logged_out.connect(_note_sign_out)
    auth.user_login_failed.connect(_note_failure)
    account.password_reset.connect(_note_reset)
    mfa.authenticator_added.connect(_note_factor("second factor added"))
    mfa.authenticator_removed.connect(_note_factor("second factor removed"))
    mfa.authenticator_reset.connect(_note_factor("recovery codes renewed"))
    mfa.authentication_failed.connect(_note_factor("wrong second factor"))


def note(row: Model, event: str, **details: str) -> None:
    """Log an event that changes no value of a row."""
    LogEntry.objects.log_create(
        row,
        force_log=True,
        action=LogEntry.Action.ACCESS,
        changes={},
        additional_data={"event": event, **details},
    )


def _columns(model: type[Model], fields: set[str]) -> set[str]:
    """Add to each field its columns in the six languages."""
    names = {field.name for field in model._meta.get_fields()}  # noqa: SLF001
    return {name for name in names for field in fields if _is_of(name, field)}


def _is_of(name: str, field: str) -> bool:
    return name == field or name.startswith(f"{field}_")


def _bases(model: type[Model]) -> set[str]:
    """Name the seventh columns, which repeat a language, and what is reckoned."""
    try:
        fields = translator.get_options_for_model(model).all_fields
    except NotRegistered:
        return set()
    return {*fields, "translated_from"}


def _name_nobody(instance: LogEntry, **_signal: Any) -> None:
    """Say who did it; and keep addresses, networks and names of speakers out."""
    request = _request.get()
    user = getattr(request, "user", None)
    if instance.actor_id is None and isinstance(user, User):
        instance.actor = user
    instance.actor_email = instance.remote_addr = instance.remote_port = None
    if instance.content_type.model in NAMELESS:
        instance.object_repr = f"#{instance.object_pk}"


def _note_sign_in(request: HttpRequest, user: User, **_signal: Any) -> None:
    if user.is_staff:
        note(user, "signed in", actor=user.get_username())


def _note_sign_out(request: HttpRequest, user: User | None, **_signal: Any) -> None:
    if user is not None and user.is_staff:
        note(user, "signed out")


def _note_failure(credentials: dict[str, Any], **_signal: Any) -> None:
    """Log a failed sign-in of a known account; what else was typed is nobody's."""
    user = User.objects.filter(username=credentials.get("username") or "").first()
    if user is not None:
        note(user, "sign-in failed")


def _note_reset(user: User, **_signal: Any) -> None:
    note(user, "password reset by mail")


def _note_factor(event: str) -> Callable[..., None]:
    def receiver(user: User, authenticator: Any = None, **_signal: Any) -> None:
        note(user, event, kind=getattr(authenticator, "type", ""))

    receiver.__name__ = event
    _kept.append(receiver)  # signals hold receivers weakly
    return receiver


_kept: list[Callable[..., None]] = []


def _note_new_password(instance: User, update_fields: Any, **_signal: Any) -> None:
    """Log that a password was changed, which the values never show."""
    if update_fields and "password" not in update_fields:
        return
    before = User.objects.filter(pk=instance.pk).values_list("password", flat=True)
    if before and before[0] != instance.password:
        note(instance, "password changed")


def _note_export(instance: AdminLogEntry, created: bool, **_signal: Any) -> None:
    """Take over what the admin's own log says of no row in particular: exports."""
    if not created or instance.object_id or instance.content_type_id is None:
        return
    LogEntry.objects.create(
        content_type=ContentType.objects.get_for_id(instance.content_type_id),
        object_pk="",
        object_repr=instance.object_repr,
        action=LogEntry.Action.ACCESS,
        actor_id=instance.user_id,
        changes={},
        additional_data={
            "event": instance.object_repr,
            "what": instance.change_message,
        },
    )

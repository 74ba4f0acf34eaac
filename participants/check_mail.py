"""The page after registering: code, resend, correction of the address."""

from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sessions.models import Session

from . import limits, services
from .forms import AddressForm, CodeForm

COOKIE = "registered"
SECONDS = 48 * 3600  # as long as the mailed link works
SALT = "participants.check_mail"


def too_many() -> ValidationError:
    """Return the refusal of somebody who asks too often."""
    text = _("Too many attempts. Please try again later.")
    return ValidationError(text, code="too_many")


def to_check_mail(session: Session, email: str, name_key: str) -> HttpResponse:
    """Redirect to the page; what was typed goes into a signed cookie of this browser.

    It belongs in no URL and no log, and says nothing of what is known here.
    """
    typed = {"session": session.pk, "email": email, "name": name_key}
    response = redirect("participants:check-mail", session.slug)
    response.set_cookie(
        COOKIE,
        signing.dumps(typed, salt=SALT),
        max_age=SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_mail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show which address was typed; take its code, send again, take another address."""
    session = get_object_or_404(Session.objects.public(), slug=slug)
    typed = _typed(request, session)
    if typed is None:
        return redirect("participants:register", slug)
    act = {"code": _confirm, "again": _send_again, "correct": _correct}.get(
        request.POST.get("do", ""), _show
    )
    return act(request, session, typed)


def _typed(request: HttpRequest, session: Session) -> dict[str, Any] | None:
    """Read the cookie, if it is ours, young enough and of this session."""
    try:
        typed: dict[str, Any] = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=SECONDS
        )
    except signing.BadSignature:
        return None
    return typed if typed["session"] == session.pk else None


def _keys(typed: dict[str, Any]) -> dict[str, str]:
    return {"email_key": typed["email"].casefold(), "name_key": typed["name"]}


def _confirm(
    request: HttpRequest, session: Session, typed: dict[str, Any]
) -> HttpResponse:
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            row = services.confirm_by_code(session, **_keys(typed), **form.cleaned_data)
        except ValidationError as error:
            form.add_error("code", error)
        else:
            return redirect(row)
    return _show(request, session, typed, code_form=form, form=form)


def _send_again(
    request: HttpRequest, session: Session, typed: dict[str, Any]
) -> HttpResponse:
    services.send_again(session, **_keys(typed))
    notice = _("If the message is still missing, it has been sent again.")
    return _show(request, session, typed, notice=notice)


def _correct(
    request: HttpRequest, session: Session, typed: dict[str, Any]
) -> HttpResponse:
    form = AddressForm(request.POST)
    if form.is_valid():
        email = form.cleaned_data["email"]
        try:
            if not limits.may_register(request, email):
                raise too_many()
            services.correct_address(session, **_keys(typed), email=email)
        except ValidationError as error:
            form.add_error("email", error.messages[0])
        else:
            return to_check_mail(session, email, typed["name"])
    return _show(request, session, typed, address_form=form, form=form)


def _show(
    request: HttpRequest, session: Session, typed: dict[str, Any], **context: Any
) -> HttpResponse:
    context = {
        "session": session,
        "email": typed["email"],
        "code_form": CodeForm(),
        "address_form": AddressForm(initial={"email": typed["email"]}),
        **context,
    }
    return render(request, "participants/check_mail.html", context)

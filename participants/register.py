"""The form of a session: shown, shown in another language, judged, sent."""

from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods

from sessions.models import Session
from sessions.public_page import public_form

from . import limits, listing, services, time_trap
from .check_mail import to_check_mail, too_many
from .forms import RegistrationForm
from .models import NominationLetter
from .models.participant import person_name_key
from .private import from_here_only
from .uploads import Letter, Limited, judge_letter, limit_uploads, too_large

SWITCH = "switch"  # posted by the buttons that show the form in another language
KEPT = "kept_letter"  # the letter of a form that was not right yet
KEPT_SALT = "participants.kept_letter"


@never_cache
@gzip_page  # it holds no secret that its length could betray
@from_here_only
@public_form(time_trap.new_token)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form of a session or take it."""
    limited = limit_uploads(request)
    session = get_object_or_404(Session.objects.public(), slug=slug)
    switching = SWITCH in request.POST
    if request.method == "POST" and not switching:
        return _send(request, session, limited)
    if not session.registration_is_open:
        context = {"session": session, "state": session.registration_state()}
        return render(request, "participants/closed.html", context, status=410)
    form = RegistrationForm(session)
    if switching:
        form.initial = typed(form, request)
    return show_form(request, form)


def typed(form: RegistrationForm, request: HttpRequest) -> dict[str, Any]:
    """Return what was typed as initial values: shown again, not judged yet."""
    return {
        name: field.widget.value_from_datadict(request.POST, request.FILES, name)
        for name, field in form.fields.items()
        if name != "letter"
    }


def show_form(
    request: HttpRequest, form: RegistrationForm, status: int = 200, **context: Any
) -> HttpResponse:
    """Render the form; the address of the page may be another than where it is sent."""
    context = {
        "form": form,
        "session": form.session,
        "opened": time_trap.kept_token(request),
        "kept_letter": _keep_letter(request, form),
        "listing": listing.for_script(get_language() or ""),
        **context,
    }
    return render(request, "participants/register.html", context, status=status)


def _send(request: HttpRequest, session: Session, limited: Limited) -> HttpResponse:
    form = RegistrationForm(session, request.POST, request.FILES)
    if limited.exceeded and "letter" in form.fields:
        form.add_error("letter", too_large())
    if not form.is_valid():
        return show_form(request, form)
    if time_trap.is_too_fast(request):
        asked = time_trap.asked_token()
        return show_form(request, form, ask_again=True, opened=asked)
    email = form.cleaned_data["email"]
    if not limits.may_register(request, email):
        form.add_error(None, too_many())
        return show_form(request, form, status=429)
    try:
        services.register_with_letter(
            session,
            letter=_letter(request, form),
            language=get_language(),
            **form.answers(),
        )
    except ValidationError as error:
        form.add_error(None, error)
        return show_form(request, form)
    name = [form.cleaned_data[part] for part in ("family_name", "given_name")]
    return to_check_mail(session, email, person_name_key(*name))


def _letter(request: HttpRequest, form: RegistrationForm) -> NominationLetter | None:
    """Return the letter sent with the form, or with its first try."""
    if not form.session.requires_letter(form.cleaned_data["category"]):
        return None
    sent = form.cleaned_data.get("letter")
    return services.store_letter(sent) if sent else _kept_letter(request)


def _kept_letter(request: HttpRequest) -> NominationLetter | None:
    try:
        pk = signing.loads(request.POST.get(KEPT, ""), salt=KEPT_SALT)
    except signing.BadSignature:
        return None
    return NominationLetter.objects.filter(pk=pk, registrations=None).first()


def _keep_letter(request: HttpRequest, form: RegistrationForm) -> str:
    """Keep a letter that came with a form that comes back; browsers send none twice."""
    kept = request.POST.get(KEPT, "")
    sent = _sent_letter(request, form)
    if sent is None or not limits.may_keep_letter(request):
        return kept if _kept_letter(request) else ""
    return signing.dumps(services.store_letter(sent).pk, salt=KEPT_SALT)


def _sent_letter(request: HttpRequest, form: RegistrationForm) -> Letter | None:
    if form.is_bound:
        return form.cleaned_data.get("letter")
    upload = request.FILES.get("letter")
    try:
        return judge_letter(upload) if upload and "letter" in form.fields else None
    except ValidationError:
        return None

"""People who come back: links by mail, and a form filled in for the person chosen."""

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from . import limits, links, services, time_trap
from .check_mail import too_many
from .forms import AddressForm, AnswersForm, RegistrationForm
from .models import Registration
from .private import Gone, from_here_only, private
from .register import show_form


@never_cache
@from_here_only
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Mail the links of an address; the answer is the same whether it is known."""
    form = AddressForm(request.POST or None)
    status, email = 200, ""
    if form.is_valid():
        email = form.cleaned_data["email"]
        if limits.may_ask_for_links(request, email):
            services.mail_links(email, get_language() or "en")
        else:
            form.add_error(None, too_many())
            status, email = 429, ""
    context = {"form": form, "email": email}
    return render(request, "participants/my_links.html", context, status=status)


@private
@require_safe
def again(request: HttpRequest, token: str) -> HttpResponse:
    """Open the form of an open session with what a person said last."""
    try:
        person = links.read_person_token(token)
    except signing.SignatureExpired as error:
        raise Gone from error
    if person is None:
        raise Http404
    last = services.newest_of(person)
    if last is None:
        raise Gone
    sessions = services.open_sessions()
    chosen = [one for one in sessions if one.slug == request.GET.get("session")]
    if len(sessions) != 1 and not chosen:
        context = {"sessions": sessions, "registration": last, "token": token}
        return render(request, "participants/again.html", context)
    session = (chosen or sessions)[0]
    form = RegistrationForm(session, initial=_said(last))
    response = show_form(request, form, opened=time_trap.new_token())
    # Browsers that would send no origin could not send the form: see from_here_only.
    response["Referrer-Policy"] = "strict-origin"
    return response


def _said(last: Registration) -> dict[str, object]:
    """Return what holds again: who one is, not what one wanted of that session."""
    own = {"mode", "wishes_to_speak", "speaking_subject", "needs_visa_letter"}
    names = [name for name in AnswersForm.base_fields if name not in own]
    return {"email": last.email} | {name: getattr(last, name) for name in names}

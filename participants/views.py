"""What stands behind the mailed link of a registration."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from . import listing, services
from .exports.confirmation_letter import can_have_letter, confirmation_letter
from .forms import AnswersForm
from .models import Registration, Status
from .private import find_by_token, private, show_personal


@private
@require_safe
def registration(request: HttpRequest, token: str) -> HttpResponse:
    return show_registration(request, find_by_token(token))


def show_registration(
    request: HttpRequest, mine: Registration, refusal: str = "", status: int = 200
) -> HttpResponse:
    """Render the personal page, which asks who it is where the mailbox is known."""
    unproved = mine.status == Status.UNVERIFIED
    context = {
        "transitions": mine.transitions.all(),
        "can_change": mine.is_live and not mine.session.is_over,
        "others": services.must_choose(mine) if unproved else [],
        "refusal": refusal,
        "has_visa_letter": can_have_letter(mine),
        "wants_letter": mine.session.requires_letter(mine.category),
        "letters": mine.letters.all(),
        "is_proposed": unproved and mine.replaces_id,
        "can_send_letter": unproved or (mine.is_live and not mine.session.is_over),
    }
    return show_personal(request, "registration", mine, context, status)


@private
@require_POST
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    mine = find_by_token(token, to_show=False)
    who = request.POST.get("who", "")
    try:
        if who.isdecimal():
            known = {str(other.pk): other for other in services.must_choose(mine)}
            if who in known:
                return redirect(services.take_as_correction(mine, known[who]))
        services.confirm(mine, another_person=who == "another")
    except ValidationError as error:
        status = 200 if error.code in {"choose", "no_letter"} else 410
        return show_registration(request, mine, error.messages[0], status)
    return redirect("participants:registration", token)


@private
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, token: str) -> HttpResponse:
    mine = find_by_token(token)
    form = AnswersForm(mine.session, request.POST or None, initial=_answers_of(mine))
    if form.is_valid():
        try:
            services.change(mine, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("participants:registration", token)
    context = {"form": form, "listing": listing.for_script(mine.language)}
    return show_personal(request, "change", mine, context)


def _answers_of(mine: Registration) -> dict[str, object]:
    """Return the stored answers as the form's initial values."""
    return {name: getattr(mine, name) for name in AnswersForm.base_fields}


@private
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    mine = find_by_token(token)
    context = {}
    if request.method == "POST":
        try:
            services.cancel(mine)
        except ValidationError as error:
            context["refusal"] = error.message
        else:
            return redirect("participants:registration", token)
    return show_personal(request, "cancel", mine, context)


@private
@require_safe
def visa_letter(request: HttpRequest, token: str) -> HttpResponse:
    mine = find_by_token(token)
    if not can_have_letter(mine):
        raise Http404
    response = HttpResponse(confirmation_letter(mine), "application/pdf")
    response["Content-Disposition"] = 'attachment; filename="confirmation.pdf"'
    return response


@private
@require_safe
def my_data(request: HttpRequest, token: str) -> HttpResponse:
    mine = find_by_token(token)
    response = JsonResponse(
        services.personal_data(mine),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )
    response["Content-Disposition"] = 'attachment; filename="my-registration.json"'
    return response


@private
@require_POST
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    services.withdraw_consents(find_by_token(token))
    return redirect("participants:registration", token)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, token: str) -> HttpResponse:
    mine = find_by_token(token)
    if request.method == "POST":
        services.erase(mine)
        return render(request, "participants/erased.html")
    return show_personal(request, "erase", mine, {})

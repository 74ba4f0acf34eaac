"""The page on which somebody of a delegation names who comes instead."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from . import limits, services
from .check_mail import too_many
from .models import Registration
from .private import find_by_token, private, show_personal
from .substitution_forms import SubstituteForm
from .uploads import limit_uploads, too_large


@private
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def substitute(request: HttpRequest, token: str) -> HttpResponse:
    """Write to the person named; say the same whether the address is known or not."""
    limited = limit_uploads(request)
    mine = find_by_token(token)
    sent = request.method == "POST"
    form = SubstituteForm(
        mine,
        request.POST if sent else None,
        request.FILES if sent else None,
        initial={"language": get_language()},
        shared=services.shared_letter(Registration.objects.filter(pk=mine.pk)),
    )
    if limited.exceeded and "letter" in form.fields:
        form.add_error("letter", too_large())
    status = 200
    if form.is_valid():
        email = form.cleaned_data["email"]
        try:
            if not limits.may_register(request, email):
                status = 429
                raise too_many()
            letter = form.stored_letter()
            services.propose_substitute(mine, letter=letter, **form.person())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return show_personal(request, "substitute", mine, {"sent_to": email})
    return show_personal(request, "substitute", mine, {"form": form}, status)

"""The page on which somebody of a delegation names who comes instead."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from . import limits, services
from .check_mail import too_many
from .forms import SubstituteForm
from .private import find_by_token, private, show_personal


@private
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def substitute(request: HttpRequest, token: str) -> HttpResponse:
    """Write to the person named; say the same whether the address is known or not."""
    mine = find_by_token(token)
    form = SubstituteForm(request.POST or None, initial={"language": get_language()})
    status = 200
    if form.is_valid():
        email = form.cleaned_data["email"]
        try:
            if not limits.may_register(request, email):
                status = 429
                raise too_many()
            services.propose_substitute(mine, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return show_personal(request, "substitute", mine, {"sent_to": email})
    return show_personal(request, "substitute", mine, {"form": form}, status)

"""A letter of nomination behind the personal link: sent later, looked at again."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from . import services
from .forms import LetterForm
from .private import find_by_token, private, show_personal
from .uploads import letter_file, limit_uploads, too_large


@private
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, token: str) -> HttpResponse:
    """Take the letter of a registration that stands or is to be confirmed."""
    limited = limit_uploads(request)
    mine = find_by_token(token)
    form = LetterForm()
    if request.method == "POST":
        form = LetterForm(request.POST, request.FILES)
        if limited.exceeded:
            form.add_error("letter", too_large())
    if form.is_valid():
        try:
            services.add_letter(mine, form.cleaned_data["letter"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("participants:registration", token)
    return show_personal(request, "letter", mine, {"form": form})


@private
@require_safe
def mine(request: HttpRequest, token: str, pk: int) -> HttpResponseBase:
    """Send a letter to somebody it names."""
    return letter_file(get_object_or_404(find_by_token(token).letters, pk=pk))

"""What holds for every answer of the API, whoever asks for what."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase
from ninja.operation import Operation
from ninja.renderers import JSONRenderer

View = Callable[..., HttpResponse]
METHODS = ("GET", "HEAD")


class Renderer(JSONRenderer):
    """JSON in which Arabic and Chinese can be read and take less room."""

    json_dumps_params = {"ensure_ascii": False}


class OwnDocs(DocsBase):
    """The description is a page of the site, in the language that `lang` asks for."""

    def render_page(
        self, request: HttpRequest, api: NinjaAPI, **kwargs: Any
    ) -> HttpResponse:
        return redirect("sessions:api")


class PublicAPI(NinjaAPI):
    """An API that only reads, is alike for everybody and open to scripts elsewhere."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__

    @property
    def urls(self) -> tuple[list[URLResolver | URLPattern], str, str]:
        patterns, app_name, namespace = super().urls
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                pattern.callback = _public(pattern.callback)
        return patterns, app_name, namespace


def _public(view: View) -> View:
    """Answer in the language asked for, with an ETag; refuse to write."""
    keep = cache_control(public=True, max_age=0, s_maxage=5, stale_while_revalidate=10)
    read = conditional_page(keep(view))

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in METHODS:
            problem = {"detail": f"{request.method} is not possible: this only reads."}
            allowed = {"Allow": ", ".join(METHODS)}
            return JsonResponse(problem, status=405, headers=allowed)
        request.method = "GET"  # a server sends no body after HEAD
        language = _language(request)
        with translation.override(language):
            response = read(request, *args, **kwargs)
        response["Content-Language"] = language
        response["Access-Control-Allow-Origin"] = "*"
        return response

    return answer


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("lang", "")
    return asked if asked in dict(settings.LANGUAGES) else "en"

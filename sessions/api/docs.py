"""The page that describes the API, made from its OpenAPI document."""

from functools import reduce
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from ..public_page import public_page
from .endpoints import api

JSON = dict[str, Any]
PLACES = {"query": gettext_lazy("in the query"), "path": gettext_lazy("in the path")}
LIMITS = {
    "minimum": gettext_lazy("from {}"),
    "maximum": gettext_lazy("to {}"),
    "maxLength": gettext_lazy("{} characters at most"),
}


@require_safe
@public_page()
def description(request: HttpRequest) -> HttpResponse:
    """Show what the API offers; what stands in the document itself is English."""
    document = api.get_openapi_schema()
    context = {
        "info": document["info"],
        "openapi_url": reverse("api:openapi-json"),
        "operations": [
            _operation(path, operation)
            for path, methods in document["paths"].items()
            for operation in methods.values()
        ],
        "objects": [
            _object(name, schema)
            for name, schema in sorted(document["components"]["schemas"].items())
        ],
    }
    return render(request, "sessions/api_docs.html", context)


def _operation(path: str, operation: JSON) -> JSON:
    """Describe one address: what it takes and what it answers."""
    return {
        "path": path,
        "id": operation["operationId"],
        "example": settings.SITE_URL + path.format(number=1),
        "description": operation["description"],
        "parameters": [
            {
                "name": parameter["name"],
                "place": PLACES[parameter["in"]],
                "type": _type(parameter["schema"]),
                "default": parameter["schema"].get("default"),
                "description": parameter.get("description", ""),
            }
            for parameter in operation["parameters"]
        ],
        "answers": [
            {
                "status": status,
                "phrase": answer["description"],
                "object": _referred(answer["content"]["application/json"]["schema"]),
            }
            for status, answer in operation["responses"].items()
        ],
    }


def _object(name: str, schema: JSON) -> JSON:
    return {
        "name": name,
        "fields": [
            {
                "name": field,
                "type": _type(about),
                "object": _referred(about.get("items", about)),
                "description": about.get("description", ""),
            }
            for field, about in schema["properties"].items()
        ],
    }


def _referred(schema: JSON) -> str:
    """Return the name of the object a schema refers to, or nothing."""
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _type(schema: JSON) -> SafeString:
    """Say in words what a value is: "integer · from 1", "list of Topic"."""
    if name := _referred(schema):
        return _code(name)
    if "anyOf" in schema:
        return reduce(_or, [_type(one) for one in schema["anyOf"]])
    if "enum" in schema:
        return format_html_join(" · ", "{}", [[_code(one)] for one in schema["enum"]])
    if schema["type"] == "array":
        return format_html(_("list of {}"), _type(schema["items"]))
    limits = [
        format_html(str(LIMITS[key]), schema[key]) for key in LIMITS if key in schema
    ]
    kind = _code(schema.get("format") or schema["type"])
    return format_html_join(" · ", "{}", [[part] for part in [kind, *limits]])


def _or(one: SafeString, other: SafeString) -> SafeString:
    return format_html(_("{} or {}"), one, other)


def _code(name: str) -> SafeString:
    """Write a word of the document itself, which no language changes."""
    return format_html('<code lang="en" dir="ltr">{}</code>', name)

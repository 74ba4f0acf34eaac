"""The page that describes the API, made from its OpenAPI document."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

JSON = dict[str, Any]
LIMITS = {
    "minimum": "from %s",
    "maximum": "to %s",
    "maxLength": "%s characters at most",
}


class OwnDocs(DocsBase):
    """A plain page in English, as the document itself, without any script."""

    def render_page(
        self, request: HttpRequest, api: NinjaAPI, **kwargs: Any
    ) -> HttpResponse:
        document = api.get_openapi_schema(path_params=kwargs)
        context = {
            "info": document["info"],
            "openapi_url": self.get_openapi_url(api, kwargs),
            "site_url": settings.SITE_URL,
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
        with translation.override("en"):
            return render(request, "sessions/api_docs.html", context)


def _operation(path: str, operation: JSON) -> JSON:
    """Describe one address: what it takes and what it answers."""
    return {
        "path": path,
        "id": operation["operationId"],
        "example": path.format(number=1),
        "description": operation["description"],
        "parameters": [
            {
                "name": parameter["name"],
                "in": parameter["in"],
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


def _type(schema: JSON) -> str:
    """Say in words what a value is: "integer, at least 1", "list of Topic"."""
    if name := _referred(schema):
        return name
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(schema["enum"])
    if schema["type"] == "array":
        return f"list of {_type(schema['items'])}"
    kind: str = schema.get("format") or schema["type"]
    limits = [words % schema[key] for key, words in LIMITS.items() if key in schema]
    return ", ".join([kind, *limits])

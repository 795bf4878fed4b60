"""A page about the API, without anybody else's script."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator


def page(request: HttpRequest) -> HttpResponse:
    """Every operation of the schema, by path."""
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    operations = [
        {"method": method.upper(), "path": path, "summary": said.get("summary") or said.get("description", "")}
        for path, methods in sorted(schema["paths"].items())
        for method, said in methods.items()
    ]
    return render(request, "portal/api.html", {"operations": operations})

"""`/api/openapi.json`, `/api/docs`: the API described, for programs and for people; and `/api/me`."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Literal

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from anamnese.case import facts_schema
from anamnese.schema import history_schema
from anamnese.web.api.schemas import COMPONENT, Problem
from anamnese.web.rendering import render
from anamnese.web.requests import Reader

router = APIRouter(prefix="/api", tags=["about"])

_TAGS = {
    "cases": "The list, a case as it stands, decisions.",
    "reports": "Bringing reports in.",
    "export": "Taking cases out.",
    "cohort": "The cohort: survival, distributions, swimmers.",
    "terms": "Completion on the terminologies.",
    "about": "This document, and who one is.",
}
_DESCRIPTION = """The workbench's API. Programs send `Authorization: Bearer TOKEN`: a token of an account
(`anamnese user token NAME`) or the start-up token. Pages send their session's cookie, and with everything that changes
something the header `X-CSRF-Token`. Readers may read and export, reviewers bring reports in and decide, administrators
keep the accounts. Messages are in French, in English with the cookie `anamnese_language=en`. Every error has the form
of `Problem`. Offsets count Unicode code points; moments are UTC."""
_COMMON = {
    "401": "Nobody is signed in.",
    "403": "The role does not allow this; or the request comes from another site, or lacks the session's proof.",
}


class Me(BaseModel):
    """Who asks."""

    name: str
    role: Literal["reader", "reviewer", "administrator"]


@router.get("/me", summary="Who one is")
def me(person: Reader) -> Me:
    """The name that decisions are signed with, and the role."""
    return Me(name=person.name, role=person.role)


@router.get("/openapi.json", include_in_schema=False)
def document(request: Request) -> Response:
    """The document of the API (OpenAPI 3.1)."""
    return JSONResponse(openapi(request.app))


@router.get("/docs", include_in_schema=False)
def page(request: Request) -> Response:
    """The document as a page."""
    told = openapi(request.app)
    groups: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in told["tags"]}
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            tag = (operation.get("tags") or ["about"])[0]
            groups[tag].append({"path": path, "method": method.upper(), **operation})
    return render(request, "api.html", told=told, groups=groups, examples=_examples, type_of=_type_of, pretty=_pretty)


@cache
def openapi(app: FastAPI) -> dict[str, Any]:
    """The document: FastAPI's of the routes, with our own schemas of facts and histories and the errors of all."""
    told = get_openapi(
        title=app.title,
        version=app.version,
        description=_DESCRIPTION,
        routes=app.routes,
        tags=[{"name": name, "description": text} for name, text in _TAGS.items()],
    )
    schemas = told["components"]["schemas"]
    schemas["Problem"] = Problem.model_json_schema()
    facts = facts_schema()
    schemas.update(_components({**facts["$defs"], "Fact": facts["properties"]["facts"]["items"]}, "fact."))
    records = history_schema()["$defs"]
    records["Proof"] = {"type": "string", "description": "A fact's key.", "pattern": r"^\d+/\+?\d+$"}
    records["History"]["properties"]["reports"] = {"type": "array", "items": {"type": "integer"}}
    schemas.update(_components(records, "record."))
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for methods in told["paths"].values():
        for operation in methods.values():
            answers = operation["responses"]
            answers.update({code: {"description": text, "content": problem} for code, text in _COMMON.items()})
            if _is_fastapis(answers.get("422")):
                answers["422"] = {"description": "A value is missing or has not the form expected.", "content": problem}
    told["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": "anamnese_PORT"},
    }
    told["security"] = [{"token": []}, {"session": []}]
    resolved: dict[str, Any] = _resolved(told)
    return resolved


def _is_fastapis(answer: dict[str, Any] | None) -> bool:
    return answer is not None and "HTTPValidationError" in json.dumps(answer)


def _components(definitions: dict[str, Any], prefix: str) -> dict[str, Any]:
    """Definitions of a schema of its own as components, their names prefixed."""

    def moved(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: part.replace("#/$defs/", f"#/components/schemas/{prefix}") if key == "$ref" else moved(part)
                for key, part in value.items()
            }
        return [moved(part) for part in value] if isinstance(value, list) else value

    return {prefix + name: moved(definition) for name, definition in definitions.items()}


def _resolved(value: Any) -> Any:
    """The document with references where a component is named."""
    if isinstance(value, dict):
        if COMPONENT in value:
            rest = {key: part for key, part in value.items() if key != COMPONENT}
            return {"$ref": f"#/components/schemas/{value[COMPONENT]}", **rest}
        return {key: _resolved(part) for key, part in value.items()}
    return [_resolved(part) for part in value] if isinstance(value, list) else value


def _type_of(schema: dict[str, Any]) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    if "const" in schema:
        return json.dumps(schema["const"])
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " | ".join(_type_of(part) for part in schema[several])
    kind = schema.get("type", "object")
    if kind == "array":
        parts = schema.get("prefixItems") or [schema.get("items", {})]
        return f"[{', '.join(map(_type_of, parts))}]"
    return " | ".join(kind) if isinstance(kind, list) else str(kind)


def _examples(content: dict[str, Any], told: dict[str, Any]) -> list[Any]:
    """The examples of a content's schema."""
    schema = content.get("schema", {})
    if "$ref" in schema:
        schema = told["components"]["schemas"].get(schema["$ref"].rpartition("/")[2], {})
    return list(schema.get("examples", ()))


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)

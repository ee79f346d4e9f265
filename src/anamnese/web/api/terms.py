"""`/api/terms`: completion on the terminologies."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from anamnese.web.terminology import SOURCES, terminology

router = APIRouter(prefix="/api/terms", tags=["terms"])

TermKind = StrEnum("TermKind", {kind: kind for kind in SOURCES})  # type: ignore[misc]


class TermChoice(BaseModel):
    """One choice."""

    value: str = Field(description="What a fact holds of it: a code for topography and morphology, else the name.")
    label: str = Field(description="What a person reads (French).")
    code: str = Field(description="Its code; empty where it has none.")
    detail: str = Field(description="What tells it further: the drugs of a regimen, the unit of an analyte.")


class TermChoices(BaseModel):
    """The choices for what was typed, the likeliest first."""

    kind: str
    system: str = Field(description="The terminology that the codes are of.")
    terms: list[TermChoice]

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "kind": "topography",
                    "system": "ICD-O-3",
                    "terms": [{"value": "C50.9", "label": "sein", "code": "C50.9", "detail": ""}],
                }
            ]
        }
    }


@router.get("/{kind}", summary="Complete a term")
def find(
    kind: TermKind,
    q: Annotated[str, Query(max_length=100, description="What was typed: beginnings of words, or of a code.")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> TermChoices:
    """The terms of a kind that fit what was typed; accents and case do not count, brand names find their drug."""
    found = terminology(kind.value)
    terms = [TermChoice(**term._asdict()) for term in found.find(q, limit)]
    return TermChoices(kind=kind.value, system=found.source.system, terms=terms)

"""`/api/facets`: what the cases of a selection can be filtered by, with how many have it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from anamnese.web import filters
from anamnese.web.requests import LanguageOf, SelectionOf, StoreOf

router = APIRouter(prefix="/api/facets", tags=["cases"])

FacetKind = StrEnum("FacetKind", {kind: kind for kind in filters.KINDS})  # type: ignore[misc]


class FacetChoice(BaseModel):
    """A value to filter by."""

    code: str = Field(description="What the parameter of a selection holds.")
    label: str = Field(description="What a person reads.")
    n: int = Field(description="How many of the cases have it.")


class FacetChoices(BaseModel):
    """The values of a kind, the most frequent first (or in their own order)."""

    kind: str
    choices: list[FacetChoice]

    model_config = {
        "json_schema_extra": {
            "examples": [{"kind": "site", "choices": [{"code": "C50", "label": "sein (C50)", "n": 12}]}]
        }
    }


@router.get("/{kind}", summary="Values to filter by")
def facet(
    kind: FacetKind,
    store: StoreOf,
    selection: SelectionOf,
    language: LanguageOf,
    q: Annotated[str, Query(max_length=100, description="Beginnings of words of the label; none: all.")] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 20,
) -> FacetChoices:
    """The values that cases of the selection have, whatever it asks of the kind itself."""
    offered = filters.choices(store, selection, kind.value, language)
    shown = [FacetChoice(**choice._asdict()) for choice in filters.found(offered, q, limit)]
    return FacetChoices(kind=kind.value, choices=shown)

"""The store of the workbench: cases, what was read in their reports, what people decided; SQLite or PostgreSQL."""

from anamnese.store.cases import Added, Duplicate, NewReport
from anamnese.store.erasing import Erasure, Reason
from anamnese.store.errors import Refused, Stale, StoreError, UnknownCase, UnknownReport
from anamnese.store.query import Query
from anamnese.store.selection import CasePage, CaseSummary
from anamnese.store.store import Store, open_store

__all__ = [
    "Added",
    "CasePage",
    "CaseSummary",
    "Duplicate",
    "Erasure",
    "NewReport",
    "Query",
    "Reason",
    "Refused",
    "Stale",
    "Store",
    "StoreError",
    "UnknownCase",
    "UnknownReport",
    "open_store",
]

"""The tables of the CDM as the ORM of `omop-cdm` defines them, for one kind of database.

The ORM names its schemas by placeholders, and the tables of the vocabulary refer to one another in a circle; here they
stand in the schema that the database is used with, and the circle is checked at the end of a transaction.
"""

from __future__ import annotations

from functools import cache

from omop_cdm import NAMING_CONVENTION
from omop_cdm.regular.cdm54 import Base
from sqlalchemy import Column, Double, ForeignKeyConstraint, Index, MetaData, Numeric, Table

VOCABULARY = ("concept", "concept_class", "domain", "vocabulary", "relationship")
"""The tables that refer to one another in a circle."""


@cache
def metadata(dialect: str) -> MetaData:
    """The 37 tables with their keys. DuckDB knows neither circles nor deferred checks: there the references between the
    tables of the vocabulary are left out, and numbers are doubles (its NUMERIC has three decimals)."""
    made = MetaData(naming_convention=NAMING_CONVENTION)
    plain = dialect == "duckdb"
    for table in Base.metadata.tables.values():
        columns = [
            Column(
                column.name,
                Double() if plain and isinstance(column.type, Numeric) else column.type,
                primary_key=column.primary_key,
                nullable=column.nullable,
                autoincrement=False,
            )
            for column in table.columns
        ]
        circular = table.name in VOCABULARY
        references = [
            ForeignKeyConstraint(
                [column.name], [key.target_fullname.split(".", 1)[1]],
                deferrable=True if circular else None, initially="DEFERRED" if circular else None,
                use_alter=circular and table.name != "concept",
            )
            for column in table.columns
            for key in column.foreign_keys
            if not (plain and circular)
        ]  # fmt: skip
        copy = Table(table.name, made, *columns, *references)
        if not plain:
            for index in table.indexes:
                names = [column.name for column in index.columns]
                if not all(copy.c[name].primary_key for name in names):
                    Index(f"ix_{table.name}_{'_'.join(names)}"[:63], *[copy.c[name] for name in names])
    return made


def keys(table: Table) -> str | None:
    """The column that numbers the rows of a table; None where there is none of its own."""
    name = f"{table.name}_id"
    return name if name in table.c and table.c[name].primary_key else None

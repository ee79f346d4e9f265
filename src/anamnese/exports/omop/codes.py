"""The codes of what the record says, each with the OMOP vocabulary that it belongs to, the likeliest first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from anamnese.exports import terminologies
from anamnese.lexicon.tables import PACKAGE, read_table

_VOCABULARIES = {"sct": "SNOMED", "loinc": "LOINC", "ucum": "UCUM", "ncit": "NCIt", "hgnc": "HGNC"}
"""The names that Athena gives to the code systems of the FHIR export's table."""
_ARABIC = {"0": "0", "I": "1", "II": "2", "III": "3", "IV": "4"}


class Code(NamedTuple):
    """A code of a vocabulary. One that begins with `=` is a concept's name in small letters."""

    vocabulary: str
    code: str


@cache
def _table() -> dict[tuple[str, str], tuple[Code, ...]]:
    found: dict[tuple[str, str], tuple[Code, ...]] = {}
    for row in read_table(Path(__file__).with_name("codes.tsv")):
        key = row["kind"], row["ours"]
        found[key] = (*found.get(key, ()), Code(row["vocabulary"], row["code"]))
    for row in read_table(PACKAGE / "exports" / "fhir" / "codes.tsv"):
        if row["system"] in _VOCABULARIES:
            key = row["set"], row["key"]
            code = Code(_VOCABULARIES[row["system"]], row["code"].removeprefix("HGNC:"))
            found[key] = (*found.get(key, ()), code)
    return found


def codes(kind: str, ours: str | None) -> tuple[Code, ...]:
    """The codes of a value, by the kind of what it says; none where the tables have none."""
    return _table().get((kind, ours or ""), ())


def every_code() -> set[Code]:
    """All codes that may be asked for, but for those of ICD-O-3 and of Cancer Modifier, which are made up of parts."""
    known = {code for found in _table().values() for code in found}
    for room, table in (("medication", "drugs"), ("lab", "terms"), ("vital", "terms"), ("biomarker", "terms"),
                        ("performance_status", "terms"), ("adverse_event", "terms")):  # fmt: skip
        for row in read_table(PACKAGE / "facts" / room / f"{table}.tsv"):
            known |= set(_of_room(row.get("code") or ""))
            known |= set(unit(row.get("ucum")))
    return known


def _of_room(code: str) -> tuple[Code, ...]:
    if code.startswith("MedDRA:"):
        return (Code("MedDRA", code.removeprefix("MedDRA:")),)
    return (Code("ATC", code), Code("LOINC", code)) if code else ()


def sourced(known: Sequence[Code], words: str) -> str:
    """The words of a source value after their code of LOINC, MedDRA, ATC or HGNC, where they have one."""
    code = next((code for code in known if code.vocabulary in ("LOINC", "MedDRA", "ATC", "HGNC")), None)
    if code is None:
        return words
    return f"{'HGNC:' if code.vocabulary == 'HGNC' else ''}{code.code} {words}"


def icdo3(morphology: str | None, topography: str | None) -> tuple[Code, ...]:
    """The condition of a tumour as Athena's ICDO3 vocabulary codes it: histology and site, `NULL` where not told."""
    return (Code("ICDO3", f"{morphology or 'NULL'}-{topography or 'NULL'}"),)


def drug(name: str, atc: str | None) -> tuple[Code, ...]:
    """The ATC code of a substance."""
    code = atc or terminologies.atc(name)
    return (Code("ATC", code),) if code else ()


def adverse_event(term: str) -> tuple[Code, ...]:
    """The MedDRA code of an adverse event's CTCAE term."""
    code = terminologies.meddra(term)
    return (Code("MedDRA", code),) if code else ()


def analyte(room: str, name: str) -> tuple[Code, ...]:
    """The LOINC code of an analyte or a vital sign."""
    code = terminologies.loinc(room, name)
    return (*((Code("LOINC", code),) if code else ()), *codes(room, name), *codes("serum_marker", name))


def biomarker(name: str, result: str | None) -> tuple[Code, ...]:
    """The LOINC code of a marker's test, else the gene that it is of."""
    gene = terminologies.gene(name)
    return (*codes("marker", name), *analyte("biomarker", name), *(codes("gene", gene) if gene else ()))


def result(value: str | None) -> tuple[Code, ...]:
    """What a marker's result is as a concept."""
    return codes("result", value) or codes("variant", value) or codes("microsatellite", value)


def unit(ucum: str | None) -> tuple[Code, ...]:
    """A unit; UCUM minds capitals."""
    return (Code("UCUM", ucum),) if ucum else ()


def category(prefix: str | None, letter: str, value: str) -> tuple[Code, ...]:
    """A T, N or M: the Cancer Modifier by its prefix, then without, then SNOMED CT's AJCC values."""
    told = (prefix or "").lower()
    bases = ("p",) if "p" in told else ("c",) if told == "c" else ()
    name = f"{letter.upper()}{value}"
    modifiers = [f"{base}-AJCC/UICC-{name}" for base in bases] + [f"AJCC/UICC-{name}"]
    return (*(Code("Cancer Modifier", code) for code in modifiers), *codes("tnm", f"{told or 'c'}{name}"))


def stage_group(system: str, prefix: str | None, group: str) -> tuple[Code, ...]:
    """A stage group: AJCC and FIGO as Cancer Modifier and SNOMED CT have them."""
    roman = group.rstrip("ABCabc123456789") or group
    arabic = _ARABIC.get(roman, roman) + group[len(roman) :].upper()
    family = "FIGO" if system == "FIGO" else "AJCC/UICC" if system in ("TNM", "stage") else system
    modifiers = [f"{family}-Stage-{arabic}", f"{family}-Stage-{group}"]
    own = codes("stage_group", group) if family == "AJCC/UICC" else codes("stage_value", f"{system} {group}")
    return (*(Code("Cancer Modifier", code) for code in modifiers), *own)

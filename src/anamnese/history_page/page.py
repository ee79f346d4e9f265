"""The page of one patient: everything inside one HTML file that asks nothing of any network."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

from anamnese import __version__
from anamnese.case import Case
from anamnese.checks.rule import suggested
from anamnese.history_page.board import summary
from anamnese.history_page.courses import in_order, numbers, tumour_codes, tumour_name
from anamnese.history_page.drawing import timeline
from anamnese.history_page.markup import Child, Markup, both, element, join
from anamnese.history_page.proofs import Proofs
from anamnese.history_page.report import finding_anchor, reports
from anamnese.history_page.tables import courses, durations, events, markers, tumour_section
from anamnese.history_page.words import amount, date_words, joined, known, say, value_of, when_words
from anamnese.labels import Language
from anamnese.record import Finding, History, Measure, PatientRecord

_SEVERITIES = ("high", "medium", "low")


def page(
    cases: Sequence[Case], history: History, findings: Sequence[Finding] | None = None, language: Language = "fr"
) -> str:
    """The record of `cases` as one HTML file. `findings` None where nothing was checked."""
    by_id = {case.report.id: case for case in reversed(cases)}
    shown = [by_id[name] for name in history.reports if name in by_id] or list(cases)
    proofs = Proofs(shown)
    style, script = _file("page.css"), _file("page.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", f"{say('title')[0]} — {', '.join(case.report.id for case in shown)}"),
        element("style", Markup(style)),
    )
    record = join(_record(history, findings, proofs))
    body = element(
        "body",
        _bar(record, [case.report.id for case in shown]),
        element(
            "main",
            element("div", record, class_="record"),
            element(
                "aside",
                element("h2", both(say("reports")), id=_id("reports")),
                reports(shown, findings or ()),
                element("div", class_="card", id="card", aria_live="polite", hidden=True),
                class_="reports",
                aria_labelledby=_id("reports"),
            ),
        ),
        element("script", Markup(script)),
    )
    return f"<!DOCTYPE html>\n{element('html', head, body, lang=language)}\n"


@cache
def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    return "sha256-" + b64encode(sha256(content.encode()).digest()).decode()


def _bar(record: Markup, names: Sequence[str]) -> Markup:
    parts = [part for part in ("timeline", "summary", "findings", "tumours", "events") if f'id="{_id(part)}"' in record]
    return element(
        "header",
        element("a", both(say("skip")), href=f"#{_id('reports')}", class_="skip"),
        element("h1", both(say("title")), element("span", " — ", ", ".join(names), class_="names")),
        element("nav", [element("a", both(say(f"nav.{part}")), href=f"#{_id(part)}") for part in [*parts, "reports"]]),
        element("button", both(say("back")), type="button", id="back", hidden=True),
        element("button", both(say("print")), type="button", id="print"),
        element("button", both(say("language")), type="button", id="language"),
        class_="bar",
    )


def _record(history: History, findings: Sequence[Finding] | None, proofs: Proofs) -> list[Child]:
    called = numbers(history)
    return [
        _person(history, proofs) if history.timeline or history.patient.proofs or history.tumours else None,
        element(
            "section",
            _title("timeline"),
            timeline(history, proofs),
            element("p", both(say("hint")), class_="hint"),
        ),
        _section("summary", summary(history, proofs), "summary"),
        _findings(findings, proofs) if findings is not None else None,
        element(
            "section",
            _title("tumours"),
            [tumour_section(history.tumours[i], called.get(i), proofs) for i in in_order(history)]
            or element("p", both(say("no_tumour")), class_="none"),
        ),
        _section("other_courses", courses(history.other_courses, proofs)),
        element(
            "div",
            _section("markers", markers(history.markers, proofs)),
            _section("durations", durations(history, proofs)),
            class_="pair",
        ),
        _section("events", events(history.timeline, proofs)),
        element("p", element("i", both(say("legend.inferred"))), class_="key") if _inferred(history) else None,
        element("footer", both(say("notice")), f" anamnese {__version__}"),
    ]


def _inferred(history: History) -> bool:
    return any(event.when.value and event.when.certainty == "inferred" for event in history.timeline)


def _title(name: str) -> Markup:
    return element("h2", both(say(name)), id=_id(name))


def _id(part: str) -> str:
    return f"part-{part}"


def _section(name: str, content: Markup | None, class_: str | None = None) -> Markup | None:
    return element("section", _title(name), content, class_=class_) if content else None


def _person(history: History, proofs: Proofs) -> Markup:
    """Who it is: the patient, and each tumour in one line."""
    return element(
        "section",
        element("dl", [_term(key, content) for key, content in _known(history.patient, proofs) if content]),
        element(
            "ol",
            [
                element(
                    "li",
                    proofs.link(tumour.proofs, element("b", both(tumour_name(tumour)))),
                    " ",
                    element("code", tumour_codes(tumour)),
                    " ",
                    element("small", both(when_words(tumour.diagnosed))) if tumour.diagnosed.value else None,
                )
                for tumour in (history.tumours[i] for i in in_order(history))
            ],
            class_="tumours",
        )
        if history.tumours
        else None,
        class_="person",
        aria_label=say("patient")[0],
    )


def _term(key: str, content: Child) -> Markup:
    return element("div", element("dt", both(say(key))), element("dd", content))


def _known(patient: PatientRecord, proofs: Proofs) -> list[tuple[str, Child]]:
    age = None
    if patient.age_years is not None:
        at = joined("(", date_words(patient.age_at.value), ")", by="") if patient.age_at.value else None
        age = proofs.link(patient.proofs, both(joined(amount(patient.age_years, None), say("years"), at)))
    birth: Child = None
    if patient.birth_date:
        birth = both(date_words(patient.birth_date))
    elif patient.birth_year:
        low, high = patient.birth_year
        birth = str(low) if low == high else f"{low}–{high}"
    vital: Child = None
    if patient.vital_status:
        key = f"{patient.vital_status}.{patient.sex}"
        basis = patient.death.basis or patient.last_news.basis
        vital = proofs.link(basis, both(say(key if known(key) else patient.vital_status)))
    status = [_with_date(measure, proofs) for measure in patient.performance_status]
    return [
        ("sex", proofs.link(patient.proofs, both(value_of(patient.sex))) if patient.sex else None),
        ("age", age),
        ("birth", proofs.link(patient.proofs[:1], birth) if birth else None),
        ("vital_status", vital),
        ("death", proofs.link(patient.death.basis, both(when_words(patient.death))) if patient.death.value else None),
        (
            "last_news",
            proofs.link(patient.last_news.basis, both(when_words(patient.last_news)))
            if patient.last_news.value and patient.last_news.value != patient.death.value
            else None,
        ),
        ("performance", [[", ", one] if i else one for i, one in enumerate(status)]),
        ("relevant_history", " ; ".join(f"« {quote} »" for quote in patient.history) or None),
    ]


def _with_date(measure: Measure, proofs: Proofs) -> Markup:
    value = both(joined(measure.name, amount(measure.value, measure.unit)))
    return proofs.link(measure.proofs, value, " ", element("small", both(date_words(measure.when.value))))


def _findings(findings: Sequence[Finding], proofs: Proofs) -> Markup:
    ordered = sorted(enumerate(findings), key=lambda pair: _SEVERITIES.index(pair[1].severity))
    items = [
        element(
            "li",
            element("span", both(say(f"severity.{finding.severity}")), class_=f"severity {finding.severity}"),
            " ",
            both((finding.message_fr, finding.message_en)),
            element(
                "p",
                [both(say("suggestion")), " : ", both(likely), " "] if (likely := suggested(finding)) else None,
                [
                    [" · " if j else "→ ", proofs.place(span, finding_anchor(i, j), finding.message_fr)]
                    for j, span in enumerate(finding.spans)
                ],
            ),
        )
        for i, finding in ordered
    ]
    content = element("ol", items, class_="findings") if items else element("p", both(say("no_finding")), class_="none")
    return element("section", _title("findings"), content)

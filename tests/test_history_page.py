"""The page of a record: it asks nothing of any network, shows a report only as text, and leads to the proving words."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from anamnese.case import Case, Fact, Report
from anamnese.checks import check
from anamnese.engine import read
from anamnese.history.build import history
from anamnese.history_page import page
from anamnese.history_page.layout import Part, Shape, place
from anamnese.history_page.scale import Scale
from anamnese.record import Finding, Place

SAMPLES = Path(__file__).parent.parent / "src" / "anamnese" / "samples"
PATIENTS = {
    **{path.stem: [path] for path in sorted((SAMPLES / "cases").glob("*.txt"))},
    **{name: sorted((SAMPLES / "hospital").glob(f"{name}-*.txt")) for name in ("smp01", "smp03", "smp04")},
}
HOSTILE = """Homme de 60 ans.</div></main><script>alert(1)</script><img src=x onerror=alert(2)>
Carcinome lobulaire infiltrant du sein gauche"><svg onload=alert(3)>, pT2N1M0, en juin 1989. ]]><!-- <style>
Chimiothérapie par FEC 100 <b>en 1990</b> &amp; &lt;i&gt; javascript:alert(4) \u202e\u0000\u000b fin. {{7*7}} ${7*7}
CA 15-3 à 31 U/mL <a href="https://example.org/">le 3 mars 1991</a>, CA 15-3 à 60 U/mL le 4 avril 1991
<iframe src=//example.org>
"""
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@cache
def cases_of(patient: str) -> list[Case]:
    return [read(path.read_text(encoding="utf-8"), path.stem) for path in PATIENTS[patient]]


@cache
def page_of(patient: str) -> str:
    cases = cases_of(patient)
    record = history(cases)
    return page(cases, record, check(cases, record))


def page_of_text(text: str, id: str = "cas") -> str:
    cases = [read(text, id)]
    return page(cases, history(cases))


def nodes(html: str) -> Iterator[LexborNode]:
    yield from LexborHTMLParser(html).css("*")


class _Balance(HTMLParser):
    """Whether every element is closed where it should be."""

    empty = frozenset({"meta", "input", "br", "col"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"an attribute stands twice in {tag}"
        if tag not in self.empty:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag


def assert_self_contained(html: str) -> None:
    """Nothing is fetched, and nothing runs but the page's own style and script, which the policy names by hash."""
    tree = LexborHTMLParser(html)
    for node in tree.css("*"):
        for name, value in node.attributes.items():
            assert not name.startswith("on") and name not in ("style", "src", "srcset", "action", "xlink:href"), name
            if name == "href":
                assert (value or "").startswith("#"), value
    assert not tree.css("link, img, iframe, object, embed, base, form, image, foreignObject")
    style, script = tree.css("style"), tree.css("script")
    assert len(style) == len(script) == 1
    assert not re.search(r"url\(|@import|https?:", style[0].text() + script[0].text())
    policy = tree.css_first("meta[http-equiv=Content-Security-Policy]").attributes["content"] or ""
    assert "default-src 'none'" in policy and "unsafe" not in policy
    for node, name in ((style[0], "style-src"), (script[0], "script-src")):
        digest = b64encode(sha256(node.text().encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in policy


def assert_anchored(html: str) -> None:
    """Every link leads to a place of the page, and every place has a name of its own."""
    tree = LexborHTMLParser(html)
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))
    for node in tree.css("[href]"):
        assert (node.attributes["href"] or "")[1:] in ids, node.html


def assert_shown(html: str, cases: list[Case]) -> None:
    """Each report stands on the page as it was written, and the marks of each fact hold its words."""
    tree = LexborHTMLParser(html)
    marked: dict[str, str] = {}
    for node in tree.css("mark"):
        name = node.attributes["data-f"] or ""
        marked[name] = marked.get(name, "") + node.text()
    for number, (case, node) in enumerate(zip(cases, tree.css("article > .text"), strict=True)):
        assert _bare(node.text()) == _bare(case.report.text)
        for i, fact in enumerate(case.facts):
            assert _bare(marked[f"f{number}-{i}"]) == _bare(fact.quote)


def _bare(text: str) -> str:
    """A text without what HTML does not hold: spaces of any kind and control characters."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffd]+", "", text)


@pytest.mark.parametrize("patient", PATIENTS)
def test_pages_of_the_samples(patient: str) -> None:
    html = page_of(patient)
    balance = _Balance()
    balance.feed(html)
    assert not balance.open
    assert_self_contained(html)
    assert_anchored(html)
    by_id = {case.report.id: case for case in cases_of(patient)}
    assert_shown(html, [by_id[name] for name in history(cases_of(patient)).reports])


def test_every_part_is_there() -> None:
    tree = LexborHTMLParser(page_of("prostate-1"))
    for part in ("timeline", "summary", "findings", "tumours", "markers", "durations", "events", "reports"):
        assert tree.css_first(f"#part-{part}") is not None, part
    drawing = tree.css_first("svg.timeline")
    assert {"x-diagnosis", "x-relapse_distant", "x-chemotherapy", "x-hormone", "x-last_news"} <= {
        name for node in drawing.css("[class]") for name in (node.attributes["class"] or "").split()
    }
    assert drawing.css(".chart a circle"), "a marker over time is drawn, each value with its proof"
    clauses = tree.css(".summary dd p")
    assert clauses and all(node.css("a.p") for node in clauses if "«" not in node.text())
    assert "sein" in LexborHTMLParser(page_of("breast-1")).css_first(".person .tumours").text()


def test_a_hostile_report_is_text() -> None:
    name = '"><script>alert(0)</script>'
    case = read(HOSTILE, name)
    record = history([case])
    places = (Place(name, 0, 5, HOSTILE[:5]), Place("?", 0, 1, "<"))
    finding = Finding("x", "high", "<b>fr</b>", "<i>en</i>", "<u>", places)
    html = page([case], record, [finding])
    balance = _Balance()
    balance.feed(html)
    assert not balance.open
    assert_self_contained(html)
    assert_anchored(html)
    assert_shown(html, [case])
    assert "<b>fr" not in html and "<script>alert" not in html and "\x00" not in html and "\u202e" not in html


@given(st.text(max_size=300), st.text(max_size=20))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_gives_a_page_that_shows_it(text: str, id: str) -> None:
    case = read(text + " Carcinome du sein en mars 2014.", id)
    html = page([case], history([case]))
    html.encode("utf-8")
    assert_self_contained(html)
    assert_anchored(html)
    assert_shown(html, [case])


@st.composite
def marked_cases(draw: st.DrawFn) -> Case:
    """A text with facts anywhere in it: side by side, one in another, across each other, over the ends of lines."""
    text = draw(st.text(alphabet="ab \n\r<&", min_size=1, max_size=40)) + "."
    facts = []
    for _ in range(draw(st.integers(1, 8))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        if text[start:end].strip():
            kind = draw(st.sampled_from(["imaging", "procedure", "mention", "response"]))
            facts.append(Fact(kind, start, end, text[start:end], {}))
    return Case(Report("cas", text, text), tuple(facts))


@given(marked_cases())
@settings(max_examples=150, deadline=None)
def test_marks_nest_and_overlap(case: Case) -> None:
    html = page([case], history([read("", "cas")]))
    assert_anchored(html)
    assert_shown(html, [case])


def test_a_report_with_nothing_in_it() -> None:
    for text in ("", "Bonjour.\n", "\n\n"):
        html = page_of_text(text)
        assert "Aucun fait" in html and "No fact was read" in html
        assert_anchored(html)


def test_events_without_dates_are_listed_and_not_drawn_at_a_date() -> None:
    html = page_of_text("Femme de 50 ans. Carcinome canalaire du sein droit. Mastectomie droite. Récidive hépatique.")
    tree = LexborHTMLParser(html)
    assert tree.css_first("svg.timeline") is None
    assert len(tree.css(".events .placed")) >= 3


def test_imprecise_dates_are_intervals() -> None:
    html = page_of_text("Homme de 60 ans. Adénocarcinome du côlon en 2010. FOLFOX de mars 2010 à août 2010.")
    drawing = LexborHTMLParser(html).css_first("svg.timeline")
    assert drawing.css(".x-diagnosis .whisker"), "a year is a line over the whole year"
    bar = drawing.css_first("a.x-chemotherapy")
    may, sure = bar.css_first(".may").attributes, bar.css_first(".sure").attributes
    assert float(may["x"] or 0) < float(sure["x"] or 0)
    assert float(sure["width"] or 0) < float(may["width"] or 0)


def test_language() -> None:
    cases = cases_of("breast-1")
    assert '<html lang="fr">' in page_of("breast-1")
    html = page(cases, history(cases), language="en")
    assert '<html lang="en">' in html and "Tumour board summary" in html and "Synthèse pour la RCP" in html


def test_scale_keeps_order_and_folds_long_gaps() -> None:
    scale = Scale([("1998-05-01", "1998-05-31"), ("2015-08-01", "2015-09-01"), ("2016-01-01", "2016-12-31")], 100, 700)
    days = ["1998-05-01", "1998-05-31", "2005-01-01", "2015-08-01", "2015-09-01", "2016-06-01", "2016-12-31"]
    places = [scale.x(day) for day in days]
    assert places == sorted(places) and places[0] >= 100 and places[-1] <= 700
    assert len(scale.folds()) == 1
    assert scale.ticks()
    assert Scale([("2020-02-30", "2020-02-30")], 0, 10).x("2020-02-30") <= 10


def test_shapes_of_a_lane_do_not_lie_on_each_other() -> None:
    words = Part(("une longue étiquette", "a long label"), ())
    shapes = [Shape(200.0 + i, 210.0 + i, "imaging", (words,), ("", "")) for i in range(6)]
    placed, rows = place(shapes)
    taken: dict[int, int] = {}
    for one in placed:
        taken[one.row] = taken.get(one.row, 0) + 1
    assert rows == len(taken) >= 3
    crowded, rows = place(shapes, 2)
    assert rows == 3 and any(one.words_at is None for one in crowded)


def test_command(tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    reports = [str(path) for path in PATIENTS["smp04"]]
    command = [sys.executable, "-m", "anamnese.cli", "history", *reports, "--format", "html", "--out", str(out)]
    done = subprocess.run(command, capture_output=True)
    assert done.returncode == 0, done.stderr
    html = out.read_text(encoding="utf-8")
    assert_self_contained(html)
    assert len(LexborHTMLParser(html).css("article")) == len(reports)
    assert LexborHTMLParser(html).css_first("#part-findings") is not None, "the checks are made"


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
def test_in_a_browser(tmp_path: Path) -> None:
    """The page's script runs under its own policy, a report's does not, and the page prints."""
    file = tmp_path / "page.html"
    file.write_text(page_of_text(HOSTILE + "\nProgression en mai 1992."), encoding="utf-8")
    dom = _browse(tmp_path, "--dump-dom", file.as_uri())
    tree = LexborHTMLParser(dom)
    assert len(tree.css('mark[tabindex="0"]')) == 1, "the script makes one mark reachable by keyboard"
    assert not tree.css("img, iframe") and len(tree.css("script")) == 1
    english = tmp_path / "english.html"
    probe = "document.getElementById('language').click();document.querySelector('svg.timeline a').dispatchEvent("
    probe += "new MouseEvent('click',{bubbles:true,cancelable:true}))"
    digest = b64encode(sha256(probe.encode()).digest()).decode()
    html = file.read_text(encoding="utf-8").replace("script-src ", f"script-src 'sha256-{digest}' ", 1)
    english.write_text(html.replace("</body>", f"<script>{probe}</script></body>"), encoding="utf-8")
    dom = _browse(tmp_path, "--dump-dom", english.as_uri())
    assert '<html lang="en">' in dom
    assert LexborHTMLParser(dom).css("mark.hit"), "a click in the timeline marks the words"
    pdf = tmp_path / "page.pdf"
    _browse(tmp_path, f"--print-to-pdf={pdf}", file.as_uri())
    assert pdf.read_bytes().startswith(b"%PDF")


def _browse(folder: Path, *arguments: str) -> str:
    assert CHROMIUM is not None
    done = subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--no-first-run",
            f"--user-data-dir={folder / 'profile'}",
            *arguments,
        ],
        capture_output=True,
        timeout=120,
        check=True,
    )
    return done.stdout.decode("utf-8")

"""Patterns that are asked for only where one of some words stands: every match has one of them."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anamnese.facts import examinations
from anamnese.facts.adverse_event import causes
from anamnese.facts.adverse_event import rules as adverse_event
from anamnese.facts.event import follow_up, relapse
from anamnese.facts.event import words as event
from anamnese.facts.lesion import measures, sites
from anamnese.facts.medication import grammar, prescription
from anamnese.facts.metastasis import rules as metastasis
from anamnese.facts.metastasis import sites as metastasis_sites
from anamnese.facts.procedure import rules as procedure
from anamnese.facts.response import absence, category
from anamnese.facts.therapy import changes, counts, ends, operations, periods, radiotherapy, roles, surgery_reasons
from anamnese.facts.tumour import lapse
from anamnese.history import extent, tumours
from anamnese.reading.fold import holds

PAIRS = [
    (absence._DENIED, absence._OF_DENIED),
    (adverse_event._CHANGED, adverse_event._OF_CHANGED),
    (causes._OF_ACT, causes._OF_ACTS),
    (changes._STOP, changes._STOPS),
    (counts._DOSES_OF, counts._OF_DOSES),
    (counts._NEXT_COUNT, counts._NEXT_UNITS),
    (ends._STOP_OF, ends._STOP_WORDS),
    (ends._STOPPED, ends._STOPS),
    (ends._STOPPED_AFTER, ends._OF_STOPPED_AFTER),
    (event._NOT_TOLD, event._OF_NOT_TOLD),
    (event._SPAN, event._OF_SPAN),
    (extent._IN_TRANSIT, extent._OF_TRANSIT),
    (follow_up._FELL_ILL, follow_up._OF_FELL_ILL),
    (follow_up._FOLLOWED, follow_up._OF_FOLLOWED),
    (follow_up._WELL, follow_up._OF_WELL),
    (grammar._CYCLES_BEFORE, grammar._OF_CYCLES_BEFORE),
    (lapse._COUNTED, lapse._COUNTED_WORDS),
    (sites._ACCESS, sites._OF_ACCESS),
    (sites._DOSED, sites._OF_DOSED),
    (sites._TOUCHED, sites._OF_TOUCHED),
    (measures._GROWN, measures._OF_GROWN),
    (examinations._ORDERED_AFTER, examinations._OF_ORDERED_AFTER),
    (examinations._NOT_DONE, examinations._NOT_DONE_WORDS),
    (lapse._SPAN, lapse._SPAN_WORDS),
    (category._OF_SPECIMEN, category._SPECIMEN_WORDS),
    (metastasis_sites._ALL_OF_THEM, metastasis_sites._ALL_WORDS),
    (metastasis_sites._REACHED, metastasis_sites._REACHED_WORDS),
    (metastasis._JUDGED_BENIGN, metastasis._JUDGED_WORDS),
    (metastasis._CORRECTED, metastasis._CORRECTED_WORDS),
    (metastasis._UNDETERMINED, metastasis._UNDETERMINED_WORDS),
    (operations._REFUSED_AFTER, operations._OF_REFUSED_AFTER),
    (periods._CHANGED_TO, periods._OF_CHANGE),
    (periods._ENDED, periods._OF_ENDED),
    (periods._FIRST_CYCLE, periods._FIRST),
    (periods._GIVEN_FOR, periods._OF_GIVEN_FOR),
    (procedure._PERSON, procedure._TITLES),
    (prescription._ROUTE_BEFORE, prescription._OF_ROUTE_BEFORE),
    (radiotherapy._STOPPED_AT, radiotherapy._STOPS),
    (relapse._CLEARED, relapse._OF_CLEARED),
    (roles._NOT_INDICATED, roles._OF_NOT_INDICATED),
    (surgery_reasons._CALLED_FOR, surgery_reasons._CALLED),
    (surgery_reasons._HELD, surgery_reasons._OF_SPECIMEN),
    (tumours._SEVERAL, tumours._OF_SEVERAL),
]


@pytest.mark.parametrize(("pattern", "words"), PAIRS, ids=[words[0].strip() for _, words in PAIRS])
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_a_pattern_matches_has_one_of_its_words(
    pattern: re.Pattern[str], words: tuple[str, ...], data: st.DataObject
) -> None:
    told = data.draw(st.from_regex(pattern))
    found = pattern.search(told)
    assert found is not None
    assert holds(found[0], words)

"""anamnese reads French oncology reports into facts tied to the words that prove them.

>>> import anamnese
>>> case = anamnese.read("Carcinome canalaire infiltrant du sein gauche, pT2N1M0.")
>>> [fact.quote for fact in case.of_type("stage")]
['pT2N1M0']
"""

from anamnese.case import Case, Fact, Report, Section, Span
from anamnese.engine import read
from anamnese.reading.files import InputError, read_file

__all__ = ["Case", "Fact", "InputError", "Report", "Section", "Span", "read", "read_file"]
__version__ = "0.1.0"

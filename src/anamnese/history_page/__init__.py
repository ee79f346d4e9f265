"""The page of a patient's record: one HTML file with the timeline, the summary, the tables and the reports."""

from anamnese.history_page.page import page

__all__ = ["page"]

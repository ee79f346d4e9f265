"""Stages: TNM in its written forms, stage groups, and the systems of single tumours."""

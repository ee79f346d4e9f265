"""Biomarkers: receptors, immunohistochemistry, mutations, fusions, instability, proliferation."""

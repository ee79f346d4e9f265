"""Bytes → text → the shape of a report: encodings and file formats, the folded shadow, numbers, sentences."""

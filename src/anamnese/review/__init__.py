"""What a person decides about what the program read: decisions, the facts that stand after them, and their record."""

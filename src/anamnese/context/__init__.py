"""Negation, doubt, plans and family: the scope of what is said."""

"""From facts to one patient's record: linking and dating."""

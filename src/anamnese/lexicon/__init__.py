"""The compiled matcher over all terms of all rooms, once per process."""

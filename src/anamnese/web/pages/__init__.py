"""Pages: a module a room, each with its `router`."""

"""The REST API: a module a subject, each with its `router`."""

"""The schema's revisions, oldest first; `opening` takes a store through those that it lacks."""

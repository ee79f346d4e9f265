"""Files that people bring in: read in a process that can be ended, kept aside, grouped by patient, filed as cases."""

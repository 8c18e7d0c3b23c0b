"""Temporal: workflow, activities, worker, starter, tests and papers from a plan."""

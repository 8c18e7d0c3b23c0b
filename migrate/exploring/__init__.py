"""Paths through a workflow, explored without a server. These files are copied into the tests of generated projects.

They know Python values and nothing of an engine, of `migrate` or of `assess`; so they import only each other.
"""

"""Checks of question 1: whether a run that is killed half-way goes on from its last good step."""

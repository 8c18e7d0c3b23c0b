"""Checks of question 2: whether operations can see the state of each run."""

"""Equivalence: the original and the workflow run on the same outside world, and what each did there is compared.

What counts as equal, and why, stands in docs/decisions and in `comparing.py`. The two scripts that run in the user's
interpreter import nothing of lastgood.
"""

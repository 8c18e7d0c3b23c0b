"""Legacy source to workflow code, by libcst: nothing is imported or run, and what is not changed keeps every byte."""

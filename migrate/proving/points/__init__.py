"""The forty points of an excellent scaffold: each one shown by named evidence, or said to fail.

Evidence comes from four places: the project's own tests, which carry the number of the point that they show; our own
look at the generated files; the kill matrix; small measurements. A point without evidence fails. One that has nothing
to be shown on says why it does not apply.
"""

"""The values that cross rooms: frozen, slotted, standard library only.

They mirror the assessment's JSON field by field (`wire` turns one into the other), so whatever a report or a
migration needs is in the assessment. No parser node and no graph library appears here.
"""

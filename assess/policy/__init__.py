"""What the owner of a code base decided: configuration, comments that ignore, a baseline; and two assessments compared.

It turns findings and decisions into findings that carry them. It never takes a finding away, and it knows no syntax.
"""

"""What does a call reach? An abstract run of the scanned code: names and calls become values, calls that leave the
process become events in a trace. Nothing is executed; every value is an approximation that remembers which events it
comes from.
"""

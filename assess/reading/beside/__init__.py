"""What stands beside the code and says how it is started: read as text, by small readers that never fail.

Each reader takes a text and gives `Start` values; whether a start leads to code of the tree is decided in weaving. A
damaged file gives what was read up to the damage.
"""

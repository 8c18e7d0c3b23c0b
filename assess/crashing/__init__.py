"""The crash table: what a kill at each visit repeats, doubles, loses and asks again, today and on a durable engine.

`before` reads from the flow what has run when a visit starts; `rows` turns that into rows. The table is made of the
code's structure and the effects of its calls. It knows no data: a re-run is taken to decide as the first run did.
"""

from assess.crashing.rows import crash_table

__all__ = ["crash_table"]

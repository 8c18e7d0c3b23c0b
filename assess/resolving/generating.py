"""Generators run while somebody goes through them: between one `yield` and the next, the loop's body runs."""

from __future__ import annotations

from collections.abc import Iterator

from assess.resolving.running import Run
from assess.resolving.trace import Again, Called, Event, Logged, Loop, Trace, Yielded
from assess.resolving.values import Items, Value


def taken(run: Run, source: Value) -> Called | None:
    """The generator that a loop goes through, taken away from where it was made."""
    if run.muted or not isinstance(source, Items) or source.lazy is None:
        return None
    made, source.lazy = source.lazy, None
    if not made.body.calls or next(_yields(made.body), None) is None:
        return None
    moved = Called(made.spot, made.name, made.definition, made.body)
    made.body = Trace()
    return moved


def gone_through(generator: Called, loop: Loop) -> Called:
    """The generator with the loop's body where it yields: shown once, at a `yield` in a loop if there is one."""
    yields = list(_yields(generator.body))
    looping = [y for n in generator.body.nodes if isinstance(n, Loop) for y in _yields(n.body)]
    first = (looping or yields)[0]
    for one in yields:
        one.body = loop.body if one is first else Trace([Again(loop.spot, loop.body)])
    return generator


def _yields(trace: Trace) -> Iterator[Yielded]:
    for node in trace.nodes:
        if isinstance(node, Yielded):
            yield node
        elif not isinstance(node, Event | Logged | Called):
            for part in node.parts():
                yield from _yields(part)

"""Judgement: answers with their reasons, scores with their arithmetic, effort, order of work, recommendation.

It rests on findings and on what the pipelines show. It knows no code and no engine's details, and it never takes what
is not shown for good.
"""

from assess.scoring.finish import Judged, finish, judge

__all__ = ["Judged", "finish", "judge"]

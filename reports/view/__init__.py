"""An assessment, ready to be shown: sorted, counted and said in sentences. Knows no output format."""

from reports.view.building import build
from reports.view.shown import (
    Action,
    AnswerView,
    CrashMoment,
    CrashSide,
    CrashView,
    FindingGroup,
    FindingView,
    OutlineLine,
    PipelineView,
    ReportView,
    ScoreView,
    StepView,
    Tally,
)

__all__ = [
    "Action",
    "AnswerView",
    "CrashMoment",
    "CrashSide",
    "CrashView",
    "FindingGroup",
    "FindingView",
    "OutlineLine",
    "PipelineView",
    "ReportView",
    "ScoreView",
    "StepView",
    "Tally",
    "build",
]

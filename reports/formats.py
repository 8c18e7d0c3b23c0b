"""Every format an assessment can be written in, by the name the command line offers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from assess.model.assessment import Assessment
from assess.model.wire import dumps


def _text(assessment: Assessment) -> str:
    from reports.text import render_text  # noqa: PLC0415 - each format costs only those who ask for it

    return render_text(assessment, width=100, colour=False)


def _html(assessment: Assessment) -> str:
    from reports.html import render_html  # noqa: PLC0415 - as above

    return render_html(assessment)


def _markdown(assessment: Assessment) -> str:
    from reports.markdown import render_markdown  # noqa: PLC0415 - as above

    return render_markdown(assessment)


def _svg(assessment: Assessment) -> str:
    from reports.svg import render_svg  # noqa: PLC0415 - as above

    return render_svg(assessment)


def _sarif(assessment: Assessment) -> str:
    from reports.sarif import render_sarif  # noqa: PLC0415 - as above

    return render_sarif(assessment)


def _code_scanning(assessment: Assessment) -> str:
    from reports.sarif import render_sarif  # noqa: PLC0415 - as above

    return render_sarif(assessment, suppressed=False)


def _github(assessment: Assessment) -> str:
    from reports.github import render_github  # noqa: PLC0415 - as above

    return render_github(assessment)


def _mermaid(assessment: Assessment) -> str:
    from reports.mermaid import render_mermaid  # noqa: PLC0415 - as above

    return render_mermaid(assessment)


def _csv(assessment: Assessment) -> str:
    from reports.sheet import render_csv  # noqa: PLC0415 - as above

    return render_csv(assessment)


FORMATS: Mapping[str, Callable[[Assessment], str]] = MappingProxyType(
    {
        "code-scanning": _code_scanning,
        "csv": _csv,
        "github": _github,
        "html": _html,
        "json": dumps,
        "markdown": _markdown,
        "mermaid": _mermaid,
        "sarif": _sarif,
        "svg": _svg,
        "text": _text,
    }
)

MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "code-scanning": "SARIF 2.1.0 without suppressed findings, for services that show those as open",
        "csv": "all findings, one a row",
        "github": "open findings as annotations of GitHub Actions",
        "html": "the report for people, in one file",
        "json": "the assessment; every other format is made from it",
        "markdown": "verdict, ranking and what to do first, for an issue or a pull request",
        "mermaid": "the flow of the pipelines as a Mermaid chart",
        "sarif": "SARIF 2.1.0 with everything, suppressed findings with their reasons",
        "svg": "the step graph of the pipeline to move first, as a picture",
        "text": "the report for a terminal",
    }
)
"""What each format is, in a few words."""

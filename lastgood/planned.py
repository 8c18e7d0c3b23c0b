"""The plan for the recommended pipeline, for the report of an assessment that is made from code."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assess.model.assessment import Assessment
from assess.model.wire import to_json
from lastgood.console import note


def plan_of_recommended(assessment: Assessment, path: Path) -> Mapping[str, Any] | None:
    """As plain values; None where there is nothing to move or the code cannot be moved."""
    if assessment.recommendation.pipeline is None:
        return None
    # Only a page for people shows a plan, and what makes one takes long to import.
    from migrate.engines.temporal.capability import ENGINE  # noqa: PLC0415
    from migrate.errors import MigrationError, NothingToMigrateError  # noqa: PLC0415
    from migrate.usecases import plan_for  # noqa: PLC0415

    root = path if path.is_dir() else path.parent
    try:
        made: Mapping[str, Any] = to_json(plan_for(assessment, root, pipeline=None, engine=ENGINE))
    except (MigrationError, NothingToMigrateError):
        return None
    except Exception as fault:  # noqa: BLE001 - an assessment is whole without a plan
        note(f"The report has no plan: making it failed ({type(fault).__name__}). 'lastgood plan' tells more.")
        return None
    return made

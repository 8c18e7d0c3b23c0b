"""Applications come from the web form as one JSON file each."""

import json
import os
from pathlib import Path

from customer_onboarding.models import Application

APPLICATIONS_DIR = Path(os.environ.get("APPLICATIONS_DIR", Path(__file__).parent / "applications"))


def load_application(application_id: str) -> Application:
    form = json.loads((APPLICATIONS_DIR / f"{application_id}.json").read_text(encoding="utf-8"))
    return Application(id=application_id, **form)

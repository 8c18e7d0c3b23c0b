"""Claims arrive as folders: claim.json from the portal and the documents as text."""

import json
import os
from pathlib import Path

from claims_triage.models import Claim, Document

CLAIMS_DIR = Path(os.environ.get("CLAIMS_DIR", Path(__file__).parent / "data"))


def load_claim(claim_id: str) -> Claim:
    folder = CLAIMS_DIR / claim_id
    form = json.loads((folder / "claim.json").read_text(encoding="utf-8"))
    documents = [
        Document(name=path.name, text=path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.txt"))
    ]
    return Claim(id=claim_id, claimant=form["claimant"], email=form["email"], documents=documents)

"""An upload is noted, and answered before the work on it is done."""

import httpx
from fastapi import BackgroundTasks, FastAPI
from openai import OpenAI

app = FastAPI()
client = OpenAI()
DESK = "http://localhost:9"


def note(document_id: str) -> str:
    return httpx.post(f"{DESK}/documents", json={"id": document_id}).json()["state"]


def summarise(document_id: str) -> None:
    text = httpx.get(f"{DESK}/documents/{document_id}").text
    summary = client.responses.create(model="gpt-4o-mini", input=text).output_text
    httpx.put(f"{DESK}/documents/{document_id}/summary", json={"summary": summary})


@app.post("/documents/{document_id}")
def upload(document_id: str, tasks: BackgroundTasks) -> dict[str, str]:
    state = note(document_id)
    tasks.add_task(summarise, document_id)
    return {"document": document_id, "state": state}

"""A scan comes with the request and is filed."""
import httpx
from fastapi import FastAPI, HTTPException, UploadFile
from openai import OpenAI

app = FastAPI()
client = OpenAI()
DESK = "http://localhost:9"


def store(name: str, text: str) -> str:
    return httpx.post(f"{DESK}/scans", json={"name": name, "text": text}).json()["id"]


@app.post("/scans")
async def file_scan(case_id: str, scan: UploadFile) -> dict[str, str]:
    if not scan.filename:
        raise HTTPException(422)
    try:
        content = await scan.read()
        # Only the beginning counts.
        text = client.responses.create(model="gpt-4o-mini", input=content.decode()[:1000]).output_text
        if not text:
            return {"case": case_id, "scan": ""}
        number = store(case_id, text)
        return {"case": case_id, "scan": number}
    except ValueError as problem:
        raise HTTPException(400, str(problem)) from problem

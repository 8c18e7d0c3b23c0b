"""Contracts come in over HTTP, are reviewed by the graph, and the CRM is told."""

import httpx
from contract_review import SERVICES, graph
from fastapi import FastAPI

app = FastAPI()


@app.post("/contracts/{contract_id}")
def review(contract_id: str, text: str) -> str:
    done = graph.invoke({"text": text}, {"configurable": {"thread_id": contract_id}})
    httpx.post(f"{SERVICES}/crm/contracts", json={"id": contract_id, "notes": done["notes"]}, timeout=10)
    return done["text"]

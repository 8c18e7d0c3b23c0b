import httpx
from openai import OpenAI

client = OpenAI()


def ask(prompt: str) -> str:
    response = client.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": prompt}])
    return response.choices[0].message.content or ""


def post(path: str, body: dict) -> dict:
    response = httpx.post("http://localhost:9" + path, json=body)
    response.raise_for_status()
    return response.json()

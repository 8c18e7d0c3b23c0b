"""The one door to OpenAI. Key and address come from OPENAI_API_KEY and OPENAI_BASE_URL."""

import json
import os

from openai import AsyncOpenAI

MODEL = os.environ.get("OPENAI_MODEL", "gpt-4o-mini")

client = AsyncOpenAI()


async def complete(system: str, prompt: str) -> str:
    response = await client.chat.completions.create(
        model=MODEL,
        temperature=0,
        messages=[
            {"role": "system", "content": system},
            {"role": "user", "content": prompt},
        ],
    )
    return response.choices[0].message.content or ""


async def complete_json(system: str, prompt: str) -> dict:
    answer = await complete(system, prompt)
    return json.loads(answer.strip().removeprefix("```json").removesuffix("```"))

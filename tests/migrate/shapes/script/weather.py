"""A script that asks a model, calls the tools that it names, and asks again; nothing of it is a function to start."""

import json

import httpx
from openai import OpenAI

client = OpenAI()
TOOLS = [{"type": "function", "function": {"name": "get_weather"}}]


def get_weather(city):
    return httpx.get("http://localhost:9/weather", params={"city": city}).json()


messages = [{"role": "user", "content": "Should I take an umbrella?"}]
first = client.chat.completions.create(model="gpt-4o-mini", messages=messages, tools=TOOLS)
messages.append(first.choices[0].message)

# Every tool that the model asked for
for call in first.choices[0].message.tool_calls or []:
    arguments = json.loads(call.function.arguments)
    result = get_weather(arguments["city"])
    messages.append({"role": "tool", "tool_call_id": call.id, "content": json.dumps(result)})

second = client.chat.completions.create(model="gpt-4o-mini", messages=messages)
print(second.choices[0].message.content)

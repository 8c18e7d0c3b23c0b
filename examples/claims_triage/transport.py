"""Small helpers around httpx for the internal services."""

import httpx

TIMEOUT = 30.0


def get_json(url: str, params: dict | None = None) -> dict:
    response = httpx.get(url, params=params, timeout=TIMEOUT)
    response.raise_for_status()
    return response.json()


def post_json(url: str, payload: dict, headers: dict | None = None) -> dict:
    response = httpx.post(url, json=payload, headers=headers, timeout=TIMEOUT)
    response.raise_for_status()
    return response.json()

"""Cases are rows of a table; the one that is looked for next is marked when it is done."""

import time

import httpx
import psycopg
from openai import OpenAI

client = OpenAI()


def next_case(connection):
    with connection.cursor() as cursor:
        cursor.execute("select id, text from cases where state = 'new' limit 1")
        return cursor.fetchone()


def classify(text: str) -> str:
    return client.responses.create(model="gpt-4o-mini", input=text).output_text


def route(case_id: str, label: str) -> None:
    httpx.post("http://localhost:9/routes", json={"case": case_id, "label": label}, timeout=10)


def mark(case_id: str, state: str) -> None:
    with psycopg.connect("dbname=desk") as connection:
        connection.execute("update cases set state = %s where id = %s", (state, case_id))
        connection.commit()


def main() -> None:
    connection = psycopg.connect("dbname=desk")
    while True:
        row = next_case(connection)
        if row is None:
            time.sleep(5)
            continue
        case_id, text = row
        label = classify(text)
        route(case_id, label)
        mark(case_id, "done")


if __name__ == "__main__":
    main()

"""Requests that stop everybody else, are repeated for ever, or fail without a word."""

import os

import openai
from fastapi import FastAPI

app = FastAPI()
client = openai.OpenAI(api_key=os.environ["KEY"])


@app.post("/blocking")
async def blocking(text: str):
    reply = client.chat.completions.create(  # finds: blocking-call-in-async
        model="gpt-4o", messages=[{"role": "user", "content": text}]
    )
    return reply.choices[0].message.content


@app.post("/indirect")
async def indirect(text: str):
    return shorten(text)


def shorten(text):
    reply = client.completions.create(model="gpt-3.5-turbo-instruct", prompt=text)  # finds: blocking-call-in-async
    return reply.choices[0].text


@app.post("/stubborn")
def stubborn(text: str):
    while True:
        try:
            reply = client.chat.completions.create(  # finds: unbounded-retry
                model="gpt-4o", messages=[{"role": "user", "content": text}]
            )
            return reply.choices[0].message.content
        except openai.OpenAIError:
            continue


@app.post("/silent")
def silent(text: str):
    try:
        reply = client.chat.completions.create(  # finds: swallowed-failure
            model="gpt-4o", messages=[{"role": "user", "content": text}]
        )
        return reply.choices[0].message.content
    except Exception:
        pass

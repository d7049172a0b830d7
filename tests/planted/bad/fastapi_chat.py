"""What a visitor sends becomes part of the system prompt, and nothing bounds or repeats the request."""

from fastapi import FastAPI
from openai import OpenAI
from pydantic import BaseModel

app = FastAPI()
client = OpenAI(timeout=None, max_retries=0)


class Question(BaseModel):
    persona: str
    text: str


@app.get("/ask")
def ask(topic: str, question: str):
    reply = client.chat.completions.create(  # finds: untrusted-system-prompt, disabled-timeout, disabled-retry, unguarded-call
        model="gpt-4o",
        messages=[
            {"role": "system", "content": f"You are an expert on {topic}."},
            {"role": "user", "content": question},
        ],
    )
    return {"answer": reply.choices[0].message.content}


@app.post("/persona")
async def persona(question: Question):
    reply = client.responses.create(  # finds: untrusted-system-prompt, blocking-call-in-async
        model="gpt-4o",
        instructions="Speak like " + question.persona,
        input=question.text,
    )
    return {"answer": reply.output_text}

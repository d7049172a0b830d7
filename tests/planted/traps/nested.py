"""A `try` around the making of a function, a generator or a task guards nothing of what it does later."""

import openai
from flask import Flask, Response, request

app = Flask(__name__)
client = openai.OpenAI()


@app.post("/later")
def later():
    try:

        def send():
            return client.chat.completions.create(  # finds: unguarded-call
                model="gpt-4o", messages=[{"role": "user", "content": request.json["text"]}]
            )

    except openai.OpenAIError:
        return "no", 503
    return send().choices[0].message.content


@app.post("/lambda")
def by_lambda():
    try:
        send = lambda text: client.responses.create(model="gpt-4o", input=text)  # finds: unguarded-call
    except openai.OpenAIError:
        return "no", 503
    return send(request.json["text"]).output_text


def pieces(text):
    for chunk in client.chat.completions.create(  # finds: unguarded-call
        model="gpt-4o", messages=[{"role": "user", "content": text}], stream=True
    ):
        yield chunk.choices[0].delta.content or ""


@app.post("/pieces")
def streamed():
    try:
        parts = pieces(request.json["text"])
    except openai.OpenAIError:
        return "no", 503
    return Response(parts)


@app.post("/else")
def by_else():
    try:
        text = request.json["text"]
    except Exception:
        return "no", 400
    else:
        return client.responses.create(model="gpt-4o", input=text).output_text  # finds: unguarded-call


@app.post("/handler")
def in_handler():
    try:
        return int(request.json["text"])
    except Exception:
        return client.responses.create(model="gpt-4o", input="why?").output_text  # finds: unguarded-call


@app.post("/guarded")
def guarded():
    def send():
        return client.responses.create(model="gpt-4o", input=request.json["text"])

    try:
        return send().output_text
    except openai.OpenAIError:
        app.logger.exception("no answer")
        return "no", 503

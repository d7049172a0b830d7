"""Flask: a form field in the system prompt, by way of a helper."""

import openai
from flask import Flask, jsonify, request

app = Flask(__name__)


def complete(system, text):
    return openai.chat.completions.create(  # finds: untrusted-system-prompt, unguarded-call
        model="gpt-4o",
        messages=[{"role": "system", "content": system}, {"role": "user", "content": text}],
    )


@app.route("/chat", methods=["POST"])
def chat():
    style = request.form["style"]
    reply = complete("Answer in this style: %s" % style, request.form["text"])
    return jsonify(answer=reply.choices[0].message.content)

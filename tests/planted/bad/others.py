"""The same carelessness with other SDKs, each with the default that its SDK really has."""

import boto3
import httpx
import litellm
import ollama
import requests
from anthropic import Anthropic
from flask import Flask, request
from google import genai
from langchain_openai import ChatOpenAI
from mistralai import Mistral

app = Flask(__name__)
claude = Anthropic(timeout=None)
mistral = Mistral(api_key="", timeout_ms=30)
gemini = genai.Client()
bedrock = boto3.client("bedrock-runtime")
model = ChatOpenAI(model="gpt-4o")


@app.post("/litellm")
def by_litellm():
    return litellm.completion(  # finds: call-without-timeout, unguarded-call
        model="gpt-4o", messages=[{"role": "user", "content": request.json["text"]}]
    ).choices[0].message.content


@app.post("/bedrock")
def by_bedrock():
    reply = bedrock.converse(  # finds: call-without-timeout, unguarded-call
        modelId="anthropic.claude-3-haiku-20240307-v1:0",
        messages=[{"role": "user", "content": [{"text": request.json["text"]}]}],
    )
    return reply["output"]["message"]["content"][0]["text"]


@app.post("/httpx")
def by_httpx():
    reply = httpx.post(  # finds: disabled-timeout, call-without-retry, unguarded-call
        "https://api.openai.com/v1/chat/completions",
        json={"model": "gpt-4o", "messages": [{"role": "user", "content": request.json["text"]}]},
        timeout=None,
    )
    return reply.json()["choices"][0]["message"]["content"]


@app.post("/requests")
def by_requests():
    reply = requests.post(  # finds: call-without-timeout, call-without-retry, unguarded-call
        "https://api.anthropic.com/v1/messages",
        json={"model": "claude-haiku-4-5", "max_tokens": 100, "messages": [{"role": "user", "content": "hi"}]},
    )
    return reply.json()["content"][0]["text"]


@app.post("/langchain")
def by_langchain():
    return model.invoke(request.json["text"]).content  # finds: call-without-timeout, unguarded-call


@app.post("/anthropic")
def by_anthropic():
    reply = claude.messages.create(  # finds: disabled-timeout, unguarded-call
        model="claude-sonnet-4-5", max_tokens=100, messages=[{"role": "user", "content": request.json["text"]}]
    )
    return reply.content[0].text


@app.post("/mistral")
def by_mistral():
    reply = mistral.chat.complete(  # finds: timeout-in-wrong-unit, call-without-retry, unguarded-call
        model="mistral-large-latest", messages=[{"role": "user", "content": request.json["text"]}]
    )
    return reply.choices[0].message.content


@app.post("/gemini")
def by_gemini():
    reply = gemini.models.generate_content(  # finds: call-without-timeout, call-without-retry, unguarded-call
        model="gemini-2.5-pro", contents=request.json["text"]
    )
    return reply.text


@app.post("/ollama")
def by_ollama():
    reply = ollama.chat(  # finds: call-without-timeout, call-without-retry, unguarded-call
        model="llama3.2", messages=[{"role": "user", "content": request.json["text"]}]
    )
    return reply["message"]["content"]

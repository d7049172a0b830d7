"""Nothing here sends anything to a model, whatever it is called."""

import stripe
from slack_sdk import WebClient
from twilio.rest import Client

client = Client("sid", "token")
slack = WebClient(token="token")


class Completions:
    def create(self, **words):
        return words


class Chat:
    completions = Completions()


class Own:
    chat = Chat()


def tell(text):
    client.messages.create(body=text, from_="+1", to="+2")
    slack.chat_postMessage(channel="#c", text=text)
    stripe.checkout.Session.create(mode="payment")
    return Own().chat.completions.create(model="m", messages=[text])


def converse(client, text):
    return client.converse(text), client.chat(text), client.generate(text)

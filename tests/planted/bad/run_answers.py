"""What the model answers is run."""

import json

from openai import OpenAI

client = OpenAI()


def plan_and_run(task):
    reply = client.chat.completions.create(  # finds: executed-output
        model="gpt-4o",
        messages=[{"role": "user", "content": task}],
    )
    plan = json.loads(reply.choices[0].message.content)
    exec(plan["code"])


def calculate(question):
    reply = client.responses.create(model="gpt-4o", input=question)  # finds: executed-output
    return eval(reply.output_text)


if __name__ == "__main__":
    plan_and_run("sort the files")
    print(calculate("2 + 2"))

"""Django: a query parameter in the system prompt."""

import anthropic
from django.http import JsonResponse

client = anthropic.Anthropic()


def summarize(request):
    language = request.GET.get("language", "English")
    reply = client.messages.create(  # finds: untrusted-system-prompt, unguarded-call
        model="claude-sonnet-4-5",
        max_tokens=500,
        system="Summarize in {}.".format(language),
        messages=[{"role": "user", "content": request.POST["text"]}],
    )
    return JsonResponse({"summary": reply.content[0].text})

"""Azure OpenAI: the same shapes as OpenAI's, at other URLs and with the key in a header of its own.

Source: "Azure OpenAI in Azure AI Foundry Models REST API reference", the dated versions and v1.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from ..mistakes import UnfitRequest
from .interface import Api, Auth
from .openai_chat import OpenAIChat
from .openai_completions import OpenAICompletions
from .openai_embeddings import OpenAIEmbeddings
from .openai_responses import OpenAIResponses

KEY = Auth("api-key", "", ("AZURE_OPENAI_API_KEY",))
OpenAI = OpenAIChat | OpenAICompletions | OpenAIEmbeddings | OpenAIResponses


def azure(api: OpenAI, deployment: str = "", version: str = "") -> Api:
    """One of OpenAI's protocols as Azure serves it, behind the resource's endpoint (https://NAME.openai.azure.com).

    Without a version: the v1 API, where the deployment is the request's model. With one ("2024-10-21"): the deployment
    stands in the path, except for Responses. Raises UnfitRequest where a deployment is needed and missing.
    """
    if not version:
        path = f"/openai/v1{api.path}"
    elif isinstance(api, OpenAIResponses):
        path = f"/openai{api.path}?api-version={quote(version, safe='')}"
    elif deployment:
        path = f"/openai/deployments/{quote(deployment, safe='')}{api.path}?api-version={quote(version, safe='')}"
    else:
        raise UnfitRequest(["Azure's dated API versions have the deployment in the path: give its name"])
    return replace(api, name=f"azure-{api.name.removeprefix('openai-')}", base="", path=path, auth=KEY)

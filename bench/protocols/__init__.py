"""The APIs that can be measured: what each is asked with, and what its answers mean."""

from ..mistakes import EndpointError, UnfitRequest, UnknownProtocol
from .answers import Answer, Chunk, Exchange, read_answer, reading
from .azure import azure
from .endpoint import Endpoint
from .errors import NotTheProtocol
from .failures import Failure
from .interface import (
    Api,
    Auth,
    Delta,
    Fault,
    Message,
    Options,
    Prompt,
    Request,
    Sent,
    Timings,
    Usage,
    asked,
)
from .jsons import prepare
from .limits import Limits, Quota, limits
from .named import PROTOCOLS, protocol

__all__ = [
    "PROTOCOLS",
    "Answer",
    "Api",
    "Auth",
    "Chunk",
    "Delta",
    "Endpoint",
    "EndpointError",
    "Exchange",
    "Failure",
    "Fault",
    "Limits",
    "Message",
    "NotTheProtocol",
    "Options",
    "Prompt",
    "Quota",
    "Request",
    "Sent",
    "Timings",
    "UnfitRequest",
    "UnknownProtocol",
    "Usage",
    "asked",
    "azure",
    "limits",
    "prepare",
    "protocol",
    "read_answer",
    "reading",
]

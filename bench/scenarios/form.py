"""The form of a scenario file and of the `bench` part of a configuration, which is also the JSON Schema that ships.

It says which keys there are and of which types; what texts mean is read later, by whoever knows. pydantic is loaded
only where there is a file.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    WithJsonSchema,
)


def _as_text(value: object) -> object:
    """YAML and TOML make numbers of texts without a unit; whoever reads them says what unit is missing."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _kind(value: object) -> str:
    return "<text>" if isinstance(value, str) else "<list>" if isinstance(value, list) else "<table>"


Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Amount = Annotated[str, BeforeValidator(_as_text), WithJsonSchema({"type": ["string", "number"]})]
Count = Annotated[int, Field(ge=1)]
Texts = Annotated[Annotated[Text, Tag("<text>")] | Annotated[list[Text], Tag("<list>")], Discriminator(_kind)]


class Form(BaseModel):
    """What all parts have in common: no key that isn't known, no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class FromUser(Form):
    """Where a value is kept that must stand in no shared file."""

    env: Annotated[Text | None, Field(description="The environment variable that holds it.")] = None
    file: Annotated[Text | None, Field(description="The file that holds it, and nothing else.")] = None


Header = Annotated[Annotated[str, Tag("<text>")] | Annotated[FromUser, Tag("<table>")], Discriminator(_kind)]
Headers = dict[str, Header]


class Stops(Form):
    """What ends a run; the first that is reached."""

    requests: Annotated[Count | None, Field(description="Requests sent, warm-up not counted.")] = None
    duration: Annotated[Amount | None, Field(description="A time, such as 90s or 5min.")] = None
    spend: Annotated[Amount | None, Field(description="Money that is never exceeded, such as $1.")] = None
    tokens: Annotated[Count | None, Field(description="Tokens, both ways together.")] = None
    errors: Annotated[Amount | None, Field(description="The share of failures not worth going on with: 20%.")] = None
    grace: Annotated[Amount | None, Field(description="How long failures don't end the run; 10s if not said.")] = None


class Options(Form):
    """How it is asked."""

    stream: Annotated[bool | None, Field(description="Whether answers come as streams; they do if not said.")] = None
    max_output: Annotated[Count | None, Field(description="Tokens of the longest answer.")] = None
    temperature: Annotated[float | None, Field(ge=0, allow_inf_nan=False, description="As the provider takes it.")] = (
        None
    )
    ask_usage: Annotated[bool | None, Field(description="false for servers that refuse `stream_options`.")] = None
    extra: Annotated[dict[str, Any], Field(description="Further members of the request's JSON body.")] = {}


class Wire(Form):
    """How requests travel."""

    connect_timeout: Annotated[Amount | None, Field(description="For name, connection and TLS; 10s if not said.")] = (
        None
    )
    read_timeout: Annotated[Amount | None, Field(description="In which nothing comes; 60s if not said.")] = None
    total_timeout: Annotated[Amount | None, Field(description="For a request as a whole; 600s if not said.")] = None
    keepalive: Annotated[bool | None, Field(description="false: a new connection for each request.")] = None
    http2: Annotated[bool | None, Field(description="By httpx, whose stamps are coarser.")] = None
    proxy: Annotated[Header | None, Field(description="The URL of a proxy; by httpx, whose stamps are coarser.")] = None
    ca: Annotated[Text | None, Field(description="Certificates that are trusted instead of the system's.")] = None
    insecure: Annotated[bool | None, Field(description="Take any certificate.")] = None


class Auth(Form):
    """Where the key of the user's own endpoint goes."""

    header: Annotated[Text, Field(description="The header that carries it.")] = "authorization"
    prefix: Annotated[str, Field(description="What stands before it.")] = "Bearer "


class Endpoint(Form):
    """The user's own endpoint: a request by templates (`{{prompt}}`), and JMESPath that finds the answer in what comes.

    Templates may name prompt, text, system, messages, model, max_output, temperature, stream, and the prompt's own
    fields.
    """

    path: Annotated[Text, Field(description="With templates; goes behind the target's URL.")] = "/"
    method: Annotated[Text, Field(description="The HTTP method.")] = "POST"
    headers: Annotated[dict[str, str], Field(description="Of the request; keys are named in the target's.")] = {}
    body: Annotated[Any, Field(alias="json", description="The JSON body, a template.")] = None
    form: Annotated[dict[str, str], Field(description="A form's fields, templates, in place of a JSON body.")] = {}
    framing: Annotated[
        Literal["sse", "ndjson"] | None, Field(description="How a streamed answer is framed; not said: one JSON body.")
    ] = None
    text: Annotated[Text, Field(description="Finds the answer's text; @ for a bare text.")]
    reasoning: Annotated[str, Field(description="Finds reasoning.")] = ""
    tool: Annotated[str, Field(description="Finds tool calls.")] = ""
    finish: Annotated[str, Field(description="Finds why the answer ended.")] = ""
    usage: Annotated[
        str, Field(description="Finds the counts: `{input_tokens: meta.in, output_tokens: meta.out}`.")
    ] = ""
    error: Annotated[str, Field(description="Finds an error.")] = ""
    model: Annotated[str, Field(description="Finds the model that answered.")] = ""
    end: Annotated[str, Field(description="Is true in the event that ends a stream.")] = ""
    end_data: Annotated[str, Field(description="The data of the event that ends a stream.")] = ""
    end_event: Annotated[str, Field(description="The name of the event that ends a stream.")] = ""
    auth: Annotated[Auth | None, Field(description="Where the key goes; a bearer token if not said.")] = None


class Target(Form):
    """One target."""

    target: Annotated[Text, Field(description="A URL, or a shorthand such as openai:gpt-4o-mini.")]
    name: Annotated[Text | None, Field(description="How it is called in the comparison.")] = None
    protocol: Annotated[Text | None, Field(description="What the server speaks, where its URL doesn't say it.")] = None
    model: Annotated[Text | None, Field(description="As the provider calls it.")] = None
    key: Annotated[FromUser | None, Field(description="Where its key is kept, if not where it is by custom.")] = None
    headers: Annotated[Headers, Field(description="Further ones; secret ones by {env: NAME}.")] = {}
    options: Annotated[Options | None, Field(description="What differs for this target.")] = None
    wire: Annotated[Wire | None, Field(description="What differs for this target.")] = None
    endpoint: Annotated[Endpoint | None, Field(description="The form of an endpoint of one's own.")] = None


class Prompts(Form):
    """What is asked: one of source, texts, synthetic; the set that is shipped if none is given."""

    source: Annotated[Text | None, Field(description="A file or a folder.")] = None
    texts: Annotated[list[Text] | None, Field(description="The prompts themselves.")] = None
    synthetic: Annotated[Amount | None, Field(description="Lengths in tokens: normal:500,100.")] = None
    output: Annotated[Amount | None, Field(description="With synthetic: lengths of the answers, in tokens.")] = None
    turns: Annotated[
        Literal["each", "last"] | None, Field(description="Which turns of recorded conversations are asked.")
    ] = None
    times: Annotated[Literal["s", "ms"] | None, Field(description="The unit of a trace's timestamps.")] = None
    cache_bust: Annotated[bool | None, Field(description="Begin each prompt with something new.")] = None


class Price(Form):
    """What a model costs, in US dollars. Tokens without a price of their own cost what they are part of."""

    input_per_1m: Amount | None = None
    output_per_1m: Amount | None = None
    cache_read_per_1m: Amount | None = None
    cache_write_per_1m: Amount | None = None
    cache_write_1h_per_1m: Amount | None = None
    reasoning_per_1m: Amount | None = None
    above: Annotated[dict[str, dict[str, Amount]], Field(description="Tokens of the prompt -> prices beyond.")] = {}
    per_request: Amount | None = None
    per_hour: Annotated[Amount | None, Field(description="Of a server of one's own.")] = None
    like: Annotated[Text | None, Field(description="As another model: openai:gpt-4o-mini.")] = None
    as_of: Annotated[Text | None, Field(description="The day it was looked at: 2026-10-01.")] = None
    note: str | None = None


class Users(Form):
    """Whose cost is projected."""

    daily: Annotated[Count, Field(description="Users a day.")]
    calls: Annotated[float, Field(gt=0, allow_inf_nan=False, description="Calls of each of them a day.")] = 1.0


PromptsOf = Annotated[
    Annotated[Text, Tag("<text>")] | Annotated[list[Text], Tag("<list>")] | Annotated[Prompts, Tag("<table>")],
    Discriminator(_kind),
]
TargetOf = Annotated[Annotated[Text, Tag("<text>")] | Annotated[Target, Tag("<table>")], Discriminator(_kind)]


class Bench(Form):
    """aiready's bench: a scenario file, or the part `bench` of a configuration."""

    name: Annotated[Text | None, Field(description="What is found out, in a few words.")] = None
    targets: Annotated[list[TargetOf], Field(description="What is measured, one after the other.")] = []
    load: Annotated[Texts | None, Field(description="How requests come: closed:8, poisson:20/s; one run for each.")] = (
        None
    )
    stops: Stops | None = None
    options: Options | None = None
    prompts: Annotated[PromptsOf | None, Field(description="A file, texts, or a table.")] = None
    slo: Annotated[Texts | None, Field(description="Thresholds, such as p95_ttft<1.5s.")] = None
    prices: Annotated[dict[str, Price], Field(description="Model -> what it costs.")] = {}
    users: Annotated[Users | None, Field(description="For a projection of the cost.")] = None
    wire: Wire | None = None
    warmup: Annotated[int | None, Field(ge=0, description="Requests before those that count; 2 if not said.")] = None
    workers: Annotated[int | None, Field(ge=0, description="Processes that send; 0: as many as are needed.")] = None
    seed: Annotated[int | None, Field(ge=0, description="Of all that is random.")] = None
    runs: Annotated[Text | None, Field(description="The folder for runs; .aiready/runs if not said.")] = None
    tolerance: Annotated[Amount | None, Field(description="Differences up to this matter to nobody: 5%.")] = None

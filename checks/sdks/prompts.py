"""The form of what the data says of prompts: where a call takes them, and where their text comes from."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class PromptRule:
    """Which arguments carry the prompt; a dotted name goes into nested values. The defaults are what nearly all use."""

    messages: tuple[str, ...] = ("messages", "chat_history", "message_history", "conversation", "turns")
    """Lists of messages, each with a role of its own."""
    system: tuple[str, ...] = (
        *("system", "instructions", "system_prompt", "system_instruction", "system_message", "preamble", "developer"),
        *("config.system_instruction", "generation_config.system_instruction", "additional_instructions"),
        "systemInstruction",
    )
    user: tuple[str, ...] = (
        *(
            "input",
            "inputs",
            "prompt",
            "prompts",
            "contents",
            "content",
            "query",
            "question",
            "message",
            "text",
            "texts",
        ),
        *("user_prompt", "user_input", "user_message", "task", "user_msg", "input_list", "sentences", "documents"),
        *("input_text", "inputText", "new_message", "str_or_query_bundle", "query_str", "instruction"),
        "model_input",
    )
    """Text, or messages, that speak for the user."""
    body: tuple[str, ...] = ()
    """A request body that holds all of these."""
    client: tuple[str, ...] = (
        *("system", "instructions", "system_prompt", "system_instruction", "system_message", "prompt", "preamble"),
        *("backstory", "goal", "state_modifier", "messages_modifier", "suffix", "prefix"),
    )
    """Arguments of the constructor, or of what the client is made of, that become part of the system prompt."""
    asked: tuple[str, ...] = ()
    """Arguments of what the client is made of that say what the model is asked; what a run is given is put into them,
    and into those of `client`."""
    filled: tuple[str, ...] = ()
    """Other calls that put messages where this one finds them: `threads.messages.create`."""
    appended: tuple[str, ...] = ()
    """Methods of the chat itself that put a message into it: `chat.append(user(text))`."""
    nested: bool = False
    """What a run is given is a mapping, or a list, of mappings with what is put into templates."""


USUAL = PromptRule()


@dataclass(frozen=True)
class TextRule:
    """What functions of other packages have to do with text on its way to a prompt. Names are dotted tails after the
    import root; `builtins` is the root of Python's own functions."""

    id: str
    imports: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    """Functions and attributes that give text somebody else wrote."""
    limits: tuple[str, ...] = ()
    """Arguments of those, and of what passes text on, that bound its length."""
    tails: tuple[str, ...] = ()
    """Methods that do so on any object: `similarity_search`."""
    source: str = "remote"
    """Whose text it is: remote or local."""
    retrieved: bool = False
    ranked: bool = False
    """Only the best few of what is kept come back: how many is set, there or by default."""
    """It comes from a store, a search, a page, a file or a tool, and not from whoever is using the program."""
    what: str = ""
    """What a person calls it: "answer of an HTTP request"."""
    opens: tuple[str, ...] = ()
    """Functions that give the content of a file they are given the name of."""
    passes: tuple[str, ...] = ()
    """Functions whose result holds the text of their arguments."""
    escapes: tuple[str, ...] = ()
    """Functions whose result can't be mistaken for instructions around it."""
    cuts: tuple[str, ...] = ()
    """Functions whose result has a bounded length."""
    splits: tuple[str, ...] = ()
    """Functions that give pieces of bounded length, any number of them."""
    aside: tuple[str, ...] = ()
    """Members of requests and events that are no text from outside: who asked, numbers, connections."""
    handed: tuple[str, ...] = ()
    """Types, and usual names, of parameters by which a framework hands over a request or an event."""
    roles: dict[str, str] = field(default_factory=dict[str, str])
    """Classes of messages by last name -> whose words they hold: system, user, assistant, tool, or role (they say)."""
    templates: dict[str, str] = field(default_factory=dict[str, str])
    """Prompt templates: constructor -> how holes are written (`{}`, `{{}}`, `$`)."""
    wordless: tuple[str, ...] = ()
    """Functions whose result holds no text of what they are given: pictures, tokenizers of a model."""
    keeps: tuple[str, ...] = ()
    """Objects on which a program keeps what it likes, under names of its own: a session's state."""
    key: str = ""
    """The argument by which what `reads` gives is kept there, too: its name."""
    given: tuple[str, ...] = ()
    """What the constructor of a form from these packages takes, in order; an empty name is none of what was sent."""
    held: tuple[str, ...] = ()
    """Members of a form that hold what was sent, field by field."""
    inside: str = ""
    """The member of a form's field that holds what was sent for it; such a form takes it out of the request itself."""
    closed: tuple[str, ...] = ()
    """Fields of a form, by last name, that let in numbers and choices only."""

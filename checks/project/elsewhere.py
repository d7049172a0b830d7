"""The calls that run a function or a coroutine elsewhere: in a thread, in a process, as a task of its own, later.

Known by their last name: executors, pools and groups reach a program by too many ways to tell them by their class.
"""

from __future__ import annotations

from enum import Flag, auto


class How(Flag):
    """What is true of such a call."""

    FUNCTION = auto()
    """It is given a function, and runs it somewhere else."""
    SECOND = auto()
    """The function is its second argument."""
    PACKED = auto()
    """It takes the function's arguments as one tuple, and as one mapping."""
    EACH = auto()
    """It runs the function for each element."""
    ANSWER = auto()
    """It gives back what the function does, or something that will: a future, the result of a task."""
    AWAITED = auto()
    """What it gives back can be waited for where it was called."""
    LOST = auto()
    """The starter never sees an exception of what it started."""
    SUBMITS = auto()
    """It gives back a future whose answer is fetched with a limit."""
    COROUTINE = auto()
    """It is given a coroutine, and gives back something to wait for."""
    GROUPED = auto()
    """A method of a group, which waits for what was started in it."""
    RUNS = auto()
    """It runs a coroutine to its end."""
    LATER = auto()
    """A method of a task, or of a queue, that takes the arguments of a later run."""
    MAKES = auto()
    """It gives a function much like the one it is given, for use from the other side of a thread."""
    THREADED = auto()
    """What it makes or runs doesn't block an event loop."""


_POOL = How.FUNCTION | How.ANSWER | How.EACH
_TASK = How.COROUTINE | How.LOST
_THREAD = How.FUNCTION | How.ANSWER | How.AWAITED | How.THREADED
_QUEUE = How.FUNCTION | How.ANSWER | How.LATER | How.LOST
TABLE: dict[str, How] = {
    # threads of an event loop
    "to_thread": _THREAD,
    "run_in_threadpool": _THREAD,
    "run_sync": _THREAD,
    "run_in_executor": _THREAD | How.SECOND | How.SUBMITS,
    "sync_to_async": How.FUNCTION | How.ANSWER | How.MAKES | How.THREADED,
    "async_to_sync": How.FUNCTION | How.ANSWER | How.MAKES,
    "asyncify": How.FUNCTION | How.ANSWER | How.MAKES | How.THREADED,
    "make_async": How.FUNCTION | How.ANSWER | How.MAKES | How.THREADED,
    # executors and pools
    "submit": How.FUNCTION | How.ANSWER | How.AWAITED | How.SUBMITS,
    "map": _POOL | How.SUBMITS,
    "imap": _POOL,
    "imap_unordered": _POOL,
    "starmap": _POOL,
    "apply": How.FUNCTION | How.ANSWER | How.PACKED,
    "apply_async": _QUEUE | How.PACKED | How.SUBMITS,
    # threads and timers
    "Thread": How.FUNCTION | How.PACKED | How.LOST,
    "Process": How.FUNCTION | How.PACKED | How.LOST,
    "Timer": How.FUNCTION | How.PACKED | How.LOST | How.SECOND,
    "start_new_thread": How.FUNCTION | How.PACKED | How.LOST,
    "call_later": How.FUNCTION | How.LOST | How.SECOND,
    # tasks of an event loop
    "create_task": _TASK | How.GROUPED,
    "ensure_future": _TASK,
    "gather": How.COROUTINE,
    "shield": How.COROUTINE,
    "wait_for": How.COROUTINE,
    "run_coroutine_threadsafe": How.COROUTINE | How.SUBMITS,
    "wrap_future": How.COROUTINE,
    "start_soon": How.FUNCTION | How.LOST | How.GROUPED,
    "start": How.GROUPED,
    "run": How.RUNS,
    "run_until_complete": How.RUNS,
    "as_completed": How.RUNS,
    # what a server or a scheduler runs afterwards
    "add_task": How.FUNCTION | How.LOST,
    "add_job": How.FUNCTION | How.LOST,
    "run_job": How.FUNCTION,
    "start_background_task": How.FUNCTION | How.LOST,
    # queues of tasks
    "delay": _QUEUE,
    "enqueue": _QUEUE,
    "enqueue_in": How.FUNCTION | How.ANSWER | How.LOST | How.SECOND,
    "defer": How.FUNCTION | How.LATER | How.LOST,
    "send_task": How.FUNCTION | How.LOST,
    **dict.fromkeys(("delay_on_commit", "send_with_options", "kiq", "defer_async"), How.LATER | How.LOST),
    **dict.fromkeys(("s", "si", "signature", "send", "kicker", "schedule"), How.LATER),
}
"""By the last name of what is called."""


def calls_that(how: How) -> frozenset[str]:
    """The calls of which all of `how` is true."""
    return frozenset(name for name, found in TABLE.items() if how in found)

"""The reasons why a run has no result: one class for each kind of failure in docs/FORMAT.md."""


class RunError(Exception):
    """The work was tried and failed."""

    kind = "failed"
    exit_code = 1


class Usage(RunError):
    """The request asks for what this program does not have."""

    kind = "usage"
    exit_code = 2


class Unsupported(RunError):
    """This program does not do such work."""

    kind = "unsupported"


class Unavailable(RunError):
    """The machine cannot give what the workload needs."""

    kind = "unavailable"


KINDS = {each.kind: each for each in (RunError, Usage, Unsupported, Unavailable)}


def told(error):
    """One line about any exception, for people."""
    if isinstance(error, RunError):
        return str(error)
    text = str(error)
    name = type(error).__name__
    return "%s: %s" % (name, text) if text else name


def in_task(index, error):
    """The error of a task, with the task that it belongs to."""
    kind = getattr(error, "kind", RunError.kind)
    return KINDS[kind]("task %d: %s" % (index, told(error)))

"""The request, checked for types and for ranges."""

import json

from peer.errors import Usage

PROTOCOL = 1
MOST_UNITS = 100_000
MOST_IN_FLIGHT = 1_000_000

# The fields that an object of the request may have.
REQUEST = ("protocol", "variant", "setup", "tasks", "hold", "digests", "trace", "parent")
SETUP = ("workload", "endpoints", "workers", "in_flight", "blocking", "switch_interval_us")
WORKLOAD = (
    "name",
    "about",
    "class",
    "tasks",
    "in_flight",
    "rate",
    "arrivals",
    "seed",
    "coordination",
    "serve",
    "step",
)
ENDPOINTS = ("origin", "sqlite", "files", "postgres", "pulses")


class Setup:
    """The setup of a model. The number of lanes follows from it and from the model's capacity."""

    def __init__(self, raw):
        _known(raw, SETUP, "setup")
        self.workload = Workload(raw["workload"])
        endpoints = _known(raw.get("endpoints", {}), ENDPOINTS, "endpoints")
        self.origin = endpoints.get("origin")
        self.sqlite = endpoints.get("sqlite")
        self.files = endpoints.get("files")
        self.postgres = endpoints.get("postgres")
        self.pulses = endpoints.get("pulses")
        self.workers = _count(raw, "workers", MOST_UNITS)
        self.in_flight = _count(raw, "in_flight", MOST_IN_FLIGHT)
        self.blocking = _count(raw, "blocking", MOST_UNITS)
        self.switch_interval_us = _count({"switch_interval_us": 5000, **raw}, "switch_interval_us", 2**31)


class Workload:
    """The work; its steps stay the objects that they are in the request, with durations in nanoseconds."""

    def __init__(self, raw):
        _known(raw, WORKLOAD, "workload")
        self.name = str(raw["name"])
        self.tasks = _count(raw, "tasks", 10_000_000)
        self.seed = _count(raw, "seed", 2**64 - 1, least=0)
        self.steps = [_step(step) for step in raw.get("step", [])]
        self.wait_per_task = sum(data.get(WAITS.get(kind), 0) for kind, data in self.steps)
        coordination = raw.get("coordination")
        self.coordination = _step(coordination) if coordination else None
        serve = raw.get("serve")
        # Bytes of every answer, where this program answers requests.
        self.answer_bytes = _count(_known(serve, ("bytes",), "serve"), "bytes", 1 << 20, least=8) if serve else None
        rate = raw.get("rate")
        self.rate = _rate(rate) if rate else None
        self.poisson = raw.get("arrivals") == "poisson"


class Request:
    """One run."""

    def __init__(self, line):
        try:
            raw = json.loads(line)
            if raw["protocol"] != PROTOCOL:
                raise Usage("protocol %s: this program speaks %d" % (raw["protocol"], PROTOCOL))
            _known(raw, REQUEST, "the request")
            self.variant = raw["variant"]
            # Workers of this program are set up with the same text.
            self.raw_setup = json.dumps(raw["setup"])
            self.setup = Setup(raw["setup"])
            self.tasks = _count(raw, "tasks", self.setup.workload.tasks)
            self.hold = bool(raw.get("hold"))
            self.digests = raw.get("digests")
            self.trace = raw.get("trace")
            self.parent = int(raw.get("parent", 0))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            problem = "%s %s" % (type(error).__name__, error)
            raise Usage("the request cannot be read: %s" % problem) from error


def _known(raw, names, what):
    """The object, unless it has a field that there is not: it would ask for something that is not done."""
    for name in raw:
        if name not in names:
            raise Usage("%s has no field %r" % (what, name))
    return raw


def _count(raw, name, most, least=1):
    number = raw[name]
    if type(number) is not int or not least <= number <= most:
        raise Usage("%s is %r: allowed are %d to %d" % (name, number, least, most))
    return number


STEPS = ("http-get", "sqlite-select", "postgres-select", "read-file", "wait", "compute", "call")
# The fields of each kind of step and of coordination.
KINDS = {
    "http-get": ("bytes", "latency", "connection"),
    "sqlite-select": ("rows", "count", "transaction"),
    "postgres-select": ("rows", "wait", "connection"),
    "read-file": ("files", "bytes", "cache"),
    "wait": ("duration",),
    "compute": ("kernel", "size"),
    "call": ("library", "function", "kind"),
    "spawn": (),
    "ping-pong": ("bytes",),
    "counter": ("increments", "synchronised"),
    "order": (),
    "stall": ("period", "hogs", "hog"),
    "echo": ("think", "hogs", "hog"),
}
# What each kind of step waits for, whatever the model.
WAITS = {"http-get": "latency", "postgres-select": "wait", "wait": "duration"}
DURATIONS = ("latency", "wait", "duration", "period", "hog", "think")


def _step(raw):
    """(kind, its data)."""
    ((kind, data),) = raw.items()
    if kind in KINDS:
        _known(data, KINDS[kind], kind)
    data = dict(data)
    for name in DURATIONS:
        if isinstance(data.get(name), str):
            data[name] = _nanoseconds(data[name])
    return kind, data


def _nanoseconds(text):
    if not text.endswith("ns"):
        raise ValueError("a duration is a whole number of ns, not %r" % text)
    return int(text[:-2])


def _rate(text):
    if not text.endswith("/s"):
        raise ValueError("a rate is a whole number of tasks a second, not %r" % text)
    return int(text[:-2])

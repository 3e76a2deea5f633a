"""The versions of this program and of its interpreter."""

import sys
import sysconfig

NUMBER = "0.1.0"


def gil():
    """`on`, `off`, or `on (free-threaded build)`, where a module has switched it on again."""
    if not sysconfig.get_config_var("Py_GIL_DISABLED"):
        return "on"
    return "on (free-threaded build)" if sys._is_gil_enabled() else "off"


def lock_counts():
    """For the message `done`: whether a build that can do without its lock had it on. A module that is imported late
    switches it on for the rest of the run."""
    if gil() == "on":
        return {}
    return {"gil-on": int(sys._is_gil_enabled())}


def _version():
    # One word each for people, and for whoever looks for a version in it.
    implementation = {"cpython": "CPython", "pypy": "PyPy"}.get(
        sys.implementation.name, sys.implementation.name
    )
    number = "%d.%d.%d" % sys.version_info[:3]
    return "python %s (%s %s, GIL %s)" % (NUMBER, implementation, number, gil())


VERSION = _version()

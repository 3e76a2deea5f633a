// The request, checked for types, ranges, fields that there are not, and work that is not done.

package peer;

import java.util.ArrayList;
import java.util.List;

/** One run. */
final class Request {
    static final int PROTOCOL = 1;
    private static final int MOST_UNITS = 100_000;
    private static final int MOST_IN_FLIGHT = 1_000_000;
    private static final int MOST_TASKS = 10_000_000;
    private static final int OLDEST_WITH_VIRTUAL_THREADS = 21;
    private static final List<String> VARIANTS = List.of("sequential", "threads", "pool", "virtual");
    private static final List<String> COORDINATION = List.of("spawn", "ping-pong", "counter", "order", "stall", "echo");

    final String variant;
    final int tasks;
    final boolean hold;
    final String digests;
    final long parent;

    final int workers;
    final int blocking;
    final int inFlight;

    final String origin;
    final String files;
    final String pulses;
    /** null where the request names no PostgreSQL server. */
    final Part postgres;

    /** Tasks of the workload, of which the run may be only the first. */
    final int workloadTasks;
    final long seed;
    /** Tasks a second; 0 in a closed loop. */
    final long rate;
    final boolean isPoisson;
    final List<Step> steps = new ArrayList<>();
    final Step coordination;
    /** Whether the program is to answer requests. */
    final boolean serves;

    Request(String line) {
        Part top = new Part("the request", Json.parse(line),
            "protocol", "variant", "setup", "tasks", "hold", "digests", "parent");
        long spoken = top.count("protocol", 0, Long.MAX_VALUE);
        if (spoken != PROTOCOL) {
            throw Failure.usage("protocol " + spoken + ": this program speaks " + PROTOCOL);
        }
        variant = top.someText("variant");
        if (!VARIANTS.contains(variant)) {
            throw Failure.usage("no variant " + Json.quoted(variant) + ": there are " + String.join(", ", VARIANTS));
        }
        Part setup = top.part("setup", "workload", "endpoints", "workers", "in_flight", "blocking", "switch_interval_us");
        workers = (int) setup.count("workers", 1, MOST_UNITS);
        blocking = (int) setup.count("blocking", 1, MOST_UNITS);
        inFlight = (int) setup.count("in_flight", 1, MOST_IN_FLIGHT);
        Part endpoints = setup.part("endpoints", "origin", "sqlite", "files", "postgres", "pulses");
        origin = endpoints.text("origin");
        files = endpoints.text("files");
        pulses = endpoints.text("pulses");
        postgres = endpoints.get("postgres") == null ? null
            : endpoints.part("postgres", "address", "user", "password", "database", "table");
        Part workload = setup.part("workload", "name", "about", "class", "tasks", "in_flight", "rate", "arrivals", "seed",
            "coordination", "serve", "step");
        workloadTasks = (int) workload.count("tasks", 1, MOST_TASKS);
        seed = workload.seed("seed");
        rate = workload.rate("rate");
        isPoisson = "poisson".equals(workload.text("arrivals"));
        if (workload.get("step") instanceof List<?> written) {
            for (Object step : written) {
                steps.add(Step.read("a step", step));
            }
        }
        serves = workload.get("serve") != null;
        Object what = workload.get("coordination");
        coordination = what == null ? null : Step.read("coordination", what);
        tasks = (int) top.count("tasks", 1, workloadTasks);
        hold = top.flag("hold");
        digests = top.text("digests");
        parent = top.get("parent") == null ? 0 : top.count("parent", 0, Long.MAX_VALUE);
        if (parent != 0 && parent != Meters.parent()) {
            throw Failure.usage("process " + parent + " is not the parent of this one");
        }
    }

    /** Refuses what this program, the variant or this version of Java does not do. */
    void check() {
        if (variant.equals("virtual") && Runtime.version().feature() < OLDEST_WITH_VIRTUAL_THREADS) {
            throw new Failure(Failure.Kind.UNAVAILABLE, "virtual threads need Java " + OLDEST_WITH_VIRTUAL_THREADS
                + " or newer, and this is " + System.getProperty("java.version"));
        }
        if (serves) {
            throw Failure.unsupported("this program answers no requests");
        }
        if (coordination != null) {
            checkCoordination();
        }
        for (Step step : steps) {
            switch (step.kind) {
                case "http-get", "postgres-select", "wait" -> { }
                case "read-file" -> {
                    if (step.isCold) {
                        throw Failure.unsupported("the standard library of Java has no posix_fadvise to evict a file with");
                    }
                }
                case "compute" -> {
                    if (!Kernels.has(step.kernel)) {
                        throw Failure.unsupported("this program has no kernel " + step.kernel);
                    }
                }
                case "sqlite-select" ->
                    throw Failure.unsupported("the standard library of Java has no client for " + step.kind);
                case "call" ->
                    throw Failure.unsupported("functions of C libraries are called by java.lang.foreign, which Java has from 22 on and this program does without");
                default -> throw Failure.unsupported("this program does not know steps of the kind " + step.kind);
            }
        }
    }

    private void checkCoordination() {
        if (variant.equals("sequential")) {
            throw Failure.unsupported("one lane has nobody to coordinate with");
        }
        if (!COORDINATION.contains(coordination.kind)) {
            throw Failure.unsupported("this program does not know coordination of the kind " + coordination.kind);
        }
    }

    /** Lanes that are opened. */
    int width() {
        return variant.equals("sequential") ? 1 : Math.min(inFlight, tasks);
    }

    /** How long a task waits at least, in nanoseconds. */
    long waitNs() {
        long sum = 0;
        for (Step step : steps) {
            sum += step.waitNs();
        }
        return sum;
    }

    boolean waits() {
        for (Step step : steps) {
            if (step.kind.equals("wait")) {
                return true;
            }
        }
        return false;
    }

    /** The value of a task that coordinates: its first step seed. */
    long valueOf(long index) {
        return Digest.nth(Digest.nth(seed, index), 0);
    }
}

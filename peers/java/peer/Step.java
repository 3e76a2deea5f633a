// A step of a task, or a kind of coordination, as a request has it.

package peer;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The data of a step; fields that its kind does not have are 0. Durations are in nanoseconds. */
final class Step {
    /** The fields that each kind may have. */
    private static final Map<String, String[]> KINDS = Map.ofEntries(
        Map.entry("http-get", new String[] {"bytes", "latency", "connection"}),
        Map.entry("sqlite-select", new String[] {"rows", "count", "transaction"}),
        Map.entry("postgres-select", new String[] {"rows", "wait", "connection"}),
        Map.entry("read-file", new String[] {"files", "bytes", "cache"}),
        Map.entry("wait", new String[] {"duration"}),
        Map.entry("compute", new String[] {"kernel", "size"}),
        Map.entry("spawn", new String[] {}),
        Map.entry("ping-pong", new String[] {"bytes"}),
        Map.entry("counter", new String[] {"increments", "synchronised"}),
        Map.entry("order", new String[] {}),
        Map.entry("stall", new String[] {"period", "hogs", "hog"}),
        Map.entry("echo", new String[] {"think", "hogs", "hog"}));

    final String kind;
    long bytes;
    long rows;
    long files;
    long size;
    long increments;
    int hogs;
    long latency;
    long wait;
    long duration;
    long period;
    long think;
    long hog;
    boolean isNew;
    boolean isCold;
    boolean isSynchronised;
    String kernel;
    /** Of `http-get`: what stands in its request before the key. */
    byte[] path;

    private Step(String kind) {
        this.kind = kind;
    }

    /** Reads `{"wait": {"duration": "5ns"}}`; `what` names it in messages. */
    static Step read(String what, Object value) {
        if (!(value instanceof Map) || ((Map<?, ?>) value).size() != 1) {
            throw Failure.usage(what + " is an object with one key");
        }
        Map.Entry<?, ?> only = ((Map<?, ?>) value).entrySet().iterator().next();
        Step step = new Step((String) only.getKey());
        String[] names = KINDS.get(step.kind);
        // A kind that there is not is refused with all other work that is not done here.
        if (names != null) {
            Part data = new Part(step.kind, only.getValue(), names);
            for (String name : names) {
                step.take(name, data);
            }
        }
        step.path = ("GET /body/" + step.bytes + "/" + step.latency + "/").getBytes(StandardCharsets.US_ASCII);
        return step;
    }

    private void take(String name, Part data) {
        switch (name) {
            case "bytes" -> bytes = data.count(name, 0, 1 << 30);
            case "rows" -> rows = data.count(name, 1, 1 << 30);
            case "files" -> files = data.count(name, 1, 1 << 30);
            case "size" -> size = data.count(name, 1, 1L << 40);
            case "increments" -> increments = data.count(name, 1, 1L << 40);
            case "hogs" -> hogs = (int) data.count(name, 0, 100_000);
            case "latency" -> latency = data.nanoseconds(name);
            case "wait" -> wait = data.nanoseconds(name);
            case "duration" -> duration = data.nanoseconds(name);
            case "period" -> period = data.nanoseconds(name);
            case "think" -> think = data.nanoseconds(name);
            case "hog" -> hog = data.nanoseconds(name);
            case "connection" -> isNew = "new".equals(data.text(name));
            case "cache" -> isCold = "cold".equals(data.text(name));
            case "synchronised" -> isSynchronised = data.flag(name);
            case "kernel" -> kernel = data.someText(name);
            default -> { }
        }
    }

    /** How long a task waits in this step at least. */
    long waitNs() {
        return latency + wait + duration;
    }
}

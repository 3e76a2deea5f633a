// One run, from the request to the last line: the handshake that docs/FORMAT.md describes.

package peer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What happens in which order. */
final class Session {
    private static final long TICKS_ERROR_NS = 20_000_000;

    private final long beganNs;
    private Request request;
    private Work work;
    private Recorder recorder;
    /** null in a closed loop. */
    private OpenLoop openLoop;

    /** `beganNs`: when the program started. */
    Session(long beganNs) {
        this.beganNs = beganNs;
    }

    void run() throws Throwable {
        request = new Request(Main.nextLine());
        request.check();
        if (request.parent != 0) {
            new Main.Orphan(request.parent).start();
        }
        work = new Work(request);
        long startedNs = System.nanoTime();
        work.connect();
        long connectedNs = System.nanoTime();
        warmUp();
        recorder = new Recorder(request.tasks);
        openLoop = request.rate > 0 ? new OpenLoop(work, recorder) : null;
        String parts = ",\"start_ns\":" + (startedNs - beganNs) + ",\"connect_ns\":" + (connectedNs - startedNs)
            + ",\"warm_up_ns\":" + (System.nanoTime() - connectedNs);
        Measured measured = new Measured();
        Main.say("{\"ready\":{\"protocol\":" + Request.PROTOCOL + ",\"version\":" + Json.quoted(Main.VERSION)
            + ",\"in_flight\":" + work.lanes.length + parts + ",\"knobs\":" + knobs() + "}}");
        Main.awaitGo();
        String done = measured.run();
        long shuttingNs = System.nanoTime();
        work.close();
        Main.end("{\"done\":{" + done + ",\"shut_down_ns\":" + (System.nanoTime() - shuttingNs) + "}}", 0);
    }

    /** Every lane does one task behind the workload's last; then files are read into the page cache. */
    private void warmUp() throws Throwable {
        int width = work.lanes.length;
        if (request.coordination != null) {
            new Coordination(work, request.workloadTasks, width, null).run();
        } else {
            Latch latch = request.waits() ? new Latch(width, false) : null;
            new ClosedLoop(work, request.workloadTasks, width, null, latch).run();
        }
        work.joinLast();
        DataFiles.readAll(request);
    }

    /** The measured tasks, and what was used from the end of the warm-up to theirs. */
    private final class Measured {
        private final Map<String, Meters.Thread> before;
        private final long endedBeforeNs = Units.Platform.ENDED_CPU_NS.sum();
        private final long ticksBeforeNs;
        /** What one reading takes. */
        private final Meters.Used price;
        private final long priceNs;
        private Latch latch;
        private String counts = "{}";

        Measured() {
            Map<String, Meters.Thread> first = Meters.threads();
            long startNs = System.nanoTime();
            before = Meters.threads();
            price = Meters.between(first, before);
            // Compilers may run beside it, and no reading takes longer than its own time.
            priceNs = Math.min(price.cpuNs(), System.nanoTime() - startNs);
            ticksBeforeNs = Meters.processCpuNs();
        }

        /** The fields of `done` but that of shutting down. */
        String run() throws Throwable {
            long startNs = System.nanoTime();
            long endedNs = drive();
            work.joinLast();
            Meters.Used used = Meters.between(before, Meters.threads());
            long cpuNs = cpuNs(used);
            long threads = Meters.liveThreads() + Units.Platform.ENDED.sum();
            if (request.hold) {
                Main.barrier();
            }
            if (recorder.undone() > 0) {
                throw new Failure(recorder.undone() + " tasks were not done");
            }
            if (request.digests != null) {
                recorder.writeDigests(request.digests);
            }
            long peak = Meters.peakMemory();
            boolean hasThreads = !before.isEmpty();
            boolean isAlive = latch != null && latch.hasOpened();
            return "\"tasks\":" + request.tasks
                + ",\"digest\":\"" + recorder.digest() + "\",\"elapsed_ns\":" + Math.max(1, endedNs - startNs)
                + ",\"latency\":" + recorder.histogram() + ",\"cpu_ns\":" + cpuNs
                + ",\"switches\":{\"voluntary\":" + Math.max(0, used.voluntary() - price.voluntary())
                + ",\"involuntary\":" + Math.max(0, used.involuntary() - price.involuntary()) + "}"
                + ",\"vm_hwm_bytes\":" + (peak > 0 ? Long.toString(peak) : "null")
                + ",\"threads\":" + threads + ",\"processes\":1"
                + ",\"alive_at_once\":" + (isAlive ? Integer.toString(work.lanes.length) : "null")
                + ",\"run_queue_wait_ns\":" + (hasThreads ? Long.toString(Math.max(0, used.waitNs())) : "null")
                + ",\"counts\":" + counts + ",\"open\":" + (openLoop == null ? "null" : openLoop.outcome());
        }

        /** Does the tasks; the time at which the last ended. */
        private long drive() throws Throwable {
            if (openLoop != null) {
                return openLoop.run();
            }
            if (request.coordination != null) {
                counts = new Coordination(work, 0, request.tasks, recorder).run();
            } else {
                latch = request.waits() ? new Latch(work.lanes.length, request.hold) : null;
                new ClosedLoop(work, 0, request.tasks, recorder, latch).run();
            }
            return System.nanoTime();
        }

        /** Processor time without that of reading it and of pacing. */
        private long cpuNs(Meters.Used used) {
            long ended = Units.Platform.ENDED_CPU_NS.sum() - endedBeforeNs;
            long exact = used.cpuNs() + ended;
            // What threads take to end is in the count of ticks alone.
            long ticks = Meters.processCpuNs() - ticksBeforeNs - TICKS_ERROR_NS;
            long pacing = openLoop == null ? 0 : openLoop.pacingCpuNs();
            return Math.max(0, Math.max(exact, ticks) - priceNs - pacing);
        }
    }

    private String knobs() {
        Map<String, String> knobs = new TreeMap<>();
        knobs.put("java", System.getProperty("java.version"));
        knobs.put("vm", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        knobs.put("options", String.join(" ", options()));
        knobs.put("heap_bytes", Long.toString(Runtime.getRuntime().maxMemory()));
        knobs.put("stack_bytes", Integer.toString(Units.STACK_BYTES));
        knobs.put("tcp_nodelay", "true");
        knobs.put("http", "SocketChannel and a parser of our own");
        knobs.put("files", "FileChannel");
        if (request.variant.equals("virtual")) {
            knobs.put("carriers", System.getProperty("jdk.virtualThreadScheduler.parallelism"));
            knobs.put("most_carriers", System.getProperty("jdk.virtualThreadScheduler.maxPoolSize"));
        }
        StringBuilder text = new StringBuilder("{");
        for (Map.Entry<String, String> knob : knobs.entrySet()) {
            text.append(text.length() == 1 ? "" : ",").append(Json.quoted(knob.getKey()));
            text.append(':').append(Json.quoted(knob.getValue()));
        }
        return text.append('}').toString();
    }

    /** The options of the virtual machine, as it was started with. */
    private static List<String> options() {
        List<String> options = new ArrayList<>();
        for (String argument : Meters.arguments()) {
            if (argument.startsWith("-X")) {
                options.add(argument);
            }
        }
        return options;
    }
}

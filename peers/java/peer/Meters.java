// What the program measures of itself: processor time, context switches, memory, threads, waiting for a
// processor. Java has no call for most of it, so that it is read of /proc.

package peer;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Readings of this process. */
final class Meters {
    private static final String THREADS = "/proc/self/task";
    private static final long TICK_NS = 10_000_000;
    /** A program starts faster than this, or what is read is no time of this program. */
    private static final long LONGEST_START_NS = 60_000_000_000L;

    /** What a thread has used since it started. */
    record Thread(long cpuNs, long waitNs, long voluntary, long involuntary) {}

    /** What all threads used between two readings. */
    record Used(long cpuNs, long waitNs, long voluntary, long involuntary) {}

    private Meters() {}

    /** The living threads by their ids; empty where the system does not tell. */
    static Map<String, Thread> threads() {
        Map<String, Thread> threads = new HashMap<>();
        String[] ids = new File(THREADS).list();
        for (String id : ids == null ? new String[0] : ids) {
            try {
                String[] times = read(THREADS + "/" + id + "/schedstat").split(" ");
                String status = read(THREADS + "/" + id + "/status");
                threads.put(id, new Thread(Long.parseLong(times[0]), Long.parseLong(times[1]),
                    field(status, "\nvoluntary_ctxt_switches:"), field(status, "\nnonvoluntary_ctxt_switches:")));
            } catch (IOException | RuntimeException error) {
                // The thread has just ended.
            }
        }
        return threads;
    }

    /** What was used between two readings by threads that live at the second. */
    static Used between(Map<String, Thread> before, Map<String, Thread> after) {
        Thread nothing = new Thread(0, 0, 0, 0);
        long cpuNs = 0;
        long waitNs = 0;
        long voluntary = 0;
        long involuntary = 0;
        for (Map.Entry<String, Thread> entry : after.entrySet()) {
            Thread now = entry.getValue();
            Thread then = before.getOrDefault(entry.getKey(), nothing);
            cpuNs += now.cpuNs - then.cpuNs;
            waitNs += now.waitNs - then.waitNs;
            voluntary += now.voluntary - then.voluntary;
            involuntary += now.involuntary - then.involuntary;
        }
        return new Used(cpuNs, waitNs, voluntary, involuntary);
    }

    static int liveThreads() {
        String[] ids = new File(THREADS).list();
        return ids == null ? java.lang.Thread.activeCount() : ids.length;
    }

    /** Processor time of the whole process in steps of a tick, threads that have ended included; 0 where the system does not tell. */
    static long processCpuNs() {
        try {
            String[] fields = stat();
            return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * TICK_NS;
        } catch (IOException | RuntimeException error) {
            return 0;
        }
    }

    /** The peak of resident memory in bytes; 0 where the system does not tell. */
    static long peakMemory() {
        try {
            return field(read("/proc/self/status"), "\nVmHWM:") * 1024;
        } catch (IOException | RuntimeException error) {
            return 0;
        }
    }

    /** The id of this program's parent; 0 where the system does not tell. */
    static long parent() {
        try {
            return Long.parseLong(stat()[1]);
        } catch (IOException | RuntimeException error) {
            ProcessHandle parent = ProcessHandle.current().parent().orElse(null);
            return parent == null ? 0 : parent.pid();
        }
    }

    /** The arguments that the virtual machine was started with, up to the class. */
    static String[] arguments() {
        try {
            return read("/proc/self/cmdline").split("\0");
        } catch (IOException error) {
            return new String[0];
        }
    }

    /** How long ago this program started at least: the virtual machine has started before any of our code runs. */
    static long ageNs() {
        try {
            long start = Long.parseLong(stat()[19]) * TICK_NS;
            double uptime = Double.parseDouble(read("/proc/uptime").split(" ")[0]);
            // Both are cut to a tick, so that the difference may be one too long.
            long age = (long) (uptime * 1e9) - start - TICK_NS;
            return start > 0 && age > 0 && age < LONGEST_START_NS ? age : 0;
        } catch (IOException | RuntimeException error) {
            return 0;
        }
    }

    /** The fields of the process's `stat` from the third on: the second is a name, which may hold anything. */
    private static String[] stat() throws IOException {
        String text = read("/proc/self/stat");
        return text.substring(text.lastIndexOf(')') + 2).split(" ");
    }

    /** The number behind a name. */
    private static long field(String text, String name) {
        int at = text.indexOf(name) + name.length();
        while (!Character.isDigit(text.charAt(at))) {
            at++;
        }
        int end = at;
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
            end++;
        }
        return Long.parseLong(text.substring(at, end));
    }

    private static String read(String path) throws IOException {
        // One read gives such a file whole.
        byte[] bytes = new byte[4096];
        try (FileInputStream file = new FileInputStream(path)) {
            int length = Math.max(0, file.read(bytes));
            return new String(bytes, 0, length, StandardCharsets.ISO_8859_1).strip();
        }
    }
}

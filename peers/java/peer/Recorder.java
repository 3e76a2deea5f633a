// The record of a phase: a latency and a digest a task, each in a place of its own, so that no lane waits for
// another to record.

package peer;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Tasks are noted by their number from 0, which is their index. */
final class Recorder {
    private final long[] latencies;
    private final long[] digests;

    Recorder(int tasks) {
        latencies = new long[tasks];
        digests = new long[tasks];
    }

    void record(int number, long latencyNs, long digest) {
        latencies[number] = Math.max(1, latencyNs);
        digests[number] = digest;
    }

    /** Tasks that were not recorded. */
    int undone() {
        int undone = 0;
        for (long latency : latencies) {
            if (latency == 0) {
                undone++;
            }
        }
        return undone;
    }

    /** The digest of the run. */
    String digest() {
        long sum = 0;
        for (int index = 0; index < digests.length; index++) {
            sum += Digest.mix(index, digests[index]);
        }
        return Digest.hex(sum);
    }

    /** Writes the digest of every task to a file, a line each. */
    void writeDigests(String path) throws IOException {
        try (Writer writer = Files.newBufferedWriter(Path.of(path))) {
            for (long digest : digests) {
                writer.write(Digest.hex(digest));
                writer.write('\n');
            }
        }
    }

    /** [[upper edge, count], …], ascending: with three significant digits there are 1024 buckets for each doubling. */
    String histogram() {
        TreeMap<Long, long[]> counts = new TreeMap<>();
        for (long latency : latencies) {
            int shift = Math.max(0, 53 - Long.numberOfLeadingZeros(latency));
            long edge = ((latency >>> shift) + 1 << shift) - 1;
            long[] count = counts.get(edge);
            if (count == null) {
                count = new long[1];
                counts.put(edge, count);
            }
            count[0]++;
        }
        StringBuilder text = new StringBuilder("[");
        for (Map.Entry<Long, long[]> entry : counts.entrySet()) {
            text.append(text.length() == 1 ? "[" : ",[");
            text.append(entry.getKey()).append(',').append(entry.getValue()[0]).append(']');
        }
        return text.append(']').toString();
    }
}

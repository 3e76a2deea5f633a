// One slot of what is in flight, what it keeps from task to task, and the steps of a task.

package peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32;

/** Used by one thread at a time. */
final class Lane {
    final Request request;
    final CRC32 crc = new CRC32();
    /** When its task began. */
    long startNs;
    /** The platform thread that had it last, where each task has one. */
    Thread last;

    private HttpConnection http;
    private PostgresSession postgres;
    /** Of files; made by the first task that reads one. */
    private ByteBuffer buffer;

    Lane(Request request) {
        this.request = request;
    }

    /** Opens the connections that it keeps. */
    void open() throws IOException {
        for (Step step : request.steps) {
            if (step.isNew) {
                continue;
            }
            if (step.kind.equals("http-get") && http == null) {
                http = new HttpConnection(request.origin);
            } else if (step.kind.equals("postgres-select") && postgres == null) {
                postgres = new PostgresSession(request);
            }
        }
    }

    void close() throws IOException {
        if (http != null) {
            http.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    /** Carries out a task and gives its digest. A task that fails ends the program. */
    long perform(long index, Latch latch) {
        try {
            long seed = Digest.nth(request.seed, index);
            long digest = 0;
            for (int n = 0; n < request.steps.size(); n++) {
                digest = Digest.mix(digest, value(request.steps.get(n), index, Digest.nth(seed, n), latch));
            }
            return digest;
        } catch (Failure failure) {
            throw new Failure(failure.kind, "task " + index + ": " + failure.getMessage());
        } catch (IOException | InterruptedException | NoSuchAlgorithmException error) {
            throw new Failure("task " + index + ": " + Failure.words(error));
        }
    }

    private long value(Step step, long index, long seed, Latch latch)
            throws IOException, InterruptedException, NoSuchAlgorithmException {
        switch (step.kind) {
            case "http-get":
                return httpGet(step, seed);
            case "postgres-select":
                return postgresSelect(step, seed);
            case "read-file":
                if (buffer == null || buffer.capacity() <= step.bytes) {
                    buffer = DataFiles.buffer(step);
                }
                return DataFiles.read(DataFiles.of(request, step, index), step, buffer, crc);
            case "wait":
                if (latch == null) {
                    Latch.sleep(System.nanoTime(), step.duration);
                } else {
                    latch.await(step.duration);
                }
                return seed;
            default:
                return Kernels.compute(step.kernel, step.size, seed);
        }
    }

    private long httpGet(Step step, long seed) throws IOException {
        if (!step.isNew) {
            return http.get(step, seed, crc);
        }
        try (HttpConnection connection = new HttpConnection(request.origin)) {
            return connection.get(step, seed, crc);
        }
    }

    private long postgresSelect(Step step, long seed) throws IOException {
        if (!step.isNew) {
            return postgres.select(step, seed, crc);
        }
        try (PostgresSession session = new PostgresSession(request)) {
            return session.select(step, seed, crc);
        }
    }
}

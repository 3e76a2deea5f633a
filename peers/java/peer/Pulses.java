// Coordination with the pulse service: heartbeats that are read, and bytes that are sent back, beside units that
// compute.

package peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** One phase of `stall` or `echo`. */
final class Pulses {
    /** How the service begins to say why it does not do what was asked for. */
    private static final String REFUSAL = "error: ";
    /** As a time, that text would be more than seventy years. */
    private static final long LATEST = 70L * 365 * 86_400 * 1_000_000_000;

    private final Coordination phase;
    private volatile boolean isOver;

    Pulses(Coordination phase) {
        this.phase = phase;
    }

    /** Reads a pulse for each task, in a unit like those that compute meanwhile, and waits for all of them. */
    void run() throws Throwable {
        if (phase.work.request.pulses == null) {
            throw Failure.usage("the request has no pulse service, which " + phase.what.kind + " needs");
        }
        phase.work.units.join(phase.work.units.start(new Reading()));
    }

    private final class Reading extends Unit {
        @Override
        void work() throws Exception {
            Object[] computing = new Object[phase.what.hogs];
            try (Connection connection = new Connection(phase.work.request.pulses)) {
                for (int n = 0; n < computing.length; n++) {
                    computing[n] = phase.begin(new Computing());
                }
                read(connection);
            } catch (IOException error) {
                throw new Failure("the pulse service: " + Failure.words(error));
            }
            isOver = true;
            for (Object unit : computing) {
                phase.work.units.join(unit);
            }
        }
    }

    /** Computes for a while and yields, again and again. */
    private final class Computing extends Unit {
        @Override
        void work() {
            while (!isOver) {
                Kernels.computeFor(phase.what.hog);
                Thread.yield();
            }
        }
    }

    private void read(Connection connection) throws IOException {
        boolean isEcho = phase.what.kind.equals("echo");
        String asked = isEcho ? "echo " + phase.what.think : "heartbeat " + phase.what.period;
        connection.write(ByteBuffer.wrap((asked + " " + phase.count + "\n").getBytes(StandardCharsets.US_ASCII)));
        connection.in.order(ByteOrder.LITTLE_ENDIAN);
        for (int n = 0; isEcho && n < phase.count; n++) {
            await(connection, 1);
            // The service counts from 0: any other byte begins its reason.
            if (n == 0 && connection.in.get(connection.in.position()) != 0) {
                throw refused(connection);
            }
            int end = connection.in.limit();
            connection.write(connection.in.limit(connection.in.position() + 1));
            connection.in.limit(end);
        }
        for (int number = 0; number < phase.count; number++) {
            await(connection, 8);
            long time = connection.in.getLong();
            if (time > LATEST) {
                connection.in.position(connection.in.position() - 8);
                throw refused(connection);
            }
            long latencyNs = isEcho ? time : System.nanoTime() - time;
            phase.record(number, latencyNs, phase.valueOf(number));
        }
    }

    /** Reads until there are so many bytes. */
    private static void await(Connection connection, int bytes) throws IOException {
        while (connection.in.remaining() < bytes) {
            if (connection.in.limit() + bytes > connection.in.capacity()) {
                connection.in.compact().flip();
            }
            connection.readMore();
        }
    }

    /** The error of a service that refuses, whose reason has begun. */
    private static IOException refused(Connection connection) {
        try {
            while (connection.in.limit() < connection.in.capacity()) {
                connection.readMore();
            }
        } catch (IOException error) {
            // The reason has ended.
        }
        String text = StandardCharsets.UTF_8.decode(connection.in).toString();
        return new IOException(text.replaceFirst("^" + REFUSAL, "").strip());
    }
}

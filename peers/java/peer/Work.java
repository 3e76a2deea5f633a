// The work of one run: its lanes, and the units that carry tasks out.

package peer;

import java.io.IOException;

/** Lanes and units, started and shut down together. */
final class Work {
    final Request request;
    final Lane[] lanes;
    /** null where one thread does everything. */
    final Units units;

    Work(Request request) {
        this.request = request;
        lanes = new Lane[request.width()];
        for (int n = 0; n < lanes.length; n++) {
            lanes[n] = new Lane(request);
        }
        if (request.variant.equals("virtual")) {
            // Read by the first virtual thread.
            System.setProperty("jdk.virtualThreadScheduler.parallelism", Integer.toString(request.workers));
            System.setProperty("jdk.virtualThreadScheduler.maxPoolSize", Integer.toString(request.workers + request.blocking));
        }
        units = Units.of(request, threads());
    }

    /** Threads of a pool: one a lane, or as many as coordination needs at the same time. */
    private int threads() {
        if (request.coordination == null) {
            return lanes.length;
        }
        // Both ends of a pair for each lane, or who reads pulses beside those who compute.
        return Math.max(2 * lanes.length, request.coordination.hogs + 1);
    }

    void connect() throws IOException {
        for (Lane lane : lanes) {
            lane.open();
        }
    }

    /** Waits for threads that are about to end, so that what they used has been noted. */
    void joinLast() throws Exception {
        for (Lane lane : lanes) {
            if (lane.last != null) {
                units.join(lane.last);
            }
        }
    }

    void close() throws IOException, InterruptedException {
        if (units instanceof Units.Pool) {
            ((Units.Pool) units).stop();
        }
        for (Lane lane : lanes) {
            lane.close();
        }
    }
}

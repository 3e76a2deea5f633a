// Closed loops: a lane begins its next task as it ends one.

package peer;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** The tasks of one phase. */
final class ClosedLoop {
    private final Work work;
    private final long first;
    private final int count;
    /** null in the warm-up. */
    private final Recorder recorder;
    /** null where no task waits. */
    private final Latch latch;
    /** The number of the next task that nobody has taken. */
    private final AtomicInteger next;
    private final CountDownLatch running;
    private final boolean hasThreads;

    ClosedLoop(Work work, long first, int count, Recorder recorder, Latch latch) {
        this.work = work;
        this.first = first;
        this.count = count;
        this.recorder = recorder;
        this.latch = latch;
        next = new AtomicInteger(work.lanes.length);
        running = new CountDownLatch(work.lanes.length);
        hasThreads = work.units instanceof Units.Platform;
    }

    /**
     * Does all tasks. There are at least as many as lanes, and each lane begins with one of its own, so that a
     * warm-up of as many gives each exactly one.
     */
    void run() throws Throwable {
        long startNs = System.nanoTime();
        for (int number = 0; number < work.lanes.length; number++) {
            Lane lane = work.lanes[number];
            lane.startNs = startNs;
            if (work.units == null) {
                new Puller(lane, number).work();
            } else if (work.units instanceof Units.Pool) {
                work.units.start(new Puller(lane, number));
            } else {
                work.units.start(new Chained(lane, number));
            }
        }
        running.await();
    }

    private void perform(Lane lane, int number) {
        long digest = lane.perform(first + number, latch);
        // The end of a task is the start of the next on its lane.
        long endedNs = System.nanoTime();
        if (recorder != null) {
            recorder.record(number, endedNs - lane.startNs, digest);
        }
        lane.startNs = endedNs;
    }

    /** A unit of one task, which starts that of the next and passes its lane on. */
    private final class Chained extends Unit {
        private final Lane lane;
        private int number;

        Chained(Lane lane, int number) {
            this.lane = lane;
            this.number = number;
        }

        @Override
        void work() throws Exception {
            if (hasThreads) {
                lane.last = Thread.currentThread();
            }
            perform(lane, number);
            int following = next.getAndIncrement();
            if (following >= count) {
                running.countDown();
                return;
            }
            number = following;
            try {
                work.units.start(this);
            } catch (Throwable error) {
                throw new Failure("cannot start a thread: " + Failure.words(error));
            }
        }
    }

    /** Takes task after task. */
    private final class Puller extends Unit {
        private final Lane lane;
        private final int number;

        Puller(Lane lane, int number) {
            this.lane = lane;
            this.number = number;
        }

        @Override
        void work() {
            for (int taken = number; taken < count; taken = next.getAndIncrement()) {
                perform(lane, taken);
            }
            running.countDown();
        }
    }
}

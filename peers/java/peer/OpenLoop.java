// Open loops: tasks arrive by the clock, whether or not the model keeps up.

package peer;

import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** The measured phase of a workload with a rate. Its pacing thread is started before the run. */
final class OpenLoop {
    private static final long LATE_NS = 1_000_000;
    /** Between `go` and the first arrival. */
    private static final long LEAD_NS = 2_000_000;
    /** The number of the stream of intervals. No task has this index. */
    private static final long INTERVALS = 0x617272697665L;
    private static final Integer NO_MORE = -1;

    private final Work work;
    private final Recorder recorder;
    /** When each task is due, in nanoseconds after the first could start. */
    private final long[] offsets;
    private long firstNs;
    /** Until then a task is in time. */
    private long endNs;
    private final CountDownLatch begin = new CountDownLatch(1);
    /** All tasks, and the pacing thread. */
    private final CountDownLatch running;

    private final AtomicInteger lateStarts = new AtomicInteger();
    private final AtomicInteger completedInTime = new AtomicInteger();
    private final AtomicLong lastNs = new AtomicLong();
    private int generatorLate;
    private long pacingCpuNs;

    /** Of a pool, or one thread: tasks that have arrived. */
    private final LinkedBlockingQueue<Integer> arrived = new LinkedBlockingQueue<>();
    /** Of a unit per task: lanes that are free, or tasks that wait for one. */
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Lane> free = new ArrayDeque<>();
    private final ArrayDeque<Integer> waiting = new ArrayDeque<>();
    private final boolean isQueued;

    OpenLoop(Work work, Recorder recorder) throws Throwable {
        this.work = work;
        this.recorder = recorder;
        offsets = offsets(work.request);
        running = new CountDownLatch(work.request.tasks + 1);
        isQueued = work.units == null || work.units instanceof Units.Pool;
        for (Lane lane : work.lanes) {
            if (!isQueued) {
                free.push(lane);
            } else if (work.units != null) {
                work.units.start(new Puller(lane));
            }
        }
        Pacer pacer = new Pacer();
        Thread thread = new Thread(pacer, "pacing");
        thread.setDaemon(true);
        thread.start();
        // What it needs is loaded here, and not within the run.
        ThreadCpu.ns();
    }

    /** When each task is due. */
    private static long[] offsets(Request request) {
        double interval = 1e9 / request.rate;
        long stream = Digest.nth(request.seed, INTERVALS);
        double sum = 0;
        long[] times = new long[request.tasks];
        for (int n = 0; n < times.length; n++) {
            times[n] = (long) (n * interval);
            if (request.isPoisson) {
                double uniform = (Digest.nth(stream, n) >>> 11) * 0x1p-53;
                sum += -Math.log(1 - uniform) * interval;
                times[n] = (long) sum;
            }
        }
        return times;
    }

    /** Does all tasks; the time at which the last ended. */
    long run() throws Exception {
        firstNs = System.nanoTime() + LEAD_NS;
        endNs = firstNs + offsets[offsets.length - 1] + work.request.waitNs() + LATE_NS;
        begin.countDown();
        if (work.units == null) {
            new Puller(work.lanes[0]).work();
        }
        running.await();
        return lastNs.get();
    }

    /** `open` of `done`. */
    String outcome() {
        return "{\"late_starts\":" + lateStarts + ",\"completed_in_time\":" + completedInTime + ",\"generator_late\":"
            + generatorLate + ",\"pacing_cpu_ns\":" + pacingCpuNs + "}";
    }

    long pacingCpuNs() {
        return pacingCpuNs;
    }

    private void perform(Lane lane, int number) {
        long dueNs = firstNs + offsets[number];
        if (System.nanoTime() - dueNs > LATE_NS) {
            lateStarts.incrementAndGet();
        }
        long digest = lane.perform(number, null);
        long endedNs = System.nanoTime();
        recorder.record(number, endedNs - dueNs, digest);
        if (endedNs <= endNs) {
            completedInTime.incrementAndGet();
        }
        for (long last = lastNs.get(); endedNs > last && !lastNs.compareAndSet(last, endedNs);) {
            last = lastNs.get();
        }
    }

    /** Hands over each task when it is due. */
    private final class Pacer extends Unit {
        @Override
        void work() throws Exception {
            begin.await();
            long beganNs = ThreadCpu.ns();
            long handingOverNs = 0;
            for (int number = 0; number < offsets.length; number++) {
                long dueNs = firstNs + offsets[number];
                for (long left = dueNs - System.nanoTime(); left > 0; left = dueNs - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                if (System.nanoTime() - dueNs > LATE_NS) {
                    generatorLate++;
                }
                long beforeNs = ThreadCpu.ns();
                handOver(number);
                handingOverNs += ThreadCpu.ns() - beforeNs;
            }
            pacingCpuNs = Math.max(0, ThreadCpu.ns() - beganNs - handingOverNs);
            for (int lane = 0; isQueued && lane < work.lanes.length; lane++) {
                arrived.add(NO_MORE);
            }
            running.countDown();
        }
    }

    private void handOver(int number) throws Exception {
        if (isQueued) {
            arrived.add(number);
            return;
        }
        Lane lane;
        lock.lock();
        try {
            lane = free.poll();
            if (lane == null) {
                waiting.add(number);
            }
        } finally {
            lock.unlock();
        }
        if (lane != null) {
            start(lane, number);
        }
    }

    private void start(Lane lane, int number) {
        try {
            work.units.start(new One(lane, number));
        } catch (Throwable error) {
            throw new Failure("cannot start a thread: " + Failure.words(error));
        }
    }

    /** A unit of one task. It starts that of a task which waits for a lane, and otherwise gives its own back. */
    private final class One extends Unit {
        private final Lane lane;
        private final int number;

        One(Lane lane, int number) {
            this.lane = lane;
            this.number = number;
        }

        @Override
        void work() {
            if (work.units instanceof Units.Platform) {
                lane.last = Thread.currentThread();
            }
            perform(lane, number);
            Integer following;
            lock.lock();
            try {
                following = waiting.poll();
                if (following == null) {
                    free.push(lane);
                }
            } finally {
                lock.unlock();
            }
            if (following != null) {
                start(lane, following);
            }
            running.countDown();
        }
    }

    /** Takes task after task as they arrive. */
    private final class Puller extends Unit {
        private final Lane lane;

        Puller(Lane lane) {
            this.lane = lane;
        }

        @Override
        void work() throws Exception {
            for (int number = arrived.take(); number >= 0; number = arrived.take()) {
                perform(lane, number);
                running.countDown();
            }
        }
    }
}

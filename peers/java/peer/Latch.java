// Waiting on a thread's own timer, and for all lanes.

package peer;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Lets the first tasks of a phase that wait go when as many wait as there are lanes, and then everybody. */
final class Latch {
    private final int lanes;
    private final boolean hasBarrier;
    private final AtomicInteger arrived = new AtomicInteger();
    private final CountDownLatch opened = new CountDownLatch(1);

    /** `hasBarrier`: whether the last to arrive stands at a barrier before anybody goes. */
    Latch(int lanes, boolean hasBarrier) {
        this.lanes = lanes;
        this.hasBarrier = hasBarrier;
    }

    /** Waits for at least so many nanoseconds from now, and for the others. */
    void await(long durationNs) throws InterruptedException {
        long startNs = System.nanoTime();
        int number = arrived.incrementAndGet();
        if (number == lanes) {
            if (hasBarrier) {
                Main.barrier();
            }
            opened.countDown();
        }
        sleep(startNs, durationNs);
        if (number <= lanes) {
            opened.await();
        }
    }

    /** Waits until at least so many nanoseconds are over since a time of the clock. */
    static void sleep(long startNs, long durationNs) {
        // Thread.sleep rounds up to milliseconds in older versions.
        for (long left = durationNs; left > 0; left = startNs + durationNs - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** Whether all lanes certainly waited at the same time. */
    boolean hasOpened() {
        return opened.getCount() == 0;
    }
}

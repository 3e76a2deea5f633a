// Coordination within one process: units that are started and joined, that send each other messages, count
// together, and take turns.

package peer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** One phase of a workload that coordinates. */
final class Coordination {
    /** What every unit of `spawn` leaves its mark in. */
    private static final AtomicLong MARKS = new AtomicLong();
    private static final byte[] NO_MORE = new byte[0];

    final Work work;
    final Step what;
    final int count;
    private final long first;
    /** null in the warm-up. */
    private final Recorder recorder;
    /** The number of the next task that nobody has taken. */
    private final AtomicInteger next = new AtomicInteger();

    Coordination(Work work, long first, int count, Recorder recorder) {
        this.work = work;
        this.what = work.request.coordination;
        this.first = first;
        this.count = count;
        this.recorder = recorder;
    }

    /** Does all tasks; `counts` of `done`. */
    String run() throws Throwable {
        switch (what.kind) {
            case "spawn":
                return "{\"seen\":" + spawn() + "}";
            case "ping-pong":
                return pingPong();
            case "counter":
                return "{\"lost\":" + counter() + "}";
            case "order":
                return "{\"out-of-order\":" + order() + "}";
            default:
                new Pulses(this).run();
                return "{}";
        }
    }

    private int take() {
        return next.getAndIncrement();
    }

    /** Starts a unit a lane, and waits for all of them. */
    private void together(Unit[] units) throws Throwable {
        Object[] started = new Object[units.length];
        for (int n = 0; n < units.length; n++) {
            started[n] = work.units.start(units[n]);
        }
        for (Object unit : started) {
            work.units.join(unit);
        }
    }

    private long spawn() throws Throwable {
        int width = work.lanes.length;
        long before = MARKS.get();
        long[] starts = new long[width];
        Spawned[] units = new Spawned[width];
        Object[] started = new Object[width];
        for (int from = 0; from < count; from += width) {
            int round = Math.min(width, count - from);
            for (int n = 0; n < round; n++) {
                units[n] = new Spawned(valueOf(from + n));
                starts[n] = System.nanoTime();
                started[n] = work.units.start(units[n]);
            }
            for (int n = 0; n < round; n++) {
                work.units.join(started[n]);
                record(from + n, System.nanoTime() - starts[n], units[n].result);
            }
        }
        return MARKS.get() - before;
    }

    /** Leaves its mark, and hands its value back. */
    private static final class Spawned extends Unit {
        private final long value;
        private long result;

        Spawned(long value) {
            this.value = value;
        }

        @Override
        void work() {
            MARKS.incrementAndGet();
            result = value;
        }
    }

    private String pingPong() throws Throwable {
        Unit[] units = new Unit[work.lanes.length];
        for (int n = 0; n < units.length; n++) {
            units[n] = new Asking();
        }
        together(units);
        return "{}";
    }

    /** Sends a message to its partner and waits for it to come back. A message is passed on and not copied. */
    private final class Asking extends Unit {
        // Each has room for one message.
        private final ArrayBlockingQueue<byte[]> there = new ArrayBlockingQueue<>(1);
        private final ArrayBlockingQueue<byte[]> back = new ArrayBlockingQueue<>(1);

        @Override
        void work() throws Exception {
            Object partner = begin(new Answering(there, back));
            byte[] message = new byte[Math.toIntExact(what.bytes)];
            long startNs = System.nanoTime();
            for (int number = take(); number < count; number = take()) {
                words(message).putLong(0, valueOf(number));
                there.put(message);
                message = back.take();
                long endedNs = System.nanoTime();
                record(number, endedNs - startNs, words(message).getLong(0));
                startNs = endedNs;
            }
            there.put(NO_MORE);
            work.units.join(partner);
        }

        private static ByteBuffer words(byte[] message) {
            return ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** Starts a unit from within another. */
    Object begin(Unit unit) {
        try {
            return work.units.start(unit);
        } catch (Throwable error) {
            throw new Failure("cannot start a unit: " + Failure.words(error));
        }
    }

    /** Sends every message back. */
    private static final class Answering extends Unit {
        private final ArrayBlockingQueue<byte[]> there;
        private final ArrayBlockingQueue<byte[]> back;

        Answering(ArrayBlockingQueue<byte[]> there, ArrayBlockingQueue<byte[]> back) {
            this.there = there;
            this.back = back;
        }

        @Override
        void work() throws InterruptedException {
            for (byte[] message = there.take(); message != NO_MORE; message = there.take()) {
                back.put(message);
            }
        }
    }

    private long counter() throws Throwable {
        AtomicLong counter = new AtomicLong();
        Unit[] units = new Unit[work.lanes.length];
        for (int n = 0; n < units.length; n++) {
            units[n] = new Counting(counter);
        }
        together(units);
        long lost = what.increments * count - counter.get();
        if (what.isSynchronised && lost > 0) {
            throw new Failure(lost + " increments were lost by units that synchronise");
        }
        return lost;
    }

    /** Makes batch after batch of increments. */
    private final class Counting extends Unit {
        private final AtomicLong counter;

        Counting(AtomicLong counter) {
            this.counter = counter;
        }

        @Override
        void work() {
            long startNs = System.nanoTime();
            for (int number = take(); number < count; number = take()) {
                for (long n = 0; n < what.increments; n++) {
                    if (what.isSynchronised) {
                        counter.incrementAndGet();
                    } else {
                        // Neither may be left out by the compiler, as those of a plain field.
                        counter.setOpaque(counter.getOpaque() + 1);
                    }
                }
                long endedNs = System.nanoTime();
                record(number, endedNs - startNs, valueOf(number));
                startNs = endedNs;
            }
        }
    }

    private long order() throws Throwable {
        int[] turns = new int[count];
        long[] times = new long[count];
        long beforeNs = System.nanoTime();
        Unit[] units = new Unit[work.lanes.length];
        for (int n = 0; n < units.length; n++) {
            units[n] = new TakingTurns(n, turns, times);
        }
        together(units);
        long outOfOrder = 0;
        for (int position = 0; position < count; position++) {
            record(turns[position], times[position] - beforeNs, valueOf(turns[position]));
            if (turns[position] != position) {
                outOfOrder++;
            }
            // A unit reads the clock a moment after it has claimed its place.
            beforeNs = Math.max(beforeNs, times[position]);
        }
        return outOfOrder;
    }

    /** Takes every so many-th turn, and yields after each. */
    private final class TakingTurns extends Unit {
        private final int number;
        private final int[] turns;
        private final long[] times;

        TakingTurns(int number, int[] turns, long[] times) {
            this.number = number;
            this.turns = turns;
            this.times = times;
        }

        @Override
        void work() {
            for (int turn = number; turn < count; turn += work.lanes.length) {
                int position = take();
                turns[position] = turn;
                times[position] = System.nanoTime();
                Thread.yield();
            }
        }
    }

    /** Notes the task of a number, whose only value this is. */
    void record(int number, long latencyNs, long value) {
        if (recorder != null) {
            recorder.record(number, latencyNs, Digest.mix(0, value));
        }
    }

    long valueOf(int number) {
        return work.request.valueOf(first + number);
    }
}

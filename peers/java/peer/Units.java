// The units that a variant has, and how they are started and joined.

package peer;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Starts units, all of which can go on at the same time. */
interface Units {
    /** Bytes of a platform thread's stack: the virtual machine's own guards are part of it. */
    int STACK_BYTES = 512 * 1024;

    /** Starts a unit; what it is joined by. */
    Object start(Unit unit) throws Throwable;

    /** Waits for the end of a unit. */
    void join(Object started) throws Exception;

    /** Those of a request: in a pool there are so many threads. */
    static Units of(Request request, int threads) {
        return switch (request.variant) {
            case "threads" -> new Platform();
            case "virtual" -> new Virtual();
            case "pool" -> new Pool(threads);
            default -> null;
        };
    }

    /** A platform thread for each unit. */
    final class Platform implements Units {
        /** Units that have ended, and what they used: the system no longer tells of their threads. */
        static final LongAdder ENDED = new LongAdder();
        static final LongAdder ENDED_CPU_NS = new LongAdder();

        @Override
        public Object start(Unit unit) {
            Thread thread = new Thread(null, new Counted(unit), "unit", STACK_BYTES);
            thread.start();
            return thread;
        }

        @Override
        public void join(Object started) throws InterruptedException {
            ((Thread) started).join();
        }

        /** Notes what its thread used. */
        private record Counted(Unit unit) implements Runnable {
            @Override
            public void run() {
                unit.run();
                ENDED_CPU_NS.add(ThreadCpu.ns());
                ENDED.increment();
            }
        }
    }

    /** A virtual thread for each unit. */
    final class Virtual implements Units {
        /** By its name, because older versions of Java, by which this is compiled too, have no such method. */
        private static final MethodHandle START = find();

        private static MethodHandle find() {
            try {
                MethodType type = MethodType.methodType(Thread.class, Runnable.class);
                return MethodHandles.lookup().findStatic(Thread.class, "startVirtualThread", type);
            } catch (ReflectiveOperationException error) {
                throw new Failure(Failure.Kind.UNAVAILABLE, "this Java has no virtual threads");
            }
        }

        @Override
        public Object start(Unit unit) throws Throwable {
            return (Thread) START.invokeExact((Runnable) unit);
        }

        @Override
        public void join(Object started) throws InterruptedException {
            ((Thread) started).join();
        }
    }

    /** Jobs for platform threads that wait. */
    final class Pool implements Units, ThreadFactory {
        private final ThreadPoolExecutor threads;

        Pool(int count) {
            threads = new ThreadPoolExecutor(count, count, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), this);
            threads.prestartAllCoreThreads();
        }

        @Override
        public Thread newThread(Runnable body) {
            return new Thread(null, body, "pool", STACK_BYTES);
        }

        @Override
        public Object start(Unit unit) {
            return threads.submit(unit);
        }

        @Override
        public void join(Object started) throws Exception {
            ((Future<?>) started).get();
        }

        /** Ends all threads. */
        void stop() throws InterruptedException {
            threads.shutdown();
            threads.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        }
    }
}

// Processor time of the calling thread.

package peer;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** Apart from {@link Meters}, because loading the management of Java takes time, which only those who need it pay. */
final class ThreadCpu {
    private static final ThreadMXBean BEAN = ManagementFactory.getThreadMXBean();

    private ThreadCpu() {}

    /** In nanoseconds since the thread started. */
    static long ns() {
        return BEAN.getCurrentThreadCpuTime();
    }
}

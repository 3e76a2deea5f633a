// What a unit (a thread, a job) runs.

package peer;

/** A unit whose exception ends the program: nobody else would hear of it, and others may wait for its lane. */
abstract class Unit implements Runnable {
    abstract void work() throws Exception;

    @Override
    public final void run() {
        try {
            work();
        } catch (Throwable error) {
            Main.endWith(error);
        }
    }
}

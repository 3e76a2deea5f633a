// The program of the model `java`: one run as docs/FORMAT.md describes it, or `--version`.

package peer;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;

/** Starts a run, ends it with its input, and has its last line printed. */
final class Main {
    static final String VERSION = "java " + System.getProperty("java.version");

    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final int CLOSED = 3;

    private static final FileOutputStream OUTPUT = new FileOutputStream(FileDescriptor.out);
    private static final LinkedBlockingQueue<String> LINES = new LinkedBlockingQueue<>();

    /** Set before the last line, whose reader may close our input at once. */
    private static volatile boolean isOver;

    private Main() {}

    public static void main(String[] arguments) {
        if (arguments.length == 0) {
            // The age first: taking it needs time, which would make the start seem earlier than it was.
            long ageNs = Meters.ageNs();
            long beganNs = System.nanoTime() - ageNs;
            new Input().start();
            try {
                new Session(beganNs).run();
            } catch (Throwable error) {
                endWith(error);
            }
        } else if (arguments.length == 1 && arguments[0].equals("--version")) {
            System.out.println(VERSION);
        } else {
            System.err.println("unknown argument " + arguments[0] + ": a request is read from standard input, see docs/FORMAT.md");
            System.exit(USAGE);
        }
    }

    /** Hands on the lines of standard input. Their end ends the program, whatever it is doing. */
    private static final class Input extends Thread {
        // Classes, and no lambdas here: the first of those takes some ten milliseconds of each start.
        Input() {
            super("input");
            setDaemon(true);
        }

        @Override
        public void run() {
            InputStreamReader bytes = new InputStreamReader(System.in, StandardCharsets.UTF_8);
            try (BufferedReader reader = new BufferedReader(bytes)) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    LINES.add(line);
                }
            } catch (IOException error) {
                // As its end.
            }
            if (!isOver) {
                Runtime.getRuntime().halt(CLOSED);
            }
        }
    }

    /** Ends the program within a second after its parent. The end of standard input nearly always comes first. */
    static final class Orphan extends Thread {
        private final long parent;

        Orphan(long parent) {
            super("parent");
            setDaemon(true);
            this.parent = parent;
        }

        @Override
        public void run() {
            try {
                while (Meters.parent() == parent) {
                    Thread.sleep(1000);
                }
            } catch (InterruptedException error) {
                // Nobody interrupts it.
            }
            Runtime.getRuntime().halt(CLOSED);
        }
    }

    /** The next line of standard input. */
    static String nextLine() throws InterruptedException {
        return LINES.take();
    }

    /** Waits for the order to go on. */
    static void awaitGo() throws InterruptedException {
        String line = nextLine().strip();
        if (!line.equals("go")) {
            throw Failure.usage("expected the line \"go\", got " + Json.quoted(line));
        }
    }

    /** Stands still until the run may go on. */
    static void barrier() throws InterruptedException {
        say("{\"held\":{}}");
        awaitGo();
    }

    /** Prints a message. */
    static void say(String message) {
        try {
            OUTPUT.write((message + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException error) {
            // Nobody reads what we say.
            Runtime.getRuntime().halt(CLOSED);
        }
    }

    /** Prints the last message and ends the program; no thread is waited for. */
    static synchronized void end(String message, int code) {
        isOver = true;
        say(message);
        Runtime.getRuntime().halt(code);
    }

    /** Says what went wrong and ends the program, whichever thread it is. */
    static void endWith(Throwable error) {
        Failure.Kind kind = Failure.Kind.FAILED;
        if (error instanceof Failure) {
            kind = ((Failure) error).kind;
        } else {
            error.printStackTrace();
        }
        String of = kind.name().toLowerCase(java.util.Locale.ROOT);
        String told = Json.quoted(Failure.words(error));
        end("{\"error\":{\"kind\":\"" + of + "\",\"message\":" + told + "}}", kind == Failure.Kind.USAGE ? USAGE : FAILED);
    }
}

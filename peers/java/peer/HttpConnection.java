// The HTTP client: a connection and a parser of just what is needed.

package peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Carries one request at a time. */
final class HttpConnection extends Connection {
    private static final int MOST_HEAD = 8192;
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int KEY_DIGITS = 16;
    private static final int PATH_BYTES = 80;

    /** What stands in a request behind the key. */
    private final byte[] rest;
    private final ByteBuffer out;
    private final byte[] head = new byte[MOST_HEAD];

    HttpConnection(String origin) throws IOException {
        super(needed(origin));
        rest = (" HTTP/1.1\r\nHost: " + origin + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        out = ByteBuffer.allocateDirect(PATH_BYTES + rest.length);
    }

    private static String needed(String origin) {
        if (origin == null) {
            throw Failure.usage("the request has no origin, which http-get needs");
        }
        return origin;
    }

    /** The CRC-32 of the body. */
    long get(Step step, long seed, CRC32 crc) throws IOException {
        out.clear().put(step.path);
        for (int shift = 4 * (KEY_DIGITS - 1); shift >= 0; shift -= 4) {
            out.put(DIGITS[(int) (seed >>> shift) & 15]);
        }
        write(out.put(rest).flip());
        if (in.hasRemaining()) {
            throw new IOException("the origin sent what nobody asked for");
        }
        in.clear().limit(0);
        int length = readHead();
        check(new String(head, 0, length, StandardCharsets.ISO_8859_1), step.bytes);
        return readBody(step.bytes, crc);
    }

    /** Reads until the head is whole, and takes it; its length without the empty line. */
    private int readHead() throws IOException {
        int looked = 0;
        while (true) {
            readMore();
            int filled = Math.min(in.limit(), MOST_HEAD);
            in.get(looked, head, looked, filled - looked);
            for (int at = Math.max(3, looked); at < filled; at++) {
                if (head[at] == '\n' && head[at - 1] == '\r' && head[at - 2] == '\n' && head[at - 3] == '\r') {
                    in.position(at + 1);
                    return at - 3;
                }
            }
            if (filled == MOST_HEAD) {
                throw new IOException("the head of an answer is longer than " + MOST_HEAD + " bytes");
            }
            looked = filled;
        }
    }

    /** Refuses all answers but those of 200 with a body of so many bytes. */
    private static void check(String head, long bytes) throws IOException {
        int end = head.indexOf("\r\n");
        String status = end < 0 ? head : head.substring(0, end);
        if (!status.equals("HTTP/1.1 200") && !status.startsWith("HTTP/1.1 200 ")) {
            throw new IOException("the origin answered " + Json.quoted(status));
        }
        String stated = null;
        while (end >= 0) {
            int start = end + 2;
            end = head.indexOf("\r\n", start);
            String line = end < 0 ? head.substring(start) : head.substring(start, end);
            if (is(line, "content-length")) {
                if (stated != null) {
                    throw new IOException("an answer with two lengths");
                }
                stated = line.substring(line.indexOf(':') + 1).strip();
            } else if (is(line, "transfer-encoding")) {
                throw new IOException("an answer with " + Json.quoted(line) + " and no plain length");
            }
        }
        if (stated == null || !stated.equals(Long.toString(bytes))) {
            throw new IOException("a body of " + (stated == null ? "unknown" : stated) + " bytes instead of " + bytes);
        }
    }

    private static boolean is(String line, String name) {
        return line.length() > name.length() && line.charAt(name.length()) == ':'
            && line.regionMatches(true, 0, name, 0, name.length());
    }

    private long readBody(long bytes, CRC32 crc) throws IOException {
        crc.reset();
        long left = bytes;
        while (true) {
            if (in.remaining() > left) {
                throw new IOException("the origin sent more than a body");
            }
            left -= in.remaining();
            crc.update(in);
            if (left == 0) {
                return crc.getValue();
            }
            in.clear().limit(0);
            readMore();
        }
    }
}

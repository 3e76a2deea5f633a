// PostgreSQL's protocol, version 3.0: a session with its statements prepared, and selects over it.

package peer;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/** Carries one request at a time. */
final class PostgresSession extends Connection {
    private static final int PROTOCOL = 196608;
    private static final int TYPE_INT8 = 20;
    private static final int TYPE_BYTEA = 17;
    private static final int ROW_BYTES = 64;
    private static final int MOST_MESSAGE = 1 << 24;
    private static final int REQUEST_BYTES = 256;

    /** How long the server sleeps in each prepared statement; a statement is named by its place. */
    private final List<Long> waits = new ArrayList<>();
    private final ByteBuffer out = ByteBuffer.allocateDirect(REQUEST_BYTES);
    /** The payload of the last message, which the next one takes the place of. */
    ByteBuffer payload;

    PostgresSession(Request request) throws IOException {
        super(needed(request));
        try {
            start(request.postgres);
            for (Step step : request.steps) {
                if (step.kind.equals("postgres-select") && !waits.contains(step.wait)) {
                    prepare("s" + waits.size(), query(request.postgres.someText("table"), step.wait));
                    waits.add(step.wait);
                }
            }
        } catch (IOException | RuntimeException error) {
            super.close();
            throw error;
        }
    }

    private static String needed(Request request) {
        if (request.postgres == null) {
            throw Failure.usage("the request has no PostgreSQL server, which postgres-select needs");
        }
        return request.postgres.someText("address");
    }

    /** The text that all programs prepare: one row of nothing, after so long, before the table. */
    private static String query(String table, long waitNs) {
        String fraction = Long.toString(1_000_000_000 + waitNs % 1_000_000_000).substring(1);
        String asleep = waitNs == 0 ? "" : "pg_sleep(" + waitNs / 1_000_000_000 + "." + fraction + "), ";
        return "SELECT body FROM " + asleep + table + " WHERE id = $1";
    }

    private void start(Part server) throws IOException {
        ByteArrayOutputStream greeting = new ByteArrayOutputStream();
        DataOutputStream writer = new DataOutputStream(greeting);
        writer.writeInt(PROTOCOL);
        for (String text : List.of("user", server.someText("user"), "database", server.someText("database"),
                "client_encoding", "UTF8", "")) {
            writer.write(text(text));
        }
        send(ByteBuffer.allocate(4 + greeting.size()).putInt(4 + greeting.size()).put(greeting.toByteArray()).flip());
        while (true) {
            char kind = receive();
            if (kind == 'Z') {
                return;
            }
            if (kind == 'R') {
                Scram.authenticate(this, server.text("password"));
            } else if (kind != 'K') {
                throw problem("message '" + kind + "' while starting up");
            }
        }
    }

    /** Has the server parse a statement, and checks that its rows are one column of bytes. */
    private void prepare(String name, String query) throws IOException {
        byte[] parse = joined(text(name), text(query), new byte[] {0, 1, 0, 0, 0, TYPE_INT8});
        byte[] describe = joined(new byte[] {'S'}, text(name));
        send(ByteBuffer.wrap(joined(message('P', parse), message('D', describe), message('S', new byte[0]))));
        expect('1');
        expect('t');
        expect('T');
        int columns = payload.getShort();
        while (payload.get() != 0) {
            // The name of the column.
        }
        payload.getInt();
        payload.getShort();
        int type = payload.getInt();
        if (columns != 1 || type != TYPE_BYTEA) {
            throw problem(columns + " columns, the first of the type " + type + ", instead of one bytea (" + TYPE_BYTEA + ")");
        }
        expect('Z');
    }

    /** The CRC-32 of the row's body. */
    long select(Step step, long seed, CRC32 crc) throws IOException {
        String name = "s" + waits.indexOf(step.wait);
        int bind = 4 + 1 + name.length() + 1 + 2 + 2 + 2 + 4 + 8 + 2 + 2;
        out.clear().put((byte) 'B').putInt(bind).put((byte) 0);
        for (int n = 0; n < name.length(); n++) {
            out.put((byte) name.charAt(n));
        }
        // One binary parameter of 8 bytes, and binary results.
        out.put((byte) 0).putShort((short) 1).putShort((short) 1).putShort((short) 1).putInt(8);
        out.putLong(1 + Long.remainderUnsigned(Digest.nth(seed, 0), step.rows));
        out.putShort((short) 1).putShort((short) 1);
        out.put((byte) 'E').putInt(9).put((byte) 0).putInt(0).put((byte) 'S').putInt(4);
        send(out.flip());
        expect('2');
        char kind = receive();
        if (kind == 'C') {
            throw problem("no row where one was looked for");
        }
        if (kind != 'D' || payload.remaining() != 6 + ROW_BYTES || payload.getShort() != 1 || payload.getInt() != ROW_BYTES) {
            throw problem("a row of the wrong shape");
        }
        crc.reset();
        crc.update(payload);
        expect('C');
        expect('Z');
        return crc.getValue();
    }

    @Override
    public void close() throws IOException {
        try {
            write(ByteBuffer.wrap(message('X', new byte[0])));
        } finally {
            super.close();
        }
    }

    /** Sends a part of the authentication; the server's part is then the payload. */
    void answer(byte[] part) throws IOException {
        send(ByteBuffer.wrap(message('p', part)));
        expect('R');
    }

    private void send(ByteBuffer message) throws IOException {
        try {
            write(message);
        } catch (IOException error) {
            // A server sends its reason before it closes the connection.
            try {
                while (true) {
                    receive();
                }
            } catch (IOException ended) {
                throw problem("connection: " + Failure.words(error));
            }
        }
    }

    private void expect(char due) throws IOException {
        char kind = receive();
        if (kind != due) {
            throw problem("message '" + kind + "' where '" + due + "' was due");
        }
    }

    /** The next message that is no notice, setting or notification; those may come at any time. */
    private char receive() throws IOException {
        while (true) {
            char kind = next();
            if (kind == 'E') {
                throw problem(words(payload));
            }
            if (kind != 'N' && kind != 'S' && kind != 'A') {
                return kind;
            }
        }
    }

    private char next() throws IOException {
        while (in.remaining() < 5) {
            fill(5);
        }
        int length = in.getInt(in.position() + 1);
        if (length < 4 || length > MOST_MESSAGE) {
            throw problem("a message of " + length + " bytes");
        }
        while (in.remaining() < 1 + length) {
            fill(1 + length);
        }
        char kind = (char) in.get(in.position());
        payload = in.slice(in.position() + 5, length - 4);
        in.position(in.position() + 1 + length);
        return kind;
    }

    /** Reads more, with room for so many bytes in all. */
    private void fill(int bytes) throws IOException {
        if (in.capacity() < bytes) {
            in = ByteBuffer.allocateDirect(bytes).put(in).flip();
        } else if (in.position() > 0) {
            in.compact().flip();
        }
        readMore();
    }

    /** What the server complains about. */
    private static String words(ByteBuffer payload) {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        String message = "an error";
        String code = "unknown";
        for (String field : new String(bytes, StandardCharsets.UTF_8).split("\0")) {
            if (field.startsWith("M")) {
                message = field.substring(1);
            } else if (field.startsWith("C")) {
                code = field.substring(1);
            }
        }
        return message + " (SQLSTATE " + code + ")";
    }

    static Failure problem(String text) {
        return new Failure("postgres: " + text);
    }

    static byte[] text(String text) {
        return (text + "\0").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] message(char kind, byte[] payload) {
        return ByteBuffer.allocate(5 + payload.length).put((byte) kind).putInt(4 + payload.length).put(payload).array();
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        return whole.toByteArray();
    }
}

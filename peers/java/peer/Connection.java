// A socket that blocks, and connecting it.

package peer;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A connection with a buffer of what has been read and not taken yet: its position to its limit. */
class Connection implements AutoCloseable {
    private static final int BUFFER_BYTES = 16384;

    private final SocketChannel channel;
    /** Outside of the heap, so that the system reads into it directly. */
    ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES).limit(0);

    /** Connects to `ip:port`, or to the path of a Unix socket. */
    Connection(String address) throws IOException {
        try {
            if (address.startsWith("/")) {
                channel = SocketChannel.open(UnixDomainSocketAddress.of(address));
            } else {
                channel = SocketChannel.open();
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.connect(tcp(address));
            }
        } catch (IOException error) {
            throw new IOException("cannot connect to " + address + ": " + Failure.words(error), error);
        }
    }

    private static SocketAddress tcp(String address) throws IOException {
        int colon = address.lastIndexOf(':');
        if (colon < 0) {
            throw new IOException("allowed is ip:port");
        }
        // An address is no name, so that nobody is asked for it.
        InetAddress host = InetAddress.getByName(address.substring(0, colon));
        return new InetSocketAddress(host, Integer.parseInt(address.substring(colon + 1)));
    }

    /** Writes everything. */
    final void write(ByteBuffer out) throws IOException {
        while (out.hasRemaining()) {
            channel.write(out);
        }
    }

    /** Reads more behind what is in the buffer, which has to have room. */
    final void readMore() throws IOException {
        int position = in.position();
        int limit = in.limit();
        in.limit(in.capacity()).position(limit);
        int count = channel.read(in);
        in.limit(in.position()).position(position);
        if (count < 0) {
            throw new EOFException("the connection ended early");
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

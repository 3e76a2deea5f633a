// Files: which one a task reads, and reading it whole.

package peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;

/** The files of a workload. */
final class DataFiles {
    private DataFiles() {}

    /** The file that a task reads. */
    static Path of(Request request, Step step, long index) {
        long first = Long.remainderUnsigned(Digest.mix64(request.seed), step.files);
        String number = Long.toString((first + index % step.files) % step.files);
        return Path.of(request.files, "0".repeat(Math.max(0, 5 - number.length())) + number + ".bin");
    }

    /** One byte more than a file shows its end without another read. */
    static ByteBuffer buffer(Step step) {
        return ByteBuffer.allocateDirect(Math.toIntExact(step.bytes + 1));
    }

    /** The CRC-32 of a file's contents. */
    static long read(Path path, Step step, ByteBuffer buffer, CRC32 crc) throws IOException {
        buffer.clear();
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            int count = 0;
            while (count >= 0 && buffer.position() < step.bytes) {
                count = file.read(buffer);
            }
        }
        if (buffer.position() != step.bytes) {
            throw new Failure(path + " has " + buffer.position() + " bytes (or more) instead of " + step.bytes);
        }
        crc.reset();
        crc.update(buffer.flip());
        return crc.getValue();
    }

    /** Reads the files of the run once, so that the page cache has them. */
    static void readAll(Request request) throws IOException {
        for (Step step : request.steps) {
            if (!step.kind.equals("read-file")) {
                continue;
            }
            ByteBuffer buffer = buffer(step);
            CRC32 crc = new CRC32();
            // They repeat after as many tasks as there are files.
            for (long index = 0; index < Math.min(request.tasks, step.files); index++) {
                read(of(request, step, index), step, buffer, crc);
            }
        }
    }
}

// The arithmetic of seeds, digests and contents. All numbers are unsigned, and wrap.

package peer;

import java.util.HexFormat;

/** Functions of docs/FORMAT.md. */
final class Digest {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Digest() {}

    static long mix64(long seed) {
        long z = (seed ^ (seed >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Output n, from 0, of splitmix64 seeded with `seed`. */
    static long nth(long seed, long n) {
        return mix64(seed + (n + 1) * GOLDEN);
    }

    static long mix(long a, long b) {
        return mix64(mix64(a + GOLDEN) ^ b);
    }

    /** Contents of so many bytes. */
    static byte[] fill(long key, int length) {
        byte[] bytes = new byte[length];
        for (int at = 0; at < length; at++) {
            bytes[at] = (byte) (nth(key, at / 8) >>> (8 * (at % 8)));
        }
        return bytes;
    }

    /** 16 hexadecimal digits. */
    static String hex(long number) {
        return HexFormat.of().toHexDigits(number);
    }
}

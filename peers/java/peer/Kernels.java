// The kernels of docs/FORMAT.md.

package peer;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** Each kernel takes a size and the step seed, and gives its value. */
final class Kernels {
    private static final int PATTERN_BYTES = 16384;
    /** Odd numbers that are sieved at a time, a byte each: they fit into a first-level cache. */
    private static final int SEGMENT = 32768;

    /** Where results go that nobody needs, so that they are computed. */
    private static volatile long sink;

    private Kernels() {}

    /** Only programs that hash pay for it. */
    private static final class Pattern {
        static final byte[] BYTES = Digest.fill(0x736861323536L, PATTERN_BYTES);
    }

    static boolean has(String kernel) {
        return switch (kernel) {
            case "sum-squares", "primes", "sha256", "mandelbrot", "matmul" -> true;
            default -> false;
        };
    }

    static long compute(String kernel, long size, long seed) throws NoSuchAlgorithmException {
        return switch (kernel) {
            case "sum-squares" -> sumSquares(size + (seed & 1023));
            case "primes" -> primes(size, seed);
            case "sha256" -> sha256(size, seed);
            case "mandelbrot" -> mandelbrot((int) size, seed);
            default -> matmul((int) size, seed);
        };
    }

    /** Computes for so many nanoseconds, in slices of about a microsecond. */
    static void computeFor(long durationNs) {
        long sum = 0;
        long start = System.nanoTime();
        do {
            sum += sumSquares(1024);
        } while (System.nanoTime() - start < durationNs);
        sink = sum;
    }

    private static long sumSquares(long end) {
        long sum = 0;
        for (long i = 0; i < end; i++) {
            sum += i * i;
        }
        return sum;
    }

    private static long sha256(long size, long seed) throws NoSuchAlgorithmException {
        MessageDigest hash = MessageDigest.getInstance("SHA-256");
        for (int n = 0; n < 64; n += 8) {
            hash.update((byte) (seed >>> n));
        }
        long left = size;
        for (; left >= PATTERN_BYTES; left -= PATTERN_BYTES) {
            hash.update(Pattern.BYTES);
        }
        hash.update(Pattern.BYTES, 0, (int) left);
        byte[] sum = hash.digest();
        long value = 0;
        for (int n = 7; n >= 0; n--) {
            value = value << 8 | (sum[n] & 0xff);
        }
        return value;
    }

    private static long mandelbrot(int size, long seed) {
        double tiny = 0x1p-40;
        long step = (1L << 31) / size;
        long left = (seed & 1023) << 24;
        long low = (seed >>> 10 & 1023) << 24;
        long sum = 0;
        for (int y = 0; y < size; y++) {
            double ci = (low + y * step) * tiny + 0.09;
            for (int x = 0; x < size; x++) {
                sum += escapeTime((left + x * step) * tiny - 0.75, ci);
            }
        }
        return sum;
    }

    /** The iterations until |z|² > 4. */
    private static int escapeTime(double cr, double ci) {
        double re = 0;
        double im = 0;
        for (int n = 1; n <= 256; n++) {
            double twice = 2 * re * im;
            re = re * re - im * im + cr;
            im = twice + ci;
            if (re * re + im * im > 4) {
                return n;
            }
        }
        return 256;
    }

    private static long matmul(int size, long seed) {
        long[][] a = new long[size][size];
        // Column by column, so that both are read in order.
        long[][] b = new long[size][size];
        for (int row = 0; row < size; row++) {
            for (int column = 0; column < size; column++) {
                long cell = (long) row * size + column;
                a[row][column] = Digest.nth(seed, cell);
                b[column][row] = Digest.nth(seed, (long) size * size + cell);
            }
        }
        long value = 0;
        for (long[] row : a) {
            for (long[] column : b) {
                value = Digest.mix(value, product(row, column));
            }
        }
        return value;
    }

    private static long product(long[] row, long[] column) {
        long sum = 0;
        for (int k = 0; k < row.length; k++) {
            sum += row[k] * column[k];
        }
        return sum;
    }

    private static long primes(long size, long seed) {
        long start = 2 + 2 * ((seed & 0xffffff) >>> 1);
        long end = start + size;
        long count = start == 2 && size > 0 ? 1 : 0;
        long sum = 2 * count;
        int[] factors = oddPrimesTo((int) Math.sqrt(end) + 1);
        byte[] sieve = new byte[SEGMENT];
        // The start is even, and 2 is done.
        for (long low = start + 1; low < end; low += 2 * SEGMENT) {
            int width = (int) Math.min(SEGMENT, (end - low + 1) / 2);
            Arrays.fill(sieve, 0, width, (byte) 0);
            strike(sieve, width, low, factors);
            for (int n = 0; n < width; n++) {
                if (sieve[n] == 0) {
                    count++;
                    sum += low + 2L * n;
                }
            }
        }
        return Digest.mix(count, sum);
    }

    /** Marks the multiples of factors among the odd numbers from `low` on. */
    private static void strike(byte[] sieve, int width, long low, int[] factors) {
        for (int p : factors) {
            long first = (long) p * p;
            if (first >= low + 2L * width) {
                return;
            }
            if (first < low) {
                first = (low + p - 1) / p * p;
                if (first % 2 == 0) {
                    first += p;
                }
            }
            for (long n = (first - low) / 2; n < width; n += p) {
                sieve[(int) n] = 1;
            }
        }
    }

    /** The odd primes up to a number, ascending. */
    private static int[] oddPrimesTo(int most) {
        // The number of index n is 2 n + 1.
        boolean[] composite = new boolean[most / 2 + 1];
        int[] primes = new int[composite.length];
        int count = 0;
        for (int n = 1; 2 * n + 1 <= most; n++) {
            if (composite[n]) {
                continue;
            }
            int p = 2 * n + 1;
            primes[count++] = p;
            for (long multiple = ((long) p * p - 1) / 2; multiple < composite.length; multiple += p) {
                composite[(int) multiple] = true;
            }
        }
        return Arrays.copyOf(primes, count);
    }
}

// Authentication by SCRAM-SHA-256 (RFC 5802, RFC 7677).

package peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Answers what a server asks for. */
final class Scram {
    /** What a server can have us compute at most; its default is 4096. */
    private static final int MOST_ITERATIONS = 100_000;
    private static final int TRUST = 0;
    private static final int SASL = 10;
    private static final int CONTINUE = 11;
    private static final int FINAL = 12;

    private Scram() {}

    /** Authenticates a session whose payload is the server's first request for that. */
    static void authenticate(PostgresSession session, String password) throws IOException {
        int method = session.payload.getInt();
        if (method == TRUST) {
            return;
        }
        if (method != SASL || !("\0" + rest(session.payload)).contains("\0SCRAM-SHA-256\0")) {
            throw PostgresSession.problem("authentication method " + method + " is not spoken here");
        }
        if (password == null) {
            throw PostgresSession.problem("the server asks for a password, and the request names none");
        }
        for (int n = 0; n < password.length(); n++) {
            if (password.charAt(n) >= 128) {
                throw Failure.unsupported("postgres: a password beyond ASCII: the standard library of Java has no SASLprep");
            }
        }
        try {
            exchange(session, password);
        } catch (GeneralSecurityException error) {
            throw PostgresSession.problem(Failure.words(error));
        }
    }

    private static void exchange(PostgresSession session, String password) throws IOException, GeneralSecurityException {
        byte[] random = new byte[18];
        new SecureRandom().nextBytes(random);
        String nonce = encoded(random);
        String bare = "n=,r=" + nonce;
        byte[] first = ascii("n,," + bare);
        byte[] length = ByteBuffer.allocate(4).putInt(first.length).array();
        String challenge = ask(session, PostgresSession.joined(PostgresSession.text("SCRAM-SHA-256"), length, first), CONTINUE);
        String answered = field(challenge, "r=");
        if (!answered.startsWith(nonce)) {
            throw PostgresSession.problem("the challenge does not answer ours");
        }
        byte[] salted = salted(password, challenge);
        byte[] key = hmac(salted, ascii("Client Key"));
        String withoutProof = "c=biws,r=" + answered;
        byte[] signed = ascii(bare + "," + challenge + "," + withoutProof);
        byte[] proof = hmac(MessageDigest.getInstance("SHA-256").digest(key), signed);
        for (int n = 0; n < proof.length; n++) {
            proof[n] ^= key[n];
        }
        String signature = "v=" + encoded(hmac(hmac(salted, ascii("Server Key")), signed));
        String last = ask(session, ascii(withoutProof + ",p=" + encoded(proof)), FINAL);
        if (!MessageDigest.isEqual(ascii(last), ascii(signature))) {
            throw PostgresSession.problem("the server does not know the password either");
        }
    }

    /** PBKDF2 (RFC 8018) of the password, of which one block is needed. */
    private static byte[] salted(String password, String challenge) throws GeneralSecurityException {
        int iterations;
        byte[] salt;
        try {
            iterations = Integer.parseInt(field(challenge, "i="));
            salt = Base64.getDecoder().decode(field(challenge, "s="));
        } catch (IllegalArgumentException error) {
            throw PostgresSession.problem("the challenge does not answer ours");
        }
        if (iterations < 1 || iterations > MOST_ITERATIONS) {
            throw PostgresSession.problem("SCRAM-SHA-256: the server asks for " + iterations
                + " iterations: allowed are 1 to " + MOST_ITERATIONS);
        }
        Mac code = keyed(ascii(password));
        byte[] last = code.doFinal(PostgresSession.joined(salt, new byte[] {0, 0, 0, 1}));
        byte[] sum = last.clone();
        for (int n = 1; n < iterations; n++) {
            last = code.doFinal(last);
            for (int at = 0; at < sum.length; at++) {
                sum[at] ^= last[at];
            }
        }
        return sum;
    }

    private static String ask(PostgresSession session, byte[] part, int due) throws IOException {
        session.answer(part);
        int method = session.payload.getInt();
        if (method != due) {
            throw PostgresSession.problem("authentication method " + method + " in the middle of authentication");
        }
        return rest(session.payload);
    }

    /** The value of a field of the challenge; empty where it is absent. */
    private static String field(String challenge, String name) {
        for (String part : challenge.split(",")) {
            if (part.startsWith(name)) {
                return part.substring(name.length());
            }
        }
        return "";
    }

    private static String rest(ByteBuffer payload) {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static byte[] hmac(byte[] key, byte[] text) throws GeneralSecurityException {
        return keyed(key).doFinal(text);
    }

    private static Mac keyed(byte[] key) throws GeneralSecurityException {
        Mac code = Mac.getInstance("HmacSHA256");
        // An empty password is no key to this library, and to HMAC the same as one zero.
        code.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, "HmacSHA256"));
        return code;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String encoded(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}

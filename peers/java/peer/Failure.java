// A run that ends without a result, and the kind of that.

package peer;

/** What ends a run. Any other exception is of the kind {@link Kind#FAILED}. */
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The kinds of an `error` message. */
    enum Kind {
        /** The request cannot be read, or names what is not there. */
        USAGE,
        /** The language, its library or the variant does not do such work. */
        UNSUPPORTED,
        /** The machine, or the version of Java, cannot give what is needed. */
        UNAVAILABLE,
        /** It was tried, and went wrong. */
        FAILED
    }

    final Kind kind;

    Failure(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    Failure(String message) {
        this(Kind.FAILED, message);
    }

    static Failure usage(String message) {
        return new Failure(Kind.USAGE, message);
    }

    static Failure unsupported(String message) {
        return new Failure(Kind.UNSUPPORTED, message);
    }

    /** An exception in words. */
    static String words(Throwable error) {
        if (error instanceof Failure) {
            return error.getMessage();
        }
        String message = error.getMessage();
        return message == null ? error.getClass().getName() : error.getClass().getSimpleName() + ": " + message;
    }
}

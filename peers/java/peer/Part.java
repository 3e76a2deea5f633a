// An object of the request, whose fields are taken one by one and checked.

package peer;

import java.util.List;
import java.util.Map;

/** An object that may have only fields that are known: others would ask for what is not done. */
final class Part {
    final String what;
    private final Map<?, ?> fields;

    Part(String what, Object value, String... names) {
        if (!(value instanceof Map)) {
            throw Failure.usage(what + " is no object");
        }
        this.what = what;
        fields = (Map<?, ?>) value;
        for (Object name : fields.keySet()) {
            if (!List.of(names).contains(name)) {
                throw Failure.usage(what + " has no field \"" + name + "\": there are " + String.join(", ", names));
            }
        }
    }

    /** The value of a field; null where it is absent. */
    Object get(String name) {
        return fields.get(name);
    }

    /** A field that is an object itself; one that is absent is empty. */
    Part part(String name, String... names) {
        Object value = get(name);
        return new Part(name, value == null ? Map.of() : value, names);
    }

    /** A text, or null where it is absent. */
    String text(String name) {
        Object value = get(name);
        if (value != null && !(value instanceof String)) {
            throw Failure.usage(name + " of " + what + " is no text");
        }
        return (String) value;
    }

    /** A text that has to be there. */
    String someText(String name) {
        String text = text(name);
        if (text == null) {
            throw Failure.usage(what + " has no " + name);
        }
        return text;
    }

    boolean flag(String name) {
        Object value = get(name);
        if (value != null && !(value instanceof Boolean)) {
            throw Failure.usage(name + " of " + what + " is neither true nor false");
        }
        return value == Boolean.TRUE;
    }

    /** A whole number within bounds. */
    long count(String name, long least, long most) {
        Object value = get(name);
        if (value == null) {
            throw Failure.usage(what + " has no " + name);
        }
        String digits = value instanceof Json.Num ? ((Json.Num) value).digits() : Json.quoted(value.toString());
        try {
            long number = Long.parseLong(digits);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException error) {
            // Told below.
        }
        throw Failure.usage(name + " of " + what + " is " + digits + ": allowed are " + least + " to " + most);
    }

    /** A whole number of 64 bits without a sign. */
    long seed(String name) {
        Object value = get(name);
        try {
            return Long.parseUnsignedLong(((Json.Num) value).digits());
        } catch (ClassCastException | NullPointerException | NumberFormatException error) {
            throw Failure.usage(name + " of " + what + " is no whole number below 2^64");
        }
    }

    /** A duration; 0 where it is absent. */
    long nanoseconds(String name) {
        return measured(name, "ns", "a whole number of nanoseconds, such as \"5ns\"");
    }

    /** A number of tasks a second; 0 where it is absent. */
    long rate(String name) {
        return measured(name, "/s", "a whole number of tasks a second, such as \"5/s\"");
    }

    private long measured(String name, String unit, String allowed) {
        String text = text(name);
        if (text == null) {
            return 0;
        }
        try {
            long number = Long.parseLong(text.substring(0, Math.max(0, text.length() - unit.length())));
            if (text.endsWith(unit) && number >= 0) {
                return number;
            }
        } catch (NumberFormatException error) {
            // Told below.
        }
        throw Failure.usage(name + " of " + what + " is " + Json.quoted(text) + ": allowed is " + allowed);
    }
}

// JSON, as far as requests and messages need it. Numbers are kept as text, because seeds have 64 bits.

package peer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A reader of one JSON text: objects are maps, arrays lists, texts strings, and numbers {@link Num}s. */
final class Json {
    /** How deep a request may be nested; beyond that a reader that calls itself would run out of stack. */
    private static final int DEEPEST = 64;

    private final String text;
    private int at;
    private int depth;

    /** A number as it stands in the text. */
    record Num(String digits) {}

    private Json(String text) {
        this.text = text;
    }

    /** The value that a text holds. */
    static Object parse(String text) {
        Json json = new Json(text);
        Object value = json.value();
        if (json.peek() != 0) {
            throw json.wrong("nothing more");
        }
        return value;
    }

    private Object value() {
        if (++depth > DEEPEST) {
            throw wrong("fewer levels");
        }
        char first = peek();
        Object value = switch (first) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> word("true", Boolean.TRUE);
            case 'f' -> word("false", Boolean.FALSE);
            case 'n' -> word("null", null);
            default -> number();
        };
        depth--;
        return value;
    }

    private Map<String, Object> object() {
        Map<String, Object> fields = new LinkedHashMap<>();
        at++;
        if (peek() == '}') {
            at++;
            return fields;
        }
        while (true) {
            if (peek() != '"') {
                throw wrong("a name");
            }
            String name = string();
            take(':');
            fields.put(name, value());
            if (peek() == '}') {
                at++;
                return fields;
            }
            take(',');
        }
    }

    private List<Object> array() {
        List<Object> items = new ArrayList<>();
        at++;
        if (peek() == ']') {
            at++;
            return items;
        }
        while (true) {
            items.add(value());
            if (peek() == ']') {
                at++;
                return items;
            }
            take(',');
        }
    }

    private String string() {
        StringBuilder string = new StringBuilder();
        for (at++; at < text.length(); at++) {
            char letter = text.charAt(at);
            if (letter == '"') {
                at++;
                return string.toString();
            }
            string.append(letter == '\\' ? escaped() : letter);
        }
        throw wrong("the end of a text");
    }

    private char escaped() {
        at++;
        char letter = at < text.length() ? text.charAt(at) : 0;
        switch (letter) {
            case '"', '\\', '/':
                return letter;
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u':
                try {
                    char code = (char) Integer.parseInt(text.substring(at + 1, at + 5), 16);
                    at += 4;
                    return code;
                } catch (IndexOutOfBoundsException | NumberFormatException error) {
                    throw wrong("four hexadecimal digits");
                }
            default:
                throw wrong("an escape");
        }
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw wrong("a value");
        }
        at += word.length();
        return value;
    }

    private Num number() {
        int start = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (at == start) {
            throw wrong("a value");
        }
        return new Num(text.substring(start, at));
    }

    private void take(char due) {
        if (peek() != due) {
            throw wrong("\"" + due + "\"");
        }
        at++;
    }

    /** The next character that is no blank; 0 at the end. */
    private char peek() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private Failure wrong(String due) {
        return Failure.usage("the request is no JSON: " + due + " was due at character " + at);
    }

    /** A text in quotes. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int n = 0; n < text.length(); n++) {
            char letter = text.charAt(n);
            if (letter == '"' || letter == '\\') {
                quoted.append('\\').append(letter);
            } else if (letter < 32 || Character.isSurrogate(letter)) {
                String code = Integer.toHexString(letter);
                quoted.append("\\u").append("0".repeat(4 - code.length())).append(code);
            } else {
                quoted.append(letter);
            }
        }
        return quoted.append('"').toString();
    }
}

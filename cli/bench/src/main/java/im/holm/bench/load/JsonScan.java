package im.holm.bench.load;

import java.nio.charset.StandardCharsets;

/// Reads JSON as a stream of members, no tree: each scalar with its depth and the keys that lead
/// to it. Good enough for a server's answers; malformed input ends the scan with an exception.
final class JsonScan {
    private static final int DEPTH_MAX = 64;

    /// Called for each string, number, true, false and null that is the value of a member.
    interface Members {
        /// @param scan asked for keys ([JsonScan#keyIs]) and text
        /// @param depth 1: a member of the outermost object
        void member(JsonScan scan, int depth);
    }

    private final byte[] json;
    private final int length;
    private int at;
    private int nesting;
    private final int[] keyFrom = new int[DEPTH_MAX + 1];
    private final int[] keyTo = new int[DEPTH_MAX + 1];
    private int from;
    private int to;
    private boolean text;

    JsonScan(byte[] json, int length) {
        this.json = json;
        this.length = length;
    }

    /// One member of the outermost object, a string without its escapes undone; "" if absent.
    static String top(byte[] json, int length, String name) {
        var found = new StringBuilder();
        new JsonScan(json, length).run((scan, depth) -> {
            if (depth == 1 && found.isEmpty() && scan.keyIs(1, name)) {
                found.append(scan.value());
            }
        });
        return found.toString();
    }

    /// @throws IllegalArgumentException when it is no JSON
    void run(Members members) {
        try {
            value(0, members);
        } catch (ArrayIndexOutOfBoundsException e) {
            throw broken();
        }
    }

    boolean keyIs(int depth, String name) {
        return same(keyFrom[depth], keyTo[depth], name);
    }

    String key(int depth) {
        return new String(
                json, keyFrom[depth], keyTo[depth] - keyFrom[depth], StandardCharsets.UTF_8);
    }

    boolean isText() {
        return text;
    }

    boolean valueIs(String expected) {
        return same(from, to, expected);
    }

    boolean valueStartsWith(String prefix) {
        return to - from >= prefix.length() && same(from, from + prefix.length(), prefix);
    }

    /// As it stands there, between its quotes if it has some.
    String value() {
        return new String(json, from, to - from, StandardCharsets.UTF_8);
    }

    /// The n-th of the numbers that stand in the value after `prefix`, a space between; -1 if
    /// not.
    long number(int prefix, int n) {
        int i = from + prefix;
        for (int skip = n; skip > 0 && i < to; i++) {
            if (json[i] == ' ') {
                skip--;
            }
        }
        long value = 0;
        int first = i;
        for (; i < to && json[i] >= '0' && json[i] <= '9' && i - first < 18; i++) {
            value = value * 10 + (json[i] - '0');
        }
        return i > first && i < to && json[i] == ' ' ? value : -1;
    }

    private boolean same(int start, int end, String name) {
        if (end - start != name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (json[start + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void value(int depth, Members members) {
        if (++nesting > DEPTH_MAX) {
            throw broken();
        }
        switch (next()) {
            case '{' -> object(depth + 1, members);
            case '[' -> array(depth, members);
            case '"' -> {
                string();
                text = true;
                tell(depth, members);
            }
            default -> {
                from = --at;
                while (at < length && ",]} \t\r\n".indexOf(json[at]) < 0) {
                    at++;
                }
                to = at;
                text = false;
                if (from == to) {
                    throw broken();
                }
                tell(depth, members);
            }
        }
        nesting--;
    }

    private void tell(int depth, Members members) {
        if (depth > 0) {
            members.member(this, depth);
        }
    }

    private void object(int depth, Members members) {
        byte c = next();
        while (c != '}') {
            if (c != '"') {
                throw broken();
            }
            string();
            keyFrom[depth] = from;
            keyTo[depth] = to;
            if (next() != ':') {
                throw broken();
            }
            value(depth, members);
            c = next();
            if (c == ',') {
                c = next();
            } else if (c != '}') {
                throw broken();
            }
        }
    }

    private void array(int depth, Members members) {
        if (next() == ']') {
            return;
        }
        at--;
        while (true) {
            value(depth, members);
            byte c = next();
            if (c == ']') {
                return;
            }
            if (c != ',') {
                throw broken();
            }
        }
    }

    private void string() {
        from = at;
        while (at < length && json[at] != '"') {
            at += json[at] == '\\' ? 2 : 1;
        }
        to = at++;
        if (at > length) {
            throw broken();
        }
    }

    private byte next() {
        while (at < length) {
            byte c = json[at++];
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                return c;
            }
        }
        throw broken();
    }

    private IllegalArgumentException broken() {
        return new IllegalArgumentException("no JSON at byte " + at);
    }
}

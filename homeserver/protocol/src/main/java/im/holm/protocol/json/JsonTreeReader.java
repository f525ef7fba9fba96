package im.holm.protocol.json;

import com.fasterxml.jackson.core.JsonToken;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Builds values from the tokens of one input. The first problem found is kept in `problem`;
/// every reading method then returns null and the readers above it return at once.
final class JsonTreeReader {
    /// A longer integer or decimal is no number that anyone means.
    private static final int NUMBER_CHARS_MAX = 400;

    private final com.fasterxml.jackson.core.JsonParser tokens;
    private final JsonLimits limits;
    private JsonResult.Malformed problem;

    JsonTreeReader(com.fasterxml.jackson.core.JsonParser tokens, JsonLimits limits) {
        this.tokens = tokens;
        this.limits = limits;
    }

    JsonResult read() throws IOException {
        JsonToken first = tokens.nextToken();
        if (first == null) {
            return new JsonResult.Malformed(JsonProblem.NOT_JSON, "no value");
        }
        JsonValue value = value(first, 1);
        if (problem != null) {
            return problem;
        }
        if (tokens.nextToken() != null) {
            return fail(JsonProblem.NOT_JSON, "more than one value");
        }
        return new JsonResult.Parsed(value);
    }

    private JsonValue value(JsonToken token, int depth) throws IOException {
        return switch (token) {
            case START_OBJECT -> object(depth);
            case START_ARRAY -> array(depth);
            case VALUE_STRING -> string(tokens.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(tokens.getText());
            case VALUE_TRUE -> JsonBoolean.TRUE;
            case VALUE_FALSE -> JsonBoolean.FALSE;
            case VALUE_NULL -> JsonNull.NULL;
            case END_ARRAY, END_OBJECT, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT -> {
                fail(JsonProblem.NOT_JSON, here());
                yield null;
            }
        };
    }

    private JsonValue object(int depth) throws IOException {
        if (depth > limits.depthMax()) {
            fail(JsonProblem.TOO_DEEP, here());
            return null;
        }
        List<String> keys = new ArrayList<>();
        List<JsonValue> values = new ArrayList<>();
        while (tokens.nextToken() != JsonToken.END_OBJECT) {
            String key = tokens.currentName();
            if (hasLoneSurrogate(key)) {
                fail(JsonProblem.LONE_SURROGATE, here());
                return null;
            }
            keys.add(key);
            values.add(value(tokens.nextToken(), depth + 1));
            if (problem != null) {
                return null;
            }
        }
        return sorted(keys, values);
    }

    private JsonValue sorted(List<String> keys, List<JsonValue> values) {
        int size = keys.size();
        if (size == 0) {
            return JsonObject.EMPTY;
        }
        boolean inOrder = true;
        for (int i = 1; i < size && inOrder; i++) {
            inOrder = KeyOrder.compare(keys.get(i - 1), keys.get(i)) < 0;
        }
        String[] sortedKeys = keys.toArray(String[]::new);
        JsonValue[] sortedValues = values.toArray(JsonValue[]::new);
        if (inOrder) {
            return new JsonObject(sortedKeys, sortedValues);
        }
        Integer[] order = new Integer[size];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> KeyOrder.compare(keys.get(a), keys.get(b)));
        for (int i = 0; i < size; i++) {
            sortedKeys[i] = keys.get(order[i]);
            sortedValues[i] = values.get(order[i]);
            if (i > 0 && sortedKeys[i].equals(sortedKeys[i - 1])) {
                fail(JsonProblem.DUPLICATE_KEY, here());
                return null;
            }
        }
        return new JsonObject(sortedKeys, sortedValues);
    }

    private JsonValue array(int depth) throws IOException {
        if (depth > limits.depthMax()) {
            fail(JsonProblem.TOO_DEEP, here());
            return null;
        }
        List<JsonValue> values = new ArrayList<>();
        for (JsonToken token = tokens.nextToken();
                token != JsonToken.END_ARRAY;
                token = tokens.nextToken()) {
            values.add(value(token, depth + 1));
            if (problem != null) {
                return null;
            }
        }
        return new JsonArray(values);
    }

    private JsonValue string(String text) {
        if (hasLoneSurrogate(text)) {
            fail(JsonProblem.LONE_SURROGATE, here());
            return null;
        }
        return new JsonString(text);
    }

    private JsonValue number(String literal) {
        if (literal.length() > NUMBER_CHARS_MAX) {
            fail(JsonProblem.NOT_JSON, here());
            return null;
        }
        Optional<JsonNumber> number = JsonNumbers.read(literal);
        boolean refused = number.isEmpty()
                || limits.canonicalNumbers()
                        && !(number.get() instanceof JsonInteger integer && integer.isCanonical());
        if (refused) {
            fail(JsonProblem.NUMBER_NOT_CANONICAL, here());
            return null;
        }
        return number.get();
    }

    private String here() {
        return "byte " + tokens.currentTokenLocation().getByteOffset();
    }

    private JsonResult.Malformed fail(JsonProblem what, String where) {
        if (problem == null) {
            problem = new JsonResult.Malformed(what, where);
        }
        return problem;
    }

    private static boolean hasLoneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            boolean paired = Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            if (!paired) {
                return true;
            }
            i++;
        }
        return false;
    }
}

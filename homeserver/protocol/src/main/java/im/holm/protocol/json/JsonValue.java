package im.holm.protocol.json;

/// A JSON value. All values are immutable.
public sealed interface JsonValue
        permits JsonObject, JsonArray, JsonString, JsonNumber, JsonBoolean, JsonNull {}

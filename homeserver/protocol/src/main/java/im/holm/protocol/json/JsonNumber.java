package im.holm.protocol.json;

/// A number: an integer that fits a `long`, or anything else that JSON allows.
public sealed interface JsonNumber extends JsonValue permits JsonInteger, JsonDecimal {}

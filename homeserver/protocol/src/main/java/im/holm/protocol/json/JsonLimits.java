package im.holm.protocol.json;

/// What a parser accepts.
///
/// @param sizeMaxBytes the longest input
/// @param depthMax how deep objects and arrays may nest
/// @param canonicalNumbers whether only the numbers of canonical JSON are accepted: integers
///     within ±(2^53 - 1), no fraction, no exponent, no negative zero
public record JsonLimits(int sizeMaxBytes, int depthMax, boolean canonicalNumbers) {
    /// How deep an event may nest. The specification names no limit; 65,536 bytes could nest
    /// 32,000 levels.
    private static final int EVENT_DEPTH_MAX = 500;

    private static final int BODY_DEPTH_MAX = 100;

    /// An event whose canonical form has 65,536 bytes may come with six times as many, if
    /// every character is escaped.
    private static final int EVENT_INPUT_MAX_BYTES = 8 * 65_536;

    /// An event of a room version that enforces canonical JSON (6 and later).
    public static final JsonLimits STRICT_EVENT =
            new JsonLimits(EVENT_INPUT_MAX_BYTES, EVENT_DEPTH_MAX, true);

    /// An event of room versions 1 to 5.
    public static final JsonLimits LAX_EVENT =
            new JsonLimits(EVENT_INPUT_MAX_BYTES, EVENT_DEPTH_MAX, false);

    public JsonLimits {
        if (sizeMaxBytes < 0 || depthMax < 1 || depthMax > EVENT_DEPTH_MAX + BODY_DEPTH_MAX) {
            throw new IllegalArgumentException("limits out of range");
        }
    }

    /// A client's request body: any numbers, 100 levels.
    public static JsonLimits clientBody(int sizeMaxBytes) {
        return new JsonLimits(sizeMaxBytes, BODY_DEPTH_MAX, false);
    }

    /// A federation body. Its events' numbers are checked by their own room version, so all
    /// numbers pass here; it may wrap an event of the greatest depth.
    public static JsonLimits federationBody(int sizeMaxBytes) {
        return new JsonLimits(sizeMaxBytes, EVENT_DEPTH_MAX + BODY_DEPTH_MAX, false);
    }
}

package im.holm.engine;

import im.holm.engine.core.EventRow;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonParser;

import java.util.HexFormat;
import java.util.Map;

/// The `sort_key` of a message: equal on every server that has the event and its parents, so that
/// both ends of a healed partition list the same order (docs/engine.md, section 6). It is made of
/// signed values only: depth, `origin_server_ts`, event id; compared as text. A depth that jumps
/// past its parents, which a sender chooses, counts as the highest parent's plus one.
public final class SortKey {

    /// Enough for 2^53 - 1, the largest integer of canonical JSON.
    private static final int DIGITS = 14;

    private SortKey() {}

    /// @param depths of the event's parents, by their numbers
    public static String of(EventRow event, Map<Integer, Long> depths) {
        return hex(depth(event, depths)) + hex(event.originTs()) + event.eventId();
    }

    private static long depth(EventRow event, Map<Integer, Long> depths) {
        long highest = -1;
        for (int parent : event.prev()) {
            highest = Math.max(highest, depths.getOrDefault(parent, -1L));
        }
        boolean jumps = highest >= 0 && event.depth() > highest + 1;
        return jumps && knowsAllParents(event) ? highest + 1 : event.depth();
    }

    /// While a parent is missing nobody can say that the depth jumps.
    private static boolean knowsAllParents(EventRow event) {
        int named = JsonParser.parseObject(event.json(), JsonLimits.LAX_EVENT)
                .object()
                .flatMap(json -> json.array("prev_events"))
                .map(JsonArray::size)
                .orElse(0);
        return named == event.prev().length;
    }

    private static String hex(long value) {
        return HexFormat.of().toHexDigits(Math.max(0, value), DIGITS);
    }
}

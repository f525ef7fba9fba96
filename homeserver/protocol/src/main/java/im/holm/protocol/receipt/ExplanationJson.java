package im.holm.protocol.receipt;

import im.holm.protocol.event.Base64Text;
import im.holm.protocol.event.ContentHash;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.ReferenceHash;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonValue;

import java.util.ArrayList;
import java.util.List;

/// An [Explanation] as JSON: what `holm explain --json` prints and the server's admin API answers.
///
/// - `outcome`: `accepted`, `dropped`, `rejected` or `soft-failed`; `complete` says whether every
///   check could be made; `redacted` whether the content is taken away;
/// - `room_version`, and of a valid event `event_id`, `room_id`, `type`, `sender`, `state_key`,
///   `membership`, `reference_hash`, `content_hash` as computed, `claimed_content_hash`;
/// - `checks`: `check`, `title`, `result` (`passed`, `failed`, `not made`), `penalty` (of a failed
///   one), `rule`, `rule_name`, `reason`, and `consulted`: the places in the state that the rules
///   looked at (`type`, `state_key`), and what was there (`event_id`, `sender`, `content`).
public final class ExplanationJson {
    private ExplanationJson() {}

    public static JsonObject of(Explanation explanation) {
        boolean complete = explanation.lines().stream()
                .allMatch(line -> line instanceof Explanation.Line.Made);
        JsonObject.Builder report = JsonObject.builder()
                .put("outcome", outcome(explanation))
                .put("complete", complete || !explanation.isAccepted())
                .put("redacted", isRedacted(explanation))
                .put("room_version", explanation.version().id());
        explanation.event().ifPresent(event -> identify(event, report));
        List<JsonValue> checks = new ArrayList<>();
        explanation.lines().forEach(line -> checks.add(check(explanation, line)));
        return report.put("checks", JsonArray.of(checks)).build();
    }

    private static String outcome(Explanation explanation) {
        return explanation.isAccepted()
                ? "accepted"
                : explanation.penalty().orElseThrow().participle();
    }

    private static boolean isRedacted(Explanation explanation) {
        return explanation.lines().stream()
                .anyMatch(line -> line instanceof Explanation.Line.Made(Finding finding)
                        && finding.check() == ReceiptCheck.HASH
                        && !finding.passed());
    }

    private static void identify(Pdu event, JsonObject.Builder report) {
        report.put("event_id", event.eventId().text())
                .put("room_id", event.roomId().text())
                .put("type", event.type())
                .put("sender", event.sender().toString());
        event.stateKey().ifPresent(key -> report.put("state_key", key));
        event.membership().ifPresent(membership -> report.put("membership", membership));
        report.put(
                        "reference_hash",
                        Base64Text.encode(ReferenceHash.of(event.version(), event.json())))
                .put("content_hash", Base64Text.encode(ContentHash.of(event.json())))
                .put(
                        "claimed_content_hash",
                        event.json()
                                .object("hashes")
                                .flatMap(hashes -> hashes.string("sha256"))
                                .orElse(""));
    }

    private static JsonObject check(Explanation explanation, Explanation.Line line) {
        JsonObject.Builder check = JsonObject.builder()
                .put("check", line.check().number())
                .put("title", line.check().title());
        switch (line) {
            case Explanation.Line.NotMade(ReceiptCheck notMade, String reason) ->
                check.put("result", "not made").put("reason", reason);
            case Explanation.Line.Made(Finding finding) -> found(explanation, finding, check);
        }
        return check.build();
    }

    private static void found(Explanation explanation, Finding finding, JsonObject.Builder check) {
        check.put("result", finding.passed() ? "passed" : "failed");
        if (!finding.passed()) {
            check.put("penalty", finding.check().penalty().participle())
                    .put("reason", finding.reason());
        }
        finding.rule().ifPresent(rule -> {
            rule.number(explanation.version()).ifPresent(number -> check.put("rule", number));
            check.put("rule_name", rule.id());
            List<JsonValue> consulted = new ArrayList<>();
            finding.consulted().forEach(place -> consulted.add(consulted(place)));
            check.put("consulted", JsonArray.of(consulted));
        });
    }

    private static JsonObject consulted(Consulted consulted) {
        JsonObject.Builder place = JsonObject.builder()
                .put("type", consulted.place().type())
                .put("state_key", consulted.place().key());
        consulted
                .event()
                .ifPresent(event -> place.put("event_id", event.eventId().text())
                        .put("sender", event.sender().toString())
                        .put("content", event.content()));
        return place.build();
    }
}

package im.holm.cli;

import im.holm.protocol.json.JsonObject;

import java.io.PrintWriter;
import java.util.List;

/// Prints an explanation for a person; the JSON is that of `ExplanationJson`.
final class ExplanationText {

    private ExplanationText() {}

    static void print(JsonObject report, PrintWriter out) {
        report.string("event_id").ifPresent(id -> identify(id, report, out));
        checks(report).forEach(check -> check(check, out));
        out.println("=> " + conclusion(report));
        out.flush();
    }

    private static void identify(String id, JsonObject report, PrintWriter out) {
        String key = report.string("state_key")
                .map(text -> text.isEmpty() ? "" : " for " + text)
                .orElse("");
        String membership =
                report.string("membership").map(text -> " (" + text + ")").orElse("");
        out.println(id);
        out.println("  " + report.string("type").orElse("") + membership + key + " by "
                + report.string("sender").orElse(""));
        out.println("  in " + report.string("room_id").orElse("") + ", room version "
                + report.string("room_version").orElse(""));
        out.println("  reference hash " + report.string("reference_hash").orElse(""));
        String computed = report.string("content_hash").orElse("");
        String claimed = report.string("claimed_content_hash").orElse("");
        out.println("  content hash   " + computed
                + (computed.equals(claimed) ? "" : ", the event claims " + claimed));
        report.object("stored")
                .ifPresent(stored -> out.println(
                        "  stored as " + stored.string("standing").orElse("") + ", number "
                                + stored.integer("number").orElse(0) + " of its room"));
    }

    private static List<JsonObject> checks(JsonObject report) {
        return report.array("checks").flatMap(all -> all.objects()).orElse(List.of());
    }

    private static void check(JsonObject check, PrintWriter out) {
        String result = check.string("result").orElse("");
        String rule = check.string("rule_name")
                .map(name -> "rule "
                        + check.string("rule").map(number -> number + " ").orElse("") + name)
                .orElse("");
        String reason = check.string("reason").orElse("");
        String why = rule + (rule.isEmpty() || reason.isEmpty() ? "" : ": ") + reason;
        String shown =
                result.equals("failed") ? "FAILED, " + check.string("penalty").orElse("") : result;
        out.printf(
                "%d  %-32s %s%n",
                check.integer("check").orElse(0), check.string("title").orElse(""), shown);
        if (!why.isEmpty()) {
            out.println("     " + why);
        }
        check.array("consulted")
                .flatMap(all -> all.objects())
                .orElse(List.of())
                .forEach(place -> consulted(place, out));
    }

    private static void consulted(JsonObject place, PrintWriter out) {
        String key = place.string("state_key").orElse("");
        String what = place.string("type").orElse("") + (key.isEmpty() ? "" : " of " + key);
        String value = place.object("content")
                .flatMap(content ->
                        content.string("membership").or(() -> content.string("join_rule")))
                .map(text -> " (" + text + ")")
                .orElse("");
        out.println("       " + what
                + place.string("event_id")
                        .map(id -> value + ": " + id + " by "
                                + place.string("sender").orElse(""))
                        .orElse(": none"));
    }

    private static String conclusion(JsonObject report) {
        String outcome = report.string("outcome").orElse("");
        String redacted = report.bool("redacted").orElse(false) && outcome.equals("accepted")
                ? ", without its content"
                : "";
        return report.bool("complete").orElse(true)
                ? outcome + redacted
                : "nothing against it" + redacted + ", but not every check could be made";
    }
}

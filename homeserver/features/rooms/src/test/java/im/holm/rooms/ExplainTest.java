package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.json.JsonObject;

import org.junit.jupiter.api.Test;

import java.util.List;

/// What `holm explain` asks a running server.
class ExplainTest extends TwoUsersAndARoom {

    @Test
    void everyCheckOfALiveEventIsMadeAgainWithItsRuleAndTheStateThatItLookedAt() {
        bob.join(room);
        String said = bob.say(room, "hello");
        Reply reply = explain("?event_id=" + Client.encode(said));
        assertThat(reply.status()).isEqualTo(200);
        JsonObject report = reply.body();
        assertThat(report.string("outcome")).contains("accepted");
        assertThat(report.bool("complete")).contains(true);
        assertThat(report.string("event_id")).contains(said);
        assertThat(report.object("stored").orElseThrow().string("standing")).contains("live");
        List<JsonObject> checks = report.array("checks").orElseThrow().objects().orElseThrow();
        assertThat(checks).hasSize(6);
        assertThat(checks)
                .allSatisfy(check -> assertThat(check.string("result")).contains("passed"));
        JsonObject byState = checks.get(4);
        assertThat(byState.string("rule_name")).contains("allowed");
        assertThat(byState.string("rule")).contains("11");
        assertThat(byState.array("consulted").orElseThrow().objects().orElseThrow())
                .extracting(place -> place.string("type").orElseThrow())
                .containsExactly("m.room.create", "m.room.member", "m.room.power_levels");
    }

    @Test
    void aSendersLaterFateDoesNotChangeWhyTheEventWasAccepted() {
        bob.join(room);
        String said = bob.say(room, "goodbye");
        bob.leave(room);
        JsonObject report = explain("?event_id=" + Client.encode(said)).body();
        assertThat(report.string("outcome")).contains("accepted");
    }

    @Test
    void aRedactedEventIsToldAsOneWhoseContentIsTakenAway() {
        String said = ann.say(room, "oops");
        Client.ok(ann.put(Client.path(room) + "/redact/" + Client.encode(said) + "/r1", "{}"));
        JsonObject report = explain("?event_id=" + Client.encode(said)).body();
        assertThat(report.string("outcome")).contains("accepted");
        assertThat(report.bool("redacted")).contains(true);
    }

    @Test
    void whatThisServerDoesNotHaveIsNotFoundAndWhatIsNoIdIsRefused() {
        String unknown = "$" + "A".repeat(43);
        assertThat(explain("?event_id=" + Client.encode(unknown)).errcode())
                .isEqualTo("M_NOT_FOUND");
        assertThat(explain("?event_id=nonsense").errcode()).isEqualTo("M_INVALID_PARAM");
        assertThat(explain("").errcode()).isEqualTo("M_INVALID_PARAM");
    }

    private static Reply explain(String query) {
        var management = new Client(node.node().managementUrl(), ann.user, "unused");
        return management.get("/_holm/admin/v1/explain" + query);
    }
}

package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.json.JsonObject;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.List;

class PushRulesTest {

    private static RoomsNode node;
    private static Client ann;

    @BeforeAll
    static void start() {
        node = RoomsNode.start();
        ann = node.client("ann");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void everybodyHasThePredefinedRulesInTheirOrder() {
        JsonObject global = Client.ok(ann.get("/pushrules/")).object("global");
        assertThat(ids(global, "override"))
                .containsExactly(
                        ".m.rule.master",
                        ".m.rule.suppress_notices",
                        ".m.rule.invite_for_me",
                        ".m.rule.member_event",
                        ".m.rule.is_user_mention",
                        ".m.rule.is_room_mention",
                        ".m.rule.tombstone",
                        ".m.rule.reaction",
                        ".m.rule.room.server_acl",
                        ".m.rule.suppress_edits");
        assertThat(ids(global, "underride"))
                .containsExactly(
                        ".m.rule.call",
                        ".m.rule.encrypted_room_one_to_one",
                        ".m.rule.room_one_to_one",
                        ".m.rule.message",
                        ".m.rule.encrypted");
        assertThat(global.keys())
                .containsExactly("content", "override", "room", "sender", "underride");
        assertThat(Client.ok(ann.get("/pushrules/global/")).body()).isEqualTo(global);
    }

    @Test
    void theRulesNameTheirOwner() {
        Reply rule = Client.ok(ann.get("/pushrules/global/override/.m.rule.invite_for_me"));
        assertThat(rule.list("conditions"))
                .anyMatch(condition ->
                        condition.string("pattern").orElse("").equals(ann.user.toString()));
    }

    @Test
    void partsOfARuleAreReadAlone() {
        String master = "/pushrules/global/override/.m.rule.master";
        assertThat(Client.ok(ann.get(master + "/enabled")).body().bool("enabled"))
                .contains(false);
        assertThat(Client.ok(ann.get(master + "/actions"))
                        .body()
                        .array("actions")
                        .orElseThrow())
                .isEmpty();
    }

    @Test
    void anUnknownRuleIsNotFound() {
        for (String path : List.of(
                "override/.m.rule.none",
                "room/!x:y",
                "nonsense/.m.rule.master",
                "override/.m.rule.none/enabled",
                "override/.m.rule.none/actions")) {
            assertThat(ann.get("/pushrules/global/" + path).errcode())
                    .as(path)
                    .isEqualTo("M_NOT_FOUND");
        }
    }

    private static List<String> ids(JsonObject global, String kind) {
        return Reply.list(global, kind).stream()
                .map(rule -> rule.string("rule_id").orElseThrow())
                .toList();
    }
}

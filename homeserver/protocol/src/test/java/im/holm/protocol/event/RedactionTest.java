package im.holm.protocol.event;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.json.JsonObject;
import im.holm.protocol.sketch.Json;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.Test;

class RedactionTest {
    private static String content(RoomVersion version, String type, String content) {
        JsonObject event = Json.of("{'type': '" + type + "', 'content': " + content + "}");
        return Redaction.redact(version, event)
                .object("content")
                .orElseThrow()
                .toString()
                .replace('"', '\'');
    }

    @Test
    void onlyTheKeysOfTheProtocolStay() {
        JsonObject event =
                Json.of("{'event_id': 1, 'type': 'x', 'room_id': 1, 'sender': 1, 'state_key': 1,"
                        + " 'content': {'a': 1}, 'hashes': 1, 'signatures': 1, 'depth': 1, 'prev_events': 1,"
                        + " 'auth_events': 1, 'origin_server_ts': 1, 'prev_state': 1, 'origin': 1, 'membership': 1,"
                        + " 'unsigned': {}, 'redacts': 1, 'extra': 1}");
        JsonObject common = event.without("unsigned")
                .without("redacts")
                .without("extra")
                .with("content", JsonObject.EMPTY);
        assertThat(Redaction.redact(RoomVersions.V10, event)).isEqualTo(common);
        assertThat(Redaction.redact(RoomVersions.V11, event))
                .isEqualTo(common.without("prev_state").without("origin").without("membership"));
    }

    @Test
    void aMemberKeepsWhatItsVersionNeeds() {
        String member =
                "{'membership':'join','displayname':'x','join_authorised_via_users_server':'@a:b',"
                        + "'third_party_invite':{'display_name':'y','signed':{'mxid':'z'}}}";
        assertThat(content(RoomVersions.V8, "m.room.member", member))
                .isEqualTo("{'membership':'join'}");
        assertThat(content(RoomVersions.V9, "m.room.member", member))
                .isEqualTo("{'join_authorised_via_users_server':'@a:b','membership':'join'}");
        assertThat(content(RoomVersions.V11, "m.room.member", member))
                .isEqualTo("{'join_authorised_via_users_server':'@a:b','membership':'join',"
                        + "'third_party_invite':{'signed':{'mxid':'z'}}}");
        assertThat(content(
                        RoomVersions.V11,
                        "m.room.member",
                        "{'third_party_invite':{'display_name':'y'}}"))
                .isEqualTo("{}");
        assertThat(content(RoomVersions.V11, "m.room.member", "{'third_party_invite':5}"))
                .isEqualTo("{}");
    }

    @Test
    void otherTypesKeepWhatTheirVersionNeeds() {
        String create = "{'creator':'@a:b','predecessor':{},'room_version':'1'}";
        assertThat(content(RoomVersions.V1, "m.room.create", create))
                .isEqualTo("{'creator':'@a:b'}");
        assertThat(content(RoomVersions.V11, "m.room.create", create)).isEqualTo(create);
        String rules = "{'allow':[],'join_rule':'restricted','x':1}";
        assertThat(content(RoomVersions.V7, "m.room.join_rules", rules))
                .isEqualTo("{'join_rule':'restricted'}");
        assertThat(content(RoomVersions.V8, "m.room.join_rules", rules))
                .isEqualTo("{'allow':[],'join_rule':'restricted'}");
        String levels =
                "{'ban':1,'events':{},'events_default':1,'invite':1,'kick':1,'notifications':{},"
                        + "'redact':1,'state_default':1,'users':{},'users_default':1}";
        assertThat(content(RoomVersions.V11, "m.room.power_levels", levels))
                .isEqualTo(levels.replace("'notifications':{},", ""));
        assertThat(content(RoomVersions.V10, "m.room.power_levels", levels))
                .isEqualTo(levels.replace("'notifications':{},", "").replace("'invite':1,", ""));
        assertThat(content(RoomVersions.V5, "m.room.aliases", "{'aliases':[]}"))
                .isEqualTo("{'aliases':[]}");
        assertThat(content(RoomVersions.V6, "m.room.aliases", "{'aliases':[]}")).isEqualTo("{}");
        assertThat(content(
                        RoomVersions.V12,
                        "m.room.history_visibility",
                        "{'history_visibility':'x','y':1}"))
                .isEqualTo("{'history_visibility':'x'}");
        assertThat(content(RoomVersions.V11, "m.room.redaction", "{'reason':'x','redacts':'$y'}"))
                .isEqualTo("{'redacts':'$y'}");
        assertThat(content(RoomVersions.V10, "m.room.redaction", "{'redacts':'$y'}"))
                .isEqualTo("{}");
        assertThat(content(RoomVersions.V12, "m.room.message", "{'body':'x'}")).isEqualTo("{}");
    }

    @Test
    void redactingTwiceIsRedactingOnce() {
        JsonObject event = Json.of(
                "{'type': 'm.room.member', 'content': {'membership': 'join', 'x': 1}, 'y': 1}");
        JsonObject once = Redaction.redact(RoomVersions.V11, event);
        assertThat(Redaction.redact(RoomVersions.V11, once)).isEqualTo(once);
    }
}

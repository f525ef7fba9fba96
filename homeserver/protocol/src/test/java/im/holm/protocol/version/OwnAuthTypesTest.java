package im.holm.protocol.version;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.auth.AuthSelection;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.StateKey;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

class OwnAuthTypesTest {
    @Test
    void everyEventSelectsTheTypesOfItsVersionInOneOrder() {
        RoomVersion version = RulesDraft.derive(RoomVersions.V12, "im.holm.test", v -> {
            v.ownAuthTypes.add("im.holm.z");
            v.ownAuthTypes.add("im.holm.a");
        });
        UserId alice = UserId.of("@alice:one.example");
        assertThat(AuthSelection.typesFor(
                        version, EventTypes.MESSAGE, alice, Optional.empty(), JsonObject.EMPTY))
                .isEqualTo(List.of(
                        StateKey.POWER_LEVELS,
                        StateKey.member(alice),
                        StateKey.of("im.holm.a"),
                        StateKey.of("im.holm.z")));
    }
}

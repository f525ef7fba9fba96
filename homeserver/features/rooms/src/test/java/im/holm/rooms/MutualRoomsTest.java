package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Rooms that two users share.
class MutualRoomsTest {

    private static RoomsNode node;
    private final Client ann = node.client("ann" + System.nanoTime());
    private final Client bob = node.client("bob" + System.nanoTime());

    @BeforeAll
    static void start() {
        node = RoomsNode.start();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private Reply mutual(String query) {
        return ann.get("/_matrix/client/v1/mutual_rooms" + query);
    }

    private Reply withBob() {
        return Client.ok(mutual("?user_id=" + Client.encode(bob.user.toString())));
    }

    @Test
    void onlyRoomsThatBothAreJoinedToAreMutual() {
        String shared = ann.createPublicRoom();
        ann.createPublicRoom();
        String invited = ann.createPublicRoom();
        ann.invite(invited, bob);
        bob.createPublicRoom();
        assertThat(withBob().body().array("joined").orElseThrow().isEmpty()).isTrue();
        bob.join(shared);
        assertThat(withBob().body().array("joined").flatMap(a -> a.strings()).orElseThrow())
                .containsExactly(shared);
        assertThat(withBob().body().integer("count")).hasValue(1);
        bob.leave(shared);
        assertThat(withBob().body().integer("count")).hasValue(0);
    }

    @Test
    void nobodyAndABadTokenAreTold() {
        assertThat(Client.ok(mutual("?user_id=%40nobody%3Atest.example")).body().integer("count"))
                .hasValue(0);
        assertThat(mutual("").errcode()).isEqualTo("M_MISSING_PARAM");
        assertThat(mutual("?user_id=nobody").errcode()).isEqualTo("M_INVALID_PARAM");
        assertThat(mutual("?user_id=" + Client.encode(ann.user.toString())).errcode())
                .isEqualTo("M_INVALID_PARAM");
        assertThat(mutual("?user_id=%40x%3Atest.example&from=x").errcode())
                .isEqualTo("M_INVALID_PARAM");
    }
}

package im.holm.e2ee.keys;

import static im.holm.e2ee.keys.KeysDevice.ok;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.engine.core.Membership;
import im.holm.protocol.json.JsonArray;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.List;

/// Clients learn whose devices have changed.
class DeviceListTest {

    private static KeysNode node;

    @BeforeAll
    static void start() {
        node = KeysNode.start("eu.example");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private final KeysDevice alice = node.device("alice" + System.nanoTime());
    private final KeysDevice bob = node.device("bob" + System.nanoTime());
    private final KeysDevice eve = node.device("eve" + System.nanoTime());

    @Test
    void whoSharesARoomLearnsOfNewKeysAndNobodyElse() {
        node.room(alice, bob);
        bob.sync();
        eve.sync();
        alice.sync();
        alice.uploadDeviceKeys();
        assertThat(KeysDevice.changed(bob.sync())).containsExactly(alice.user());
        assertThat(KeysDevice.changed(alice.sync())).containsExactly(alice.user());
        assertThat(KeysDevice.changed(eve.sync())).isEmpty();
        alice.uploadDeviceKeys();
        assertThat(KeysDevice.changed(bob.sync())).as("the same keys again").isEmpty();
        node.remove(alice.caller);
        assertThat(node.feature().slice().devices()).hasSize(1);
    }

    @Test
    void whoComesIntoARoomIsNewToAllInItAndTheyToThem() {
        var room = node.room(alice);
        alice.sync();
        bob.sync();
        node.change(room, bob, Membership.JOIN);
        assertThat(KeysDevice.changed(alice.sync())).containsExactly(bob.user());
        assertThat(KeysDevice.changed(bob.sync())).contains(alice.user());
    }

    @Test
    void whoSharesNoRoomAnyMoreIsLeftAndWhoDoesIsNot() {
        var room = node.room(alice, bob, eve);
        node.room(alice, eve);
        alice.sync();
        bob.sync();
        node.change(room, bob, Membership.LEAVE);
        var ofAlice = alice.sync();
        assertThat(KeysDevice.left(ofAlice)).containsExactly(bob.user());
        assertThat(KeysDevice.changed(ofAlice)).isEmpty();
        assertThat(KeysDevice.left(bob.sync())).containsExactlyInAnyOrder(alice.user(), eve.user());
        node.change(room, eve, Membership.LEAVE);
        assertThat(KeysDevice.left(alice.sync())).isEmpty();
    }

    @Test
    void theFirstSyncTellsNothing() {
        node.room(alice, bob);
        alice.uploadDeviceKeys();
        assertThat(KeysDevice.changed(bob.sync())).isEmpty();
    }

    @Test
    void changesBetweenTwoTokensAreTold() {
        node.room(alice, bob);
        var journal = node.node().kernel().journal();
        String from = journal.token(journal.visible(), 1, 0).text();
        alice.uploadDeviceKeys();
        String to = journal.token(journal.visible(), 1, 0).text();
        var changes = ok(bob.get("/keys/changes?from=" + from + "&to=" + to));
        assertThat(changes.body().array("changed").orElseThrow())
                .isEqualTo(JsonArray.ofStrings(List.of(alice.user())));
        assertThat(ok(eve.get("/keys/changes?from=" + from + "&to=" + to))
                        .body()
                        .array("changed")
                        .orElseThrow()
                        .isEmpty())
                .isTrue();
        assertThat(bob.get("/keys/changes?from=" + from).errcode()).isEqualTo("M_MISSING_PARAM");
        assertThat(bob.get("/keys/changes?from=x&to=" + to).errcode()).isEqualTo("M_INVALID_PARAM");
    }
}

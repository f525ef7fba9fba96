package im.holm.rooms;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/// A node a test class, with Ann and Bob on it, and a public room of Ann's a test.
abstract class TwoUsersAndARoom {

    static RoomsNode node;
    static Client ann;
    static Client bob;

    String room;

    @BeforeAll
    static void start() {
        node = RoomsNode.start();
        ann = node.client("ann");
        bob = node.client("bob");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @BeforeEach
    void createRoom() {
        room = ann.createPublicRoom();
    }
}

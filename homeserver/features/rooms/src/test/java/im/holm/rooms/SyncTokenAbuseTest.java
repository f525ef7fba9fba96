package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.journal.Position;
import im.holm.journal.SyncToken;
import im.holm.journal.Vector;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;

/// Tokens that no sync of this run has given out: refused in words, or answered so that nothing is
/// lost.
class SyncTokenAbuseTest {

    private static final long HOUR_MS = 3_600_000;

    private static RoomsNode node;
    private static int count;

    private Client ann;
    private Client bob;
    private String room;

    @BeforeAll
    static void start() {
        node = RoomsNode.start();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @BeforeEach
    void freshUsers() {
        count++;
        enter();
        room = ann.createPublicRoom();
        bob.join(room);
    }

    private void enter() {
        ann = node.client("ann" + count);
        bob = node.client("bob" + count);
    }

    @Test
    void whatIsTruncatedChangedOrOfAnotherServersMakingIsRefused() {
        String good = bob.sync().nextBatch();
        String changed =
                good.substring(0, 8) + (good.charAt(8) == 'A' ? 'B' : 'A') + good.substring(9);

        for (String bad : List.of(
                good.substring(0, good.length() - 3),
                changed,
                good + "AAAA",
                "t1-2_3",
                "s72594_4483_1934_2_1_5_1_1_1",
                "s" + "A".repeat(3_000))) {
            Reply reply = bob.get("/sync?since=" + bad);
            assertThat(reply.status()).as(bad).isEqualTo(400);
            assertThat(reply.errcode()).as(bad).isEqualTo("M_INVALID_PARAM");
        }
        ann.say(room, "still here");
        assertThat(Reply.bodies(bob.get("/sync?since=" + good).timeline(room)))
                .containsExactly("still here");
    }

    @Test
    void aTokenOfTheFutureIsRefused() {
        Reply reply = bob.get("/sync?since=" + token(Vector.of(later(HOUR_MS))));

        assertThat(reply.errcode()).isEqualTo("M_INVALID_PARAM");
    }

    /// As after a restore of the database: what the token has seen and we have not is gone;
    /// what comes has later positions.
    @Test
    void aTokenThatIsALittleAheadIsGivenNothing() {
        Reply none = bob.get("/sync?since=" + token(Vector.of(later(5_000))));

        assertThat(none.status()).isEqualTo(200);
        assertThat(none.hasJoined(room)).isFalse();
    }

    private long later(long afterMs) {
        return Position.first(Position.millis(own().vector().at(0)) + afterMs, 0);
    }

    @Test
    void aTokenOlderThanTheJournalMissesNothing() {
        String before = bob.sync().nextBatch();
        for (int i = 0; i < 3; i++) {
            ann.say(room, "m" + i);
        }
        forgetTheJournal();

        Reply reply = bob.get("/sync?since=" + before);
        assertThat(Reply.bodies(reply.timeline(room))).containsExactly("m0", "m1", "m2");
        ann.say(room, "m3");
        assertThat(Reply.bodies(bob.get("/sync?since=" + reply.nextBatch()).timeline(room)))
                .containsExactly("m3");
    }

    /// Before this server was.
    @Test
    void anAncientTokenGetsEverything() {
        ann.say(room, "m0");
        forgetTheJournal();

        Reply reply = bob.get("/sync?since=" + token(Vector.of(Position.TICK)));
        assertThat(Reply.bodies(reply.timeline(room))).containsExactly("m0");
        assertThat(reply.hasJoined(room)).isTrue();
    }

    /// Of another server in the same role, or of this one's life before: the cut counts, the
    /// places of typing and its kind do not.
    @Test
    void aTokenOfAnotherRunIsReadAsItsCut() {
        SyncToken own = own();
        ann.say(room, "new");

        String other =
                new SyncToken(own.generation() + 7, own.vector(), own.bootId() + 1, 999).text();
        assertThat(Reply.bodies(bob.get("/sync?since=" + other).timeline(room)))
                .containsExactly("new");
    }

    private SyncToken own() {
        var read = SyncToken.parse(bob.sync().nextBatch());
        return ((SyncToken.Parsed.Valid) read).token();
    }

    private static String token(Vector cut) {
        return new SyncToken(1, cut, 1, 0).text();
    }

    /// As retention does with whole days.
    private void forgetTheJournal() {
        node.database().useTransaction(handle -> {
            handle.execute("""
                    INSERT INTO journal_dropped (slot, pos) SELECT 0, max(pos) FROM journal
                    ON CONFLICT (slot) DO UPDATE SET pos = excluded.pos""");
            handle.execute("DELETE FROM journal");
        });
        node.restart(); // what is in memory goes, too
        enter();
    }
}

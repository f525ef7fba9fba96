package im.holm.store;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.platform.db.Database;
import im.holm.platform.db.TestPostgres;
import im.holm.platform.time.SettableTime;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

class StoreUpkeepTest {
    private static Database database;

    private final SettableTime time = new SettableTime(Instant.parse("2026-11-25T12:00:00Z"));
    private final StoreUpkeep upkeep = new StoreUpkeep(database, time);

    @BeforeAll
    static void open() {
        database = TestPostgres.migrated("store");
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Test
    void aMentionGoesWhenItIsReadInItsThreadOrInTheWholeRoom() {
        database.useTransaction(handle -> {
            handle.execute("""
                    INSERT INTO mention (user_nid, room_nid, thread_ev, tl, ev)
                    VALUES (1, 1, 0, 10, 1), (1, 1, 0, 30, 3), (1, 1, 7, 20, 2), (1, 2, 7, 10, 1),
                           (2, 1, 0, 10, 1)""");
            handle.execute("""
                    INSERT INTO receipt (room_nid, user_nid, kind, thread_ev, ev, tl, ts, pos)
                    VALUES (1, 1, 1, 0, 2, 20, 0, 0), (2, 1, 2, -1, 2, 20, 0, 0),
                           (1, 2, 3, -1, 9, 90, 0, 0)""");
        });

        upkeep.dropReadMentions();

        List<String> left = database.read(handle -> Sql.list(
                handle,
                row -> row.getInt("user_nid") + " " + row.getInt("tl"),
                "SELECT user_nid, tl FROM mention ORDER BY user_nid, tl"));
        assertThat(left).containsExactly("1 20", "1 30", "2 10");
    }

    @Test
    void whatARedactedEventSaidGoesAfterItsTime() {
        database.useTransaction(handle -> Sql.update(handle, """
                INSERT INTO redacted_original (room_nid, ev, json, drop_after_ms)
                SELECT 1, ev, '', ? + ev * 1000 FROM generate_series(1, 6000) AS ev
                """, time.nowMs()));
        time.advance(Duration.ofSeconds(5_500));

        upkeep.dropOldOriginals();

        List<Integer> left = database.read(handle -> Sql.list(
                handle, row -> row.getInt("ev"), "SELECT min(ev) AS ev FROM redacted_original"));
        assertThat(left).containsExactly(5_501);
    }
}

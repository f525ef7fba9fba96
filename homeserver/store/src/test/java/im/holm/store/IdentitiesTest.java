package im.holm.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.holm.platform.cache.Caches;
import im.holm.platform.db.Database;
import im.holm.platform.db.TestPostgres;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

class IdentitiesTest {
    private static Database database;

    @BeforeAll
    static void open() {
        database = TestPostgres.migrated("store");
    }

    @AfterAll
    static void close() {
        database.close();
    }

    private static PostgresIdentities fresh() {
        return new PostgresIdentities(
                database,
                ServerName.of("here.example"),
                new Caches(64 << 20, new SimpleMeterRegistry()));
    }

    @Test
    void aNumberIsGivenOnceAndFoundBothWays() {
        var user = UserId.of("@first:here.example");
        assertThat(fresh().knownUserNid(user)).isEmpty();

        long nid = fresh().userNid(user);

        assertThat(fresh().userNid(user)).isEqualTo(nid);
        assertThat(fresh().knownUserNid(user)).contains(nid);
        assertThat(fresh().user(nid)).isEqualTo(user);
        int server = fresh().serverNid(user.server());
        assertThat(fresh().server(server)).isEqualTo(user.server());
    }

    @Test
    void unknownNumbersAreABug() {
        assertThatThrownBy(() -> fresh().user(Long.MAX_VALUE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> fresh().server(Integer.MAX_VALUE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ourUsersAreMarkedAsLocal() {
        fresh().userNid(UserId.of("@near:here.example"));
        fresh().userNid(UserId.of("@remote:far.example"));

        assertThat(local("@near:here.example")).isTrue();
        assertThat(local("@remote:far.example")).isFalse();
    }

    @Test
    void manyAreNumberedInOneGo() {
        var users = IntStream.range(0, 5_000)
                .mapToObj(i -> UserId.of("@many" + i + ":s" + i % 50 + ".example"))
                .toList();

        var nids = fresh().userNids(users);

        assertThat(nids).hasSize(5_000);
        assertThat(new HashSet<>(nids.values())).hasSize(5_000);
        assertThat(fresh().userNids(users)).isEqualTo(nids);
        assertThat(fresh().users(nids.values()).values()).containsAll(users);
    }

    @Test
    void whoSeesAUserAtTheSameMomentGetsTheSameNumber() throws InterruptedException {
        Set<Long> nids = ConcurrentHashMap.newKeySet();
        var user = UserId.of("@raced:raced.example");
        List<Thread> racers = IntStream.range(0, 8)
                .mapToObj(i -> {
                    var identities = fresh();
                    return Thread.ofVirtual().start(() -> nids.add(identities.userNid(user)));
                })
                .toList();
        for (Thread racer : racers) {
            racer.join();
        }

        assertThat(nids).hasSize(1);
    }

    private static boolean local(String user) {
        return database.read(handle -> Sql.list(
                        handle,
                        row -> row.getBoolean("local"),
                        "SELECT local FROM user_ref WHERE user_id = ?",
                        user))
                .getFirst();
    }
}

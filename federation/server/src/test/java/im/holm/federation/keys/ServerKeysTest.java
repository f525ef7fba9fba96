package im.holm.federation.keys;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.federation.Internet;
import im.holm.federation.Peer;
import im.holm.federation.call.ServerHealth;
import im.holm.federation.call.Transport;
import im.holm.federation.discovery.Discovery;
import im.holm.platform.time.SettableTime;
import im.holm.protocol.event.Base64Text;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.JsonSigning;
import im.holm.protocol.signing.VerifyKey;
import im.holm.testnode.TestDatabase;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

class ServerKeysTest {
    private static final KeyId KEY = Peer.KEY_ID;
    private static final long DAY_MS = Duration.ofDays(1).toMillis();

    private static TestDatabase database;

    private final SettableTime time = new SettableTime(Instant.parse("2026-11-25T03:00:00Z"));
    private final Internet internet = new Internet();
    private final Peer us = new Peer("us.example.org");

    @BeforeAll
    static void open() {
        database = TestDatabase.with("federation");
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Test
    void aKeyIsFetchedOnceAndThenRemembered() {
        Peer peer = new Peer("remembered.example.org:1").on(internet, now() + DAY_MS);
        ServerKeys keys = keys();

        VerifyKey expected = new VerifyKey(peer.signer().publicKey(), now() + DAY_MS, false);
        assertThat(keys.key(peer.name(), KEY, now())).contains(expected);
        assertThat(keys.key(peer.name(), KEY, now())).contains(expected);
        assertThat(keys().key(peer.name(), KEY, now())).contains(expected);
        assertThat(internet.requests("/_matrix/key")).hasSize(1);
    }

    @Test
    void aKeyIsValidForSevenDaysAtMost() {
        Peer peer = new Peer("eternal.example.org:1").on(internet, now() + 1000 * DAY_MS);

        assertThat(keys().key(peer.name(), KEY, now()).orElseThrow().validUntilMs())
                .isEqualTo(now() + 7 * DAY_MS);
    }

    @Test
    void aKeyWhoseValidityEndedIsFetchedAgain() {
        Peer peer = new Peer("renewed.example.org:1").on(internet, now() + DAY_MS);
        ServerKeys keys = keys();
        keys.key(peer.name(), KEY, now());
        time.advance(Duration.ofDays(2));
        peer.on(internet, now() + DAY_MS);

        assertThat(keys.key(peer.name(), KEY, now()).orElseThrow().validUntilMs())
                .isEqualTo(now() + DAY_MS);
    }

    @Test
    void aServerThatIsDownIsNotAskedAgainAtOnceAndItsOldKeyIsTold() {
        Peer peer = new Peer("down.example.org:1").on(internet, now() + DAY_MS);
        ServerKeys keys = keys();
        keys.key(peer.name(), KEY, now());
        internet.noSite("down.example.org:1");
        time.advance(Duration.ofDays(2));

        VerifyKey old = keys.key(peer.name(), KEY, now()).orElseThrow();
        assertThat(old.coversInstant(now())).isFalse();
        assertThat(old.coversInstant(now() - 36 * 3_600_000L)).isTrue();
        int requests = internet.requests().size();
        keys.key(peer.name(), KEY, now());
        assertThat(internet.requests()).hasSize(requests);
    }

    @Test
    void anUnknownKeyOfAKnownServerIsAskedForButNotInALoop() {
        Peer peer = new Peer("loop.example.org:1").on(internet, now() + DAY_MS);
        ServerKeys keys = keys();
        keys.key(peer.name(), KEY, now());
        for (int i = 0; i < 10; i++) {
            assertThat(keys.key(peer.name(), KeyId.of("ed25519:other" + i), now()))
                    .isEmpty();
        }

        assertThat(internet.requests("/_matrix/key")).hasSize(1);
    }

    @Test
    void manyWhoAskAtOnceShareOneRequest() throws InterruptedException {
        Peer peer = new Peer("shared.example.org:1").on(internet, now() + DAY_MS);
        ServerKeys keys = keys();
        CountDownLatch good = new CountDownLatch(20);
        try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                workers.execute(() -> {
                    if (keys.key(peer.name(), KEY, now()).isPresent()) {
                        good.countDown();
                    }
                });
            }
        }

        good.await();
        assertThat(internet.requests("/_matrix/key")).hasSize(1);
    }

    @Test
    void keysOfAnotherServerOrWithoutSignatureAreNotTaken() {
        Peer liar = new Peer("liar.example.org:1").on(internet, now() + DAY_MS);
        Peer other = new Peer("other.example.org:1");
        liar.answer("/_matrix/key/v2/server", other.keyDocument(now() + DAY_MS));
        Peer unsigned = new Peer("unsigned.example.org:1").on(internet, now() + DAY_MS);
        unsigned.answer(
                "/_matrix/key/v2/server",
                unsigned.keyDocument(now() + DAY_MS).without("signatures"));
        Peer forged = new Peer("forged.example.org:1").on(internet, now() + DAY_MS);
        forged.answer(
                "/_matrix/key/v2/server",
                forged.keyDocument(now() + DAY_MS).with("valid_until_ts", now() + 2 * DAY_MS));

        assertThat(keys().key(liar.name(), KEY, now())).isEmpty();
        assertThat(keys().key(other.name(), KEY, now())).isEmpty();
        assertThat(keys().key(unsigned.name(), KEY, now())).isEmpty();
        assertThat(keys().key(forged.name(), KEY, now())).isEmpty();
    }

    @Test
    void anOldKeyCountsUntilItExpired() {
        Peer peer = new Peer("rotated.example.org:1").on(internet, now() + DAY_MS);
        byte[] old = new Peer("elsewhere.example.org").signer().publicKey();
        JsonObject oldKeys = JsonObject.of(
                "ed25519:0",
                JsonObject.builder()
                        .put("expired_ts", now() - DAY_MS)
                        .put("key", Base64Text.encode(old))
                        .build());
        peer.answer(
                "/_matrix/key/v2/server",
                JsonSigning.sign(
                        peer.keyDocument(now() + DAY_MS)
                                .without("signatures")
                                .with("old_verify_keys", oldKeys),
                        peer.signer()));

        VerifyKey key = keys().key(peer.name(), KeyId.of("ed25519:0"), now() - 2 * DAY_MS)
                .orElseThrow();

        assertThat(key).isEqualTo(new VerifyKey(old, now() - DAY_MS, true));
        assertThat(key.coversInstant(now() - 2 * DAY_MS)).isTrue();
        assertThat(key.coversInstant(now())).isFalse();
    }

    @Test
    void aTrustedNotaryVouchesForAServerThatIsDown() {
        Peer gone = new Peer("gone.example.org:1");
        Peer notary = new Peer("notary.example.org:1").on(internet, now() + DAY_MS);
        notary.answer("/_matrix/key/v2/query", notarized(gone, notary));

        assertThat(keys().key(gone.name(), KEY, now())).isEmpty();
        time.advance(Duration.ofHours(1));
        assertThat(keys(notary.name()).key(gone.name(), KEY, now())).isPresent();
    }

    @Test
    void aNotaryThatDoesNotSignIsNotBelieved() {
        Peer gone = new Peer("gone2.example.org:1");
        Peer notary = new Peer("notary2.example.org:1").on(internet, now() + DAY_MS);
        Peer stranger = new Peer("stranger.example.org:1");
        notary.answer("/_matrix/key/v2/query", notarized(gone, stranger));

        assertThat(keys(notary.name()).key(gone.name(), KEY, now())).isEmpty();
    }

    @Test
    void ourOwnKeysAreKnown() {
        OldKey old = new OldKey(KeyId.of("ed25519:0"), new byte[32], now() - 1);
        OwnKeys own = new OwnKeys(us.signer(), List.of(old), time);
        ServerKeys keys = new ServerKeys(own, database.database(), transport(), List.of(), time);

        assertThat(keys.key(us.name(), KEY, now()).orElseThrow().bytes())
                .isEqualTo(us.signer().publicKey());
        assertThat(keys.key(us.name(), KeyId.of("ed25519:0"), now())
                        .orElseThrow()
                        .expired())
                .isTrue();
        assertThat(internet.requests()).isEmpty();
    }

    private JsonObject notarized(Peer of, Peer by) {
        JsonObject document = JsonSigning.sign(of.keyDocument(now() + DAY_MS), by.signer());
        return JsonObject.of("server_keys", JsonArray.of(document));
    }

    private long now() {
        return time.millis();
    }

    private ServerKeys keys(ServerName... notaries) {
        OwnKeys own = new OwnKeys(us.signer(), List.of(), time);
        return new ServerKeys(own, database.database(), transport(), List.of(notaries), time);
    }

    private Transport transport() {
        return new Transport(
                new Discovery(internet, internet, time), internet, new ServerHealth(time));
    }
}

package im.holm.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.accounts.AccountTable.Creation;
import im.holm.accounts.TokenTable.AccessRow;
import im.holm.accounts.TokenTable.Issue;
import im.holm.testnode.TestDatabase;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

class TokenTableTest {

    private static final long NOW_MS = 1_800_000_000_000L;

    private static TestDatabase database;
    private static long nextNid = 1;

    private TokenTable tokens;
    private AccountTable accounts;
    private long nid;

    @BeforeAll
    static void open() {
        database = TestDatabase.with("accounts");
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @BeforeEach
    void anAccount() {
        tokens = new TokenTable(database.database());
        accounts = new AccountTable(database.database());
        nid = nextNid++;
        assertThat(create(nid, "user" + nid, Optional.empty())).isEqualTo(Creation.CREATED);
    }

    @Test
    void aNameIsGivenOnce() {
        assertThat(create(nextNid++, "user" + nid, Optional.empty()))
                .isEqualTo(Creation.NAME_TAKEN);
    }

    @Test
    void aRegistrationTokenServesItsUsesAndAFailedAccountSpendsNone() {
        accounts.createToken("once", OptionalLong.of(1), OptionalLong.empty(), NOW_MS);
        assertThat(create(nextNid++, "user" + nid, Optional.of("once")))
                .isEqualTo(Creation.NAME_TAKEN);
        assertThat(create(nextNid++, "first", Optional.of("once"))).isEqualTo(Creation.CREATED);
        assertThat(accounts.isValidToken("once", NOW_MS)).isFalse();
        assertThat(create(nextNid++, "second", Optional.of("once")))
                .isEqualTo(Creation.TOKEN_SPENT);
        assertThat(accounts.byLocalpart("second")).isEmpty();
    }

    @Test
    void anExpiredRegistrationTokenIsNotValid() {
        accounts.createToken("late", OptionalLong.empty(), OptionalLong.of(NOW_MS), NOW_MS - 1);
        assertThat(accounts.isValidToken("late", NOW_MS - 1)).isTrue();
        assertThat(accounts.isValidToken("late", NOW_MS)).isFalse();
    }

    @Test
    void signingInAgainOnADeviceEndsItsEarlierTokens() {
        signIn("D1", "a1", Optional.empty());
        signIn("D2", "b1", Optional.empty());
        signIn("D1", "a2", Optional.empty());
        assertThat(access("a1")).isEmpty();
        assertThat(access("a2")).isPresent();
        assertThat(access("b1")).isPresent();
    }

    @Test
    void beyondALimitTheDevicesThatWereNotSeenForLongestAreSurplus() {
        var devices = new DeviceTable(database.database(), List::of);
        signIn("D1", "a1", Optional.empty());
        signIn("D2", "a2", Optional.empty());
        signIn("D3", "a3", Optional.empty());
        long first = devices.find(nid, "D1").orElseThrow().deviceNid();
        devices.seen(Map.of(new DeviceTable.Key(nid, first), NOW_MS + 1));
        assertThat(devices.surplus(nid, 2)).extracting(Device::deviceId).containsExactly("D2");
        assertThat(devices.surplus(nid, 3)).isEmpty();
    }

    @Test
    void theOldRefreshTokenServesUntilANewTokenIsUsed() {
        signIn("D", "a1", Optional.of("r1"));
        assertThat(refresh("r1", "a2", "r2")).isTrue();
        assertThat(access("a1")).as("not used yet").isPresent();
        assertThat(refresh("r1", "a3", "r3")).as("the answer got lost").isTrue();
        assertThat(access("a2")).as("replaced by the repeated refresh").isEmpty();

        AccessRow first = access("a3").orElseThrow();
        assertThat(first.unused()).isTrue();
        tokens.accessUsed(hash("a3"), first);
        assertThat(access("a1")).isEmpty();
        assertThat(refresh("r1", "a4", "r4")).as("a new token was used").isFalse();
        assertThat(access("a3"))
                .hasValueSatisfying(row -> assertThat(row.unused()).isFalse());
        assertThat(refresh("r3", "a5", "r5")).isTrue();
    }

    @Test
    void usingTheNewRefreshTokenEndsTheOldOne() {
        signIn("D", "a1", Optional.of("r1"));
        assertThat(refresh("r1", "a2", "r2")).isTrue();
        assertThat(refresh("r2", "a3", "r3")).isTrue();
        assertThat(refresh("r1", "a4", "r4")).isFalse();
        assertThat(access("a1")).isEmpty();
        assertThat(access("a2")).isPresent();
        assertThat(access("a3")).isPresent();
    }

    @Test
    void aDeactivatedAccountLetsNobodyIn() {
        signIn("D", "a1", Optional.of("r1"));
        accounts.deactivate(nid, false, NOW_MS);
        assertThat(access("a1")).isEmpty();
        assertThat(refresh("r1", "a2", "r2")).isFalse();
        assertThat(accounts.parting(10)).contains(nid);
        accounts.parted(nid);
        assertThat(accounts.parting(10)).doesNotContain(nid);
    }

    private Creation create(long userNid, String name, Optional<String> token) {
        return accounts.create(userNid, name, Optional.of("phc"), false, NOW_MS, token);
    }

    private void signIn(String device, String access, Optional<String> refresh) {
        tokens.signIn(nid, device, Optional.empty(), issue(access, refresh));
    }

    private boolean refresh(String token, String access, String refresh) {
        byte[] hash = hash(token);
        Issue issue = issue(access, Optional.of(refresh)).withParent(hash);
        return tokens.refresh(hash, issue).isPresent();
    }

    private Optional<AccessRow> access(String token) {
        return tokens.access(hash(token));
    }

    private Issue issue(String access, Optional<String> refresh) {
        return new Issue(
                hash(access),
                OptionalLong.of(NOW_MS + 1000),
                refresh.map(this::hash),
                Optional.empty(),
                NOW_MS);
    }

    /// Tests share a database: tokens of one do not meet those of another.
    private byte[] hash(String token) {
        return TokenText.hash(nid + token);
    }
}

package im.holm.accounts;

import im.holm.journal.CommitOutcome;
import im.holm.journal.Fact;
import im.holm.journal.FactKind;
import im.holm.journal.Journal;
import im.holm.journal.Unit;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.json.JsonWriter;
import im.holm.slice.UserSource;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Profiles of this server's users.
final class Profiles implements UserSource {

    static final String DISPLAY_NAME = "displayname";
    static final String AVATAR_URL = "avatar_url";

    static final int DISPLAY_NAME_LIMIT_BYTES = 512;

    private static final int WEIGHT_BYTES = 300;

    private final ServerName server;
    private final AccountTable accounts;
    private final ProfileTable table;
    private final Journal journal;
    private final ProfileSpread spread;
    private final InstantSource time;

    Profiles(
            ServerName server,
            AccountTable accounts,
            ProfileTable table,
            Journal journal,
            ProfileSpread spread,
            InstantSource time) {
        this.server = server;
        this.accounts = accounts;
        this.table = table;
        this.journal = journal;
        this.spread = spread;
        this.time = time;
    }

    @Override
    public boolean exists(UserId user) {
        return account(user).isPresent();
    }

    @Override
    public Optional<Profile> profile(UserId user) {
        return fields(user).map(Profiles::known);
    }

    /// All fields of a local user's profile; empty if there is no such active account.
    Optional<JsonObject> fields(UserId user) {
        return account(user).map(account -> table.fields(account.userNid()));
    }

    /// Sets or removes a field. Durable when it returns; rooms learn of a new name or picture
    /// within seconds.
    Optional<Problem> change(long userNid, String name, Optional<JsonValue> value) {
        if (value.isPresent() && tooLarge(userNid, name, value.get())) {
            return Optional.of(Problem.of(ErrorCode.PROFILE_TOO_LARGE));
        }
        boolean shown = name.equals(DISPLAY_NAME) || name.equals(AVATAR_URL);
        var change = new ProfileTable.Change(
                userNid,
                name,
                value,
                shown ? OptionalLong.of(time.millis()) : OptionalLong.empty());
        var facts = List.of(new Fact(FactKind.PROFILE, userNid, 0));
        int weightBytes =
                WEIGHT_BYTES + value.map(JsonWriter::write).map(b -> b.length).orElse(0);
        return switch (journal.commit(new Unit<>(table.changes(), change, facts, weightBytes))) {
            case CommitOutcome.Committed _ -> {
                if (shown) {
                    spread.soon(userNid);
                }
                yield Optional.empty();
            }
            case CommitOutcome.Refused(Object reason) ->
                throw new IllegalStateException("nobody refuses profile changes: " + reason);
            case CommitOutcome.Unavailable(String reason, long retryAfterMs) ->
                Optional.of(Problem.retryLater(ErrorCode.UNAVAILABLE, reason, retryAfterMs));
        };
    }

    /// The first name of a new account; an unusable one is left out.
    void named(long userNid, String displayName) {
        if (!displayName.isEmpty()
                && displayName.getBytes(StandardCharsets.UTF_8).length
                        <= DISPLAY_NAME_LIMIT_BYTES) {
            change(userNid, DISPLAY_NAME, Optional.of(new JsonString(displayName)));
        }
    }

    void erase(long userNid) {
        table.erase(userNid);
    }

    static Profile known(JsonObject fields) {
        return new Profile(fields.string(DISPLAY_NAME), fields.string(AVATAR_URL));
    }

    private Optional<Account> account(UserId user) {
        return user.server().equals(server)
                ? accounts.byLocalpart(user.localpart()).filter(Account::active)
                : Optional.empty();
    }

    private boolean tooLarge(long userNid, String name, JsonValue value) {
        JsonObject after = table.fields(userNid).with(name, value);
        return JsonWriter.write(after).length >= ProfileTable.PROFILE_LIMIT_BYTES;
    }
}

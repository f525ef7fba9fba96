package im.holm.e2ee.keys;

import im.holm.journal.CommitOutcome;
import im.holm.journal.Fact;
import im.holm.journal.FactKind;
import im.holm.journal.Journal;
import im.holm.journal.Unit;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.json.JsonWriter;

import java.util.List;
import java.util.Optional;

/// Key changes, made durable.
final class Commits {

    private static final int ROW_BYTES = 256;

    private final Journal journal;
    private final KeyTable keys;

    Commits(Journal journal, KeyTable keys) {
        this.journal = journal;
        this.keys = keys;
    }

    /// @return what went wrong, if something did
    Optional<Problem> commit(KeyChange change) {
        var fact = new Fact(FactKind.DEVICE_LIST, change.userNid(), 0);
        var unit = new Unit<>(keys.changes(), change, List.of(fact), weight(change));
        return switch (journal.commit(unit)) {
            case CommitOutcome.Committed _ -> Optional.empty();
            case CommitOutcome.Refused(Object reason) ->
                throw new IllegalStateException("nobody refuses key changes: " + reason);
            case CommitOutcome.Unavailable(String _, long retryAfterMs) ->
                Optional.of(unavailable(retryAfterMs));
        };
    }

    static Problem unavailable(long retryAfterMs) {
        return Problem.retryLater(
                ErrorCode.UNAVAILABLE, "The server cannot store anything now.", retryAfterMs);
    }

    private static int weight(KeyChange change) {
        return switch (change) {
            case KeyChange.DeviceKeys device -> ROW_BYTES + bytes(device.keys());
            case KeyChange.CrossSigning keys ->
                keys.keys().values().stream()
                        .mapToInt(key -> ROW_BYTES + bytes(key))
                        .sum();
            case KeyChange.Signing signing -> signing.signatures().size() * ROW_BYTES;
            case KeyChange.RemoteChanged _ -> ROW_BYTES;
        };
    }

    private static int bytes(JsonValue json) {
        return JsonWriter.write(json).length;
    }
}

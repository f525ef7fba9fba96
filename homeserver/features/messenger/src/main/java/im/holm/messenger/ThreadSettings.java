package im.holm.messenger;

import im.holm.engine.RoomView;
import im.holm.journal.CommitOutcome;
import im.holm.journal.Fact;
import im.holm.journal.FactKind;
import im.holm.journal.Journal;
import im.holm.journal.Unit;
import im.holm.messenger.ThreadAccess.Access;
import im.holm.messenger.ThreadSettingTable.Change;
import im.holm.messenger.ThreadSettingTable.Setting;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.Caller;
import im.holm.slice.Documented;
import im.holm.slice.Fields;
import im.holm.slice.Operation;
import im.holm.slice.Operation.Result;

import java.util.List;
import java.util.Optional;

/// `PUT /v1/threads/{thread_id}/settings`: muted, archived; of the caller alone.
final class ThreadSettings {

    private static final int WEIGHT_BYTES = 100;

    private final ThreadAccess access;
    private final ThreadSettingTable table;
    private final Journal journal;

    ThreadSettings(ThreadAccess access, ThreadSettingTable table, Journal journal) {
        this.access = access;
        this.table = table;
        this.journal = journal;
    }

    Operation operation() {
        return new Operation(
                Method.PUT,
                "/v1/threads/{thread_id}/settings",
                new Documented("updateThreadSettings", "holm", "ThreadsTest"),
                this::update);
    }

    Setting of(long userNid, long roomNid) {
        return table.of(userNid, roomNid);
    }

    private Result update(Caller caller, JsonObject body) {
        var input = Fields.of(body);
        String threadId = input.string("thread_id");
        Optional<Boolean> muted = input.optionalBool("muted");
        Optional<Boolean> archived = input.optionalBool("archived");
        if (input.failed()) {
            return Answers.flaw(input);
        }
        return switch (access.of(caller.user(), threadId)) {
            case Access.None _ -> Answers.failed(Answers.noThread());
            case Access.Joined(RoomView view) -> write(caller, view, muted, archived);
            case Access.Invited(RoomView view, var _) -> write(caller, view, muted, archived);
        };
    }

    private Result write(
            Caller caller, RoomView view, Optional<Boolean> muted, Optional<Boolean> archived) {
        long roomNid = view.identity().roomNid();
        var change = new Change(caller.userNid(), roomNid, muted, archived);
        var facts = List.of(new Fact(FactKind.ACCOUNT_DATA, caller.userNid(), roomNid));
        var unit = new Unit<>(table.changes(), change, facts, WEIGHT_BYTES);
        return switch (journal.commit(unit)) {
            case CommitOutcome.Committed _ -> {
                Setting now = table.of(caller.userNid(), roomNid);
                yield Answers.ok(JsonObject.builder()
                        .put("muted", now.muted())
                        .put("archived", now.archived())
                        .build());
            }
            case CommitOutcome.Refused(Object reason) ->
                throw new IllegalStateException("nobody refuses settings: " + reason);
            case CommitOutcome.Unavailable(String reason, long retryAfterMs) ->
                Answers.failed(Problem.retryLater(ErrorCode.UNAVAILABLE, reason, retryAfterMs));
        };
    }
}

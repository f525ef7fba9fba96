package im.holm.messenger;

import im.holm.engine.RoomView;
import im.holm.engine.StoredEvent;
import im.holm.engine.port.RoomStore.StoredMember;
import im.holm.messenger.ThreadAccess.Access;
import im.holm.messenger.Threads.Opening;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.Caller;
import im.holm.slice.Documented;
import im.holm.slice.Fields;
import im.holm.slice.Operation;
import im.holm.slice.Operation.Handler;
import im.holm.slice.Operation.Result;
import im.holm.slice.RateLimit;
import im.holm.slice.Receipts;
import im.holm.slice.Typing;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What is done with a thread apart from writing and reading: open, look at, join, leave, invite,
/// typing, read.
final class ThreadOperations {

    static final int NAME_LIMIT_BYTES = 255;

    /// How long somebody types who says nothing more.
    static final Duration TYPING = Duration.ofSeconds(15);

    private static final String TEST = "ThreadsTest";

    private final Threads threads;
    private final ThreadAccess access;
    private final ThreadView view;
    private final ThreadSettings settings;
    private final Entering entering;
    private final Typing typing;
    private final Receipts receipts;
    private final RateLimit limit;

    ThreadOperations(
            Threads threads,
            ThreadAccess access,
            ThreadView view,
            ThreadSettings settings,
            Entering entering,
            Typing typing,
            Receipts receipts,
            RateLimit limit) {
        this.threads = threads;
        this.access = access;
        this.view = view;
        this.settings = settings;
        this.entering = entering;
        this.typing = typing;
        this.receipts = receipts;
        this.limit = limit;
    }

    List<Operation> operations() {
        return List.of(
                operation(Method.POST, "/v1/threads", "createThread", this::create),
                operation(Method.GET, "/v1/threads/{thread_id}", "getThread", this::get),
                operation(Method.POST, "/v1/threads/{thread_id}/join", "joinThread", this::join),
                operation(Method.POST, "/v1/threads/{thread_id}/leave", "leaveThread", this::leave),
                operation(
                        Method.POST,
                        "/v1/threads/{thread_id}/participants",
                        "addParticipant",
                        this::invite),
                operation(Method.POST, "/v1/threads/{thread_id}/typing", "setTyping", this::type),
                operation(Method.POST, "/v1/threads/{thread_id}/read", "markRead", this::read));
    }

    private static Operation operation(Method method, String path, String name, Handler handler) {
        return new Operation(method, path, new Documented(name, "holm", TEST), handler);
    }

    private Result create(Caller caller, JsonObject body) {
        var input = Fields.of(body);
        Optional<UserId> recipient = input.optionalId("recipient_id", UserId::parse);
        List<UserId> participants = input.ids("participant_ids", Threads.GROUP_MAX, UserId::parse);
        Optional<String> name = input.optionalString("name").filter(text -> !text.isBlank());
        if (input.has("recipient_id") == input.has("participant_ids")) {
            input.refuse(
                    ErrorCode.INVALID_PARAM,
                    "give 'recipient_id' for a one-to-one thread or 'participant_ids' for a group");
        }
        if (recipient.isPresent() && name.isPresent()) {
            input.refuse(ErrorCode.INVALID_PARAM, "a one-to-one thread has no 'name'");
        }
        name.filter(text -> text.getBytes(StandardCharsets.UTF_8).length > NAME_LIMIT_BYTES)
                .ifPresent(_ -> input.refuse(
                        ErrorCode.INVALID_PARAM,
                        "'name' has at most " + NAME_LIMIT_BYTES + " bytes"));
        if (input.failed()) {
            return Answers.flaw(input);
        }
        Optional<Problem> limited = limit.take(caller.user().toString());
        if (limited.isPresent()) {
            return Answers.failed(limited.get());
        }
        Opening opening = recipient.isPresent()
                ? threads.oneToOne(caller, recipient.get())
                : threads.group(caller, participants, name);
        return switch (opening) {
            case Opening.Failed(Problem problem) -> Answers.failed(problem);
            case Opening.Open(RoomView opened, boolean created) -> {
                JsonObject thread = described(caller, opened, view.joined(opened, caller));
                yield created ? Answers.created(thread) : Answers.ok(thread);
            }
        };
    }

    private Result get(Caller caller, JsonObject body) {
        return within(caller, body, (input, found) -> switch (found) {
            case Access.None _ -> Answers.failed(Answers.noThread());
            case Access.Joined(RoomView thread) ->
                Answers.ok(described(caller, thread, view.joined(thread, caller)));
            case Access.Invited(RoomView thread, StoredMember member) ->
                Answers.ok(described(caller, thread, view.invited(thread, member, caller)));
        });
    }

    private Result join(Caller caller, JsonObject body) {
        return within(caller, body, (input, found) -> {
            Optional<Problem> failure = threads.join(caller, found);
            return failure.map(Answers::failed).orElseGet(() -> get(caller, body));
        });
    }

    private Result leave(Caller caller, JsonObject body) {
        return within(
                caller,
                body,
                (input, found) -> done(
                        switch (found) {
                            case Access.None _ -> Optional.of(Answers.noThread());
                            case Access.Joined(RoomView thread) ->
                                entering.leave(caller.user(), thread, Optional.empty());
                            case Access.Invited(RoomView thread, StoredMember member) ->
                                entering.leave(caller.user(), thread, Optional.of(member));
                        }));
    }

    private Result invite(Caller caller, JsonObject body) {
        return inThread(caller, body, (input, thread) -> {
            Optional<UserId> user = input.id("user_id", UserId::parse);
            if (input.failed()) {
                return Answers.flaw(input);
            }
            Optional<Problem> limited = limit.take(caller.user().toString());
            return done(limited.isPresent() ? limited : threads.invite(caller, thread, user.get()));
        });
    }

    private Result type(Caller caller, JsonObject body) {
        return inThread(caller, body, (input, thread) -> {
            Optional<Boolean> isTyping = input.optionalBool("is_typing");
            if (isTyping.isEmpty()) {
                input.refuse(ErrorCode.MISSING_PARAM, "'is_typing' is missing");
            }
            if (input.failed()) {
                return Answers.flaw(input);
            }
            typing.set(thread.identity().roomNid(), caller.user(), isTyping.get(), TYPING);
            return Answers.ok(JsonObject.EMPTY);
        });
    }

    private Result read(Caller caller, JsonObject body) {
        return inThread(caller, body, (input, thread) -> {
            Optional<MessageId> upTo = input.id("message_id", MessageId::parse);
            if (input.failed()) {
                return Answers.flaw(input);
            }
            Optional<StoredEvent> event = thread.event(upTo.get().event())
                    .filter(found -> thread.visible(found, caller.user()));
            return event.map(found -> done(receipts.read(
                            caller, thread.identity().roomNid(), found.row().ev())))
                    .orElseGet(() -> Answers.failed(
                            ErrorCode.NOT_FOUND, "There is no such message in the thread."));
        });
    }

    private JsonObject described(Caller caller, RoomView thread, JsonObject.Builder json) {
        ThreadSettingTable.Setting setting =
                settings.of(caller.userNid(), thread.identity().roomNid());
        return json.put("muted", setting.muted())
                .put("archived", setting.archived())
                .build();
    }

    private interface WithAccess {
        Result run(Fields input, Access found);
    }

    private interface WithThread {
        Result run(Fields input, RoomView thread);
    }

    private Result within(Caller caller, JsonObject body, WithAccess action) {
        var input = Fields.of(body);
        String threadId = input.string("thread_id");
        return input.failed()
                ? Answers.flaw(input)
                : action.run(input, access.of(caller.user(), threadId));
    }

    private Result inThread(Caller caller, JsonObject body, WithThread action) {
        return within(caller, body, (input, found) -> switch (found) {
            case Access.None _ -> Answers.failed(Answers.noThread());
            case Access.Invited _ -> Answers.failed(Answers.notAccepted());
            case Access.Joined(RoomView thread) -> action.run(input, thread);
        });
    }

    private static Result done(Optional<Problem> failure) {
        return failure.map(Answers::failed).orElseGet(() -> Answers.ok(JsonObject.EMPTY));
    }
}

package im.holm.messenger;

import im.holm.engine.RoomCommands;
import im.holm.engine.RoomCommands.SendEvent;
import im.holm.engine.RoomCommands.SendOutcome;
import im.holm.engine.RoomView;
import im.holm.engine.StoredEvent;
import im.holm.engine.core.TxnKey;
import im.holm.messenger.ThreadAccess.Access;
import im.holm.messenger.Threads.Opening;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.platform.http.Method;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Sha256;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.Caller;
import im.holm.slice.Documented;
import im.holm.slice.Fields;
import im.holm.slice.Operation;
import im.holm.slice.Operation.Result;
import im.holm.slice.RateLimit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// `POST /v1/messages`.
final class Messages {

    static final int TEXT_LIMIT_BYTES = 32 * 1024;
    static final int CLIENT_ID_LIMIT_BYTES = 255;

    private final RoomCommands commands;
    private final Threads threads;
    private final ThreadAccess access;
    private final RateLimit limit;

    Messages(RoomCommands commands, Threads threads, ThreadAccess access, RateLimit limit) {
        this.commands = commands;
        this.threads = threads;
        this.access = access;
        this.limit = limit;
    }

    Operation operation() {
        return new Operation(
                Method.POST,
                "/v1/messages",
                new Documented("sendMessage", "holm", "MessagesTest"),
                this::send);
    }

    /// @param threadId of the thread, if not the one with `recipient` is meant
    private record Wish(
            Optional<UserId> recipient,
            Optional<String> threadId,
            MessageContent content,
            Optional<String> clientId) {}

    private Result send(Caller caller, JsonObject body) {
        var input = Fields.of(body);
        Wish wish = read(input);
        if (input.failed()) {
            return Answers.flaw(input);
        }
        Optional<Problem> limited = limit.take(caller.user().toString());
        if (limited.isPresent()) {
            return Answers.failed(limited.get());
        }
        return switch (thread(caller, wish)) {
            case Opening.Failed(Problem problem) -> Answers.failed(problem);
            case Opening.Open(RoomView view, boolean _) -> send(caller, view, wish);
        };
    }

    private Wish read(Fields input) {
        Optional<UserId> recipient = input.optionalId("recipient_id", UserId::parse);
        Optional<String> threadId = input.optionalString("thread_id");
        if (input.has("recipient_id") == input.has("thread_id")) {
            input.refuse(ErrorCode.INVALID_PARAM, "give one of 'recipient_id' and 'thread_id'");
        }
        Optional<String> text = input.optionalString("text").filter(given -> !given.isEmpty());
        List<Attachment> attachments =
                Attachment.readAll(input.objects("attachments", Attachment.COUNT_MAX));
        if (text.isEmpty() && attachments.isEmpty()) {
            input.refuse(ErrorCode.MISSING_PARAM, "a message has a 'text' or 'attachments'");
        }
        text.filter(given -> bytes(given) > TEXT_LIMIT_BYTES)
                .ifPresent(_ -> input.refuse(
                        ErrorCode.TOO_LARGE, "'text' has at most " + TEXT_LIMIT_BYTES + " bytes"));
        Optional<String> clientId = input.optionalString("client_message_id");
        clientId.filter(given -> given.isEmpty() || bytes(given) > CLIENT_ID_LIMIT_BYTES)
                .ifPresent(_ -> input.refuse(
                        ErrorCode.INVALID_PARAM,
                        "'client_message_id' has 1 to " + CLIENT_ID_LIMIT_BYTES + " bytes"));
        Optional<MessageId> replied = input.optionalId("reply_to_message_id", MessageId::parse);
        var content = new MessageContent(
                text,
                attachments,
                replied.map(MessageId::event),
                input.bool("is_forwarded", false));
        return new Wish(recipient, threadId, content, clientId);
    }

    /// The thread to write to. Who is invited and writes has thereby accepted.
    private Opening thread(Caller caller, Wish wish) {
        if (wish.recipient().isPresent()) {
            return threads.oneToOne(caller, wish.recipient().get());
        }
        Access found = access.of(caller.user(), wish.threadId().orElseThrow());
        Optional<Problem> failure = threads.join(caller, found);
        if (failure.isPresent()) {
            return new Opening.Failed(failure.get());
        }
        return switch (access.of(caller.user(), wish.threadId().get())) {
            case Access.Joined(RoomView view) -> new Opening.Open(view, false);
            case Access.Invited _, Access.None _ -> new Opening.Failed(Answers.noThread());
        };
    }

    private Result send(Caller caller, RoomView view, Wish wish) {
        Optional<EventId> target = wish.content().repliedTo();
        Optional<StoredEvent> answered = target.flatMap(view::event)
                .filter(event -> MessageView.shows(view, event, caller.user()));
        if (target.isPresent() && answered.isEmpty()) {
            return Answers.failed(
                    ErrorCode.NOT_FOUND, "The message that this answers is not in the thread.");
        }
        var content = wish.content().toMatrix(answered.map(event -> event.row().sender()));
        var command = new SendEvent(
                view.identity().roomId(),
                caller.user(),
                EventTypes.MESSAGE,
                Optional.empty(),
                content,
                Optional.empty(),
                wish.clientId().map(id -> key(caller, id)),
                OptionalLong.empty());
        return switch (commands.send(command)) {
            case SendOutcome.Sent sent -> sent(view, sent.eventId(), sent.originTs());
            case SendOutcome.Duplicate(EventId eventId) -> repeated(view, eventId);
            case SendOutcome.Failed(Problem problem) -> Answers.failed(problem);
        };
    }

    /// The same client key again answers as the first time.
    private static Result repeated(RoomView view, EventId eventId) {
        return view.event(eventId)
                .map(event -> sent(view, eventId, event.row().originTs()))
                .orElseThrow(() -> new IllegalStateException("no event " + eventId));
    }

    private static Result sent(RoomView view, EventId eventId, long originTs) {
        return Answers.ok(JsonObject.builder()
                .put("message_id", new MessageId(eventId).toString())
                .put("thread_id", new ThreadId(view.identity().roomId()).text())
                .put("timestamp", originTs)
                .put("status", "sent")
                .build());
    }

    private static TxnKey key(Caller caller, String clientId) {
        byte[] hash = Sha256.of(("/v1/messages/" + clientId).getBytes(StandardCharsets.UTF_8));
        return new TxnKey(caller.deviceNid(), clientId, Arrays.copyOf(hash, TxnKey.KEY_BYTES));
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}

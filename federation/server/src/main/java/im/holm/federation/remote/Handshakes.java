package im.holm.federation.remote;

import im.holm.engine.RoomMembership.ChangeMembership;
import im.holm.engine.port.RemoteMembership;
import im.holm.federation.call.Call;
import im.holm.federation.call.CallOutcome;
import im.holm.federation.call.ServerCalls;
import im.holm.federation.keys.ServerKeys;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.handshake.HandshakeKind;
import im.holm.protocol.handshake.TemplateCheck;
import im.holm.protocol.handshake.TemplateReading;
import im.holm.protocol.handshake.TemplateRequest;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.EventSigning;
import im.holm.protocol.signing.SignedEvent;
import im.holm.protocol.signing.Signer;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Joins, knocks, leaves and invites through other servers. Nothing is signed but the member event
/// that was asked for: a template gives references only ([TemplateReading]).
public final class Handshakes implements RemoteMembership {
    /// For all servers that are tried together.
    static final Duration DEADLINE = Duration.ofSeconds(60);

    /// For a template.
    private static final Duration MAKE_DEADLINE = Duration.ofSeconds(10);

    private static final Duration INVITE_DEADLINE = Duration.ofSeconds(30);
    private static final long TEMPLATE_MAX_BYTES = 256 * 1024;
    private static final long JOIN_MAX_BYTES = 64L << 20;
    private static final long ANSWER_MAX_BYTES = 1L << 20;
    private static final String V1 = "/_matrix/federation/v1/";
    private static final String V2 = "/_matrix/federation/v2/";

    private final ServerCalls calls;
    private final Signer signer;
    private final InstantSource time;
    private final HandshakeAnswers answers;

    public Handshakes(ServerCalls calls, ServerKeys keys, Signer signer, InstantSource time) {
        this.calls = calls;
        this.signer = signer;
        this.time = time;
        this.answers = new HandshakeAnswers(new PduReading(keys));
    }

    /// What one server made of it.
    sealed interface Attempt<T> {
        record Done<T>(T value) implements Attempt<T> {}

        /// This server cannot; another may.
        record Next<T>(Problem problem) implements Attempt<T> {}

        /// A server that can decide has said no.
        record Final<T>(Problem problem) implements Attempt<T> {}
    }

    private interface Step<T> {
        Attempt<T> with(ServerName server, Duration left);
    }

    /// @param event signed by us
    private record Signed(RoomVersion version, VerifiedPdu event) {}

    @Override
    public Answer<Joined> join(UserId user, RoomId room, List<ServerName> via, JsonObject content) {
        var request = new TemplateRequest(
                HandshakeKind.JOIN, room, user, RoomVersions.supportedIds(), content);
        return inTurn(
                via,
                (server, left) -> make(server, "make_join/", request, left).then(signed -> {
                    CallOutcome outcome =
                            send(server, V2 + "send_join/", room, signed, DEADLINE, JOIN_MAX_BYTES);
                    return outcome instanceof CallOutcome.Answered(JsonObject body)
                            ? answers.joined(server, room, signed.version(), signed.event(), body)
                            : declined(outcome);
                }));
    }

    @Override
    public Answer<Knocked> knock(
            UserId user, RoomId room, List<ServerName> via, JsonObject content) {
        Set<String> versions = RoomVersions.supportedIds().stream()
                .filter(id -> RoomVersions.find(id).orElseThrow().knocking())
                .collect(Collectors.toSet());
        var request = new TemplateRequest(HandshakeKind.KNOCK, room, user, versions, content);
        return inTurn(
                via,
                (server, left) -> make(server, "make_knock/", request, left).then(signed -> {
                    CallOutcome outcome =
                            send(server, V1 + "send_knock/", room, signed, left, ANSWER_MAX_BYTES);
                    return outcome instanceof CallOutcome.Answered(JsonObject body)
                            ? new Attempt.Done<>(new Knocked(
                                    signed.version(),
                                    signed.event(),
                                    answers.knockState(room, signed.version(), body)))
                            : declined(outcome);
                }));
    }

    @Override
    public Answer<VerifiedPdu> leave(
            UserId user, RoomId room, List<ServerName> via, JsonObject content) {
        var request = new TemplateRequest(
                HandshakeKind.LEAVE, room, user, RoomVersions.supportedIds(), content);
        return inTurn(
                via,
                (server, left) -> make(server, "make_leave/", request, left).then(signed -> {
                    CallOutcome outcome =
                            send(server, V2 + "send_leave/", room, signed, left, ANSWER_MAX_BYTES);
                    return outcome instanceof CallOutcome.Answered
                            ? new Attempt.Done<>(signed.event())
                            : declined(outcome);
                }));
    }

    @Override
    public Answer<VerifiedPdu> invite(
            ServerName target,
            VerifiedPdu invite,
            List<VerifiedPdu> roomState,
            List<ServerName> via) {
        JsonObject body = JsonObject.builder()
                .put("room_version", invite.pdu().version().id())
                .put("event", invite.pdu().json())
                .put(
                        "invite_room_state",
                        JsonArray.of(roomState.stream()
                                .map(event -> event.pdu().json())
                                .toList()))
                .build();
        String path = V2 + "invite/" + Call.encoded(invite.pdu().roomId()) + "/"
                + Call.encoded(invite.eventId());
        CallOutcome outcome = calls.call(Call.put(target, path, body)
                .about(invite.pdu().roomId())
                .within(INVITE_DEADLINE)
                .answeredInAtMost(ANSWER_MAX_BYTES));
        Attempt<VerifiedPdu> attempt = outcome instanceof CallOutcome.Answered(JsonObject answer)
                ? answers.cosigned(target, invite, answer)
                : declined(outcome);
        return switch (attempt) {
            case Attempt.Done<VerifiedPdu>(VerifiedPdu signed) -> new Answer.Done<>(signed);
            case Attempt.Next<VerifiedPdu>(Problem problem) -> new Answer.Failed<>(problem);
            case Attempt.Final<VerifiedPdu>(Problem problem) -> new Answer.Failed<>(problem);
        };
    }

    /// Tries servers until one decides. Of the problems of those that could not, one that says
    /// more than that the server was not reached is told.
    private <T> Answer<T> inTurn(List<ServerName> via, Step<T> step) {
        long endNanos = System.nanoTime() + DEADLINE.toNanos();
        Optional<Problem> told = Optional.empty();
        List<ServerName> candidates = via.stream()
                .distinct()
                .filter(server -> !server.equals(signer.server()))
                .limit(ChangeMembership.VIA_MAX)
                .toList();
        for (ServerName server : candidates) {
            Duration left = Duration.ofNanos(endNanos - System.nanoTime());
            if (left.toMillis() < 1_000) {
                break;
            }
            switch (step.with(server, left)) {
                case Attempt.Done<T>(T value) -> {
                    return new Answer.Done<>(value);
                }
                case Attempt.Final<T>(Problem problem) -> {
                    return new Answer.Failed<>(problem);
                }
                case Attempt.Next<T>(Problem problem) -> {
                    if (told.isEmpty() || told.get().code() == ErrorCode.BAD_GATEWAY) {
                        told = Optional.of(problem);
                    }
                }
            }
        }
        return new Answer.Failed<>(told.orElseGet(
                () -> Problem.of(ErrorCode.NOT_FOUND, "No server is known that is in the room.")));
    }

    private Made make(ServerName server, String path, TemplateRequest request, Duration left) {
        String versions = request.kind() == HandshakeKind.LEAVE
                ? ""
                : request.versions().stream()
                        .sorted()
                        .map(version -> "ver=" + Call.encoded(version))
                        .collect(Collectors.joining("&", "?", ""));
        CallOutcome outcome = calls.call(Call.get(
                        server,
                        V1 + path + Call.encoded(request.roomId()) + "/"
                                + Call.encoded(request.user()) + versions)
                .about(request.roomId())
                .within(left.compareTo(MAKE_DEADLINE) < 0 ? left : MAKE_DEADLINE)
                .answeredInAtMost(TEMPLATE_MAX_BYTES));
        if (!(outcome instanceof CallOutcome.Answered(JsonObject body))) {
            return new Made(Optional.empty(), outcome, server);
        }
        return switch (TemplateReading.check(request, server, body, time.millis())) {
            case TemplateCheck.Refused(String reason) ->
                new Made(Optional.empty(), new CallOutcome.Failed(reason), server);
            case TemplateCheck.Accepted(RoomVersion version, var draft) ->
                switch (EventSigning.sign(version, draft, signer)) {
                    case SignedEvent.Signed(VerifiedPdu event) ->
                        new Made(Optional.of(new Signed(version, event)), outcome, server);
                    case SignedEvent.Refused(boolean _, String reason) ->
                        new Made(Optional.empty(), new CallOutcome.Failed(reason), server);
                };
        };
    }

    /// What came of the first half of a handshake.
    private record Made(Optional<Signed> signed, CallOutcome outcome, ServerName server) {
        <T> Attempt<T> then(java.util.function.Function<Signed, Attempt<T>> second) {
            return signed.map(second).orElseGet(() -> declined(outcome));
        }
    }

    private CallOutcome send(
            ServerName server,
            String path,
            RoomId room,
            Signed signed,
            Duration left,
            long answerMaxBytes) {
        String target =
                path + Call.encoded(room) + "/" + Call.encoded(signed.event().eventId());
        return calls.call(Call.put(server, target, signed.event().pdu().json())
                .about(room)
                .within(left)
                .answeredInAtMost(answerMaxBytes));
    }

    private static <T> Attempt<T> declined(CallOutcome outcome) {
        return switch (outcome) {
            case CallOutcome.Declined declined -> HandshakeAnswers.declined(declined);
            case CallOutcome.Answered _, CallOutcome.Failed _ ->
                new Attempt.Next<>(Problem.of(
                        ErrorCode.BAD_GATEWAY,
                        "A server in the room could not be used: " + outcome.reason()));
        };
    }
}

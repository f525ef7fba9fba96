package im.holm.engine.sim;

import im.holm.engine.InboundRooms;
import im.holm.engine.InboundRooms.Accepted;
import im.holm.engine.InboundRooms.Template;
import im.holm.engine.core.Membership;
import im.holm.engine.port.RemoteMembership;
import im.holm.platform.error.ErrorCode;
import im.holm.platform.error.Problem;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.EventSigning;
import im.holm.protocol.signing.SignedEvent;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/// Handshakes with other servers, each request at one instant.
final class SimHandshakes implements RemoteMembership {

    private final SimNetwork network;
    private final SimServer self;

    SimHandshakes(SimNetwork network, SimServer self) {
        this.network = network;
        this.self = self;
    }

    private <T> Answer<T> shake(
            UserId user,
            RoomId room,
            List<ServerName> via,
            Membership membership,
            JsonObject content,
            BiFunction<Accepted, ServerName, T> done) {
        Problem last = Problem.of(ErrorCode.NOT_FOUND, "nobody could be reached");
        for (ServerName server : via) {
            Optional<SimServer> peer = network.reach(self.name, server);
            if (peer.isEmpty()) {
                continue;
            }
            Optional<InboundRooms.Answer<Accepted>> answer =
                    peer.get().serve(() -> shake(peer.get(), user, room, membership, content));
            if (answer.isEmpty() || network.losesAnswer()) {
                last = Problem.of(ErrorCode.BAD_GATEWAY, "no answer");
                continue;
            }
            switch (answer.get()) {
                case InboundRooms.Answer.Done<Accepted>(Accepted accepted) -> {
                    return new Answer.Done<>(done.apply(accepted, server));
                }
                case InboundRooms.Answer.Failed<Accepted>(Problem problem) -> last = problem;
            }
        }
        return new Answer.Failed<>(last);
    }

    private InboundRooms.Answer<Accepted> shake(
            SimServer peer, UserId user, RoomId room, Membership membership, JsonObject content) {
        var made = peer.engine.inbound().make(self.name, room, user, membership, World.VERSION_IDS);
        return switch (made) {
            case InboundRooms.Answer.Failed<Template>(Problem problem) ->
                new InboundRooms.Answer.Failed<>(problem);
            case InboundRooms.Answer.Done<Template>(Template template) -> {
                JsonObject.Builder whole = JsonObject.builder().putAll(content);
                template.event().object("content").ifPresent(whole::putAll);
                JsonObject event = template.event().with("content", whole.build());
                VerifiedPdu signed =
                        switch (EventSigning.signTemplate(template.version(), event, self.signer)) {
                            case SignedEvent.Signed(VerifiedPdu pdu) -> pdu;
                            case SignedEvent.Refused refused -> throw new AssertionError(refused);
                        };
                peer.disk.relayed.add(signed.eventId());
                yield peer.engine
                        .inbound()
                        .accept(
                                self.name,
                                room,
                                signed.eventId(),
                                membership,
                                signed.pdu().json());
            }
        };
    }

    @Override
    public Answer<Joined> join(UserId user, RoomId room, List<ServerName> via, JsonObject content) {
        return shake(
                user,
                room,
                via,
                Membership.JOIN,
                content,
                (accepted, from) -> new Joined(
                        accepted.version(),
                        accepted.event(),
                        accepted.state(),
                        accepted.authChain(),
                        from));
    }

    @Override
    public Answer<Knocked> knock(
            UserId user, RoomId room, List<ServerName> via, JsonObject content) {
        return shake(
                user,
                room,
                via,
                Membership.KNOCK,
                content,
                (accepted, from) -> new Knocked(
                        accepted.version(),
                        accepted.event(),
                        accepted.state().stream()
                                .map(event -> event.pdu().json())
                                .toList()));
    }

    @Override
    public Answer<VerifiedPdu> leave(
            UserId user, RoomId room, List<ServerName> via, JsonObject content) {
        return shake(
                user, room, via, Membership.LEAVE, content, (accepted, from) -> accepted.event());
    }

    @Override
    public Answer<VerifiedPdu> invite(
            ServerName target,
            VerifiedPdu invite,
            List<VerifiedPdu> roomState,
            List<ServerName> via) {
        Optional<SimServer> peer = network.reach(self.name, target);
        if (peer.isEmpty()) {
            return new Answer.Failed<>(Problem.of(ErrorCode.BAD_GATEWAY, "no answer"));
        }
        Optional<InboundRooms.Answer<VerifiedPdu>> served = peer.get()
                .serve(() -> peer.get()
                        .engine
                        .inbound()
                        .invite(
                                self.name,
                                invite.pdu().roomId(),
                                invite.pdu().version(),
                                invite.pdu().json(),
                                roomState.stream()
                                        .map(event -> event.pdu().json())
                                        .toList()));
        if (served.isEmpty() || network.losesAnswer()) {
            return new Answer.Failed<>(Problem.of(ErrorCode.BAD_GATEWAY, "no answer"));
        }
        return switch (served.get()) {
            case InboundRooms.Answer.Done<VerifiedPdu>(VerifiedPdu event) ->
                new Answer.Done<>(event);
            case InboundRooms.Answer.Failed<VerifiedPdu>(Problem problem) ->
                new Answer.Failed<>(problem);
        };
    }
}

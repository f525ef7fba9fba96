package im.holm.engine.sim;

import im.holm.engine.RoomArchive;
import im.holm.engine.port.RemoteRooms;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.PduParser;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.version.RoomVersion;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Reads rooms from other servers. A request is answered at the instant at which it is made, from
/// the other's present state; or it is lost.
final class SimRooms implements RemoteRooms {

    private final SimNetwork network;
    private final ServerName self;
    /// How many events another server gives of those it has been asked for.
    int generosity = 100;

    SimRooms(SimNetwork network, ServerName self) {
        this.network = network;
        this.self = self;
    }

    private <T> Fetch<T> ask(ServerName from, Function<RoomArchive, Optional<T>> question) {
        return network.reach(self, from)
                .flatMap(peer -> peer.serve(() -> question.apply(peer.engine.archive())))
                .flatMap(answer -> answer)
                .<Fetch<T>>map(Fetch.Got::new)
                .orElseGet(() -> new Fetch.Failed<>("no answer"));
    }

    private List<VerifiedPdu> received(
            RoomId room, RoomVersion version, Collection<VerifiedPdu> events) {
        List<VerifiedPdu> good = new ArrayList<>();
        for (VerifiedPdu event : events) {
            PduParser.parse(version, event.pdu().json())
                    .wellFormed()
                    .filter(pdu -> pdu.roomId().equals(room))
                    .map(this::verify)
                    .ifPresent(check -> {
                        if (check instanceof Verification.Good(VerifiedPdu pdu)) {
                            good.add(pdu);
                        }
                    });
        }
        return good;
    }

    @Override
    public Fetch<Optional<VerifiedPdu>> event(
            ServerName from, RoomId room, RoomVersion version, EventId eventId) {
        return ask(
                from,
                archive -> Optional.of(archive.event(self, eventId)
                        .flatMap(event ->
                                received(room, version, List.of(event)).stream().findFirst())));
    }

    @Override
    public Fetch<List<VerifiedPdu>> missingEvents(
            ServerName from,
            RoomId room,
            RoomVersion version,
            Set<EventId> earliest,
            Set<EventId> latest,
            int limit) {
        return ask(
                from,
                archive -> archive.missingEvents(
                                self, room, earliest, latest, Math.min(limit, generosity), 0)
                        .map(events -> received(room, version, events)));
    }

    @Override
    public Fetch<StateIds> stateIds(ServerName from, RoomId room, EventId at) {
        return ask(
                from,
                archive -> archive.stateAt(self, room, at)
                        .map(state -> new StateIds(
                                state.state().stream().map(VerifiedPdu::eventId).toList(),
                                state.authChain().stream()
                                        .map(VerifiedPdu::eventId)
                                        .toList())));
    }

    @Override
    public Fetch<State> state(ServerName from, RoomId room, RoomVersion version, EventId at) {
        return ask(
                from,
                archive -> archive.stateAt(self, room, at)
                        .map(state -> new State(
                                received(room, version, state.state()),
                                received(room, version, state.authChain()))));
    }

    @Override
    public Fetch<List<VerifiedPdu>> backfill(
            ServerName from, RoomId room, RoomVersion version, Set<EventId> at, int limit) {
        return ask(
                from,
                archive -> archive.backfill(self, room, at, Math.min(limit, generosity))
                        .map(events -> received(room, version, events)));
    }

    @Override
    public Fetch<List<VerifiedPdu>> eventAuth(
            ServerName from, RoomId room, RoomVersion version, EventId eventId) {
        return ask(
                from,
                archive -> archive.authChain(self, room, eventId)
                        .map(events -> received(room, version, events)));
    }

    @Override
    public Verification verify(Pdu pdu) {
        return network.verify(pdu);
    }
}

package im.holm.engine;

import im.holm.engine.Inbound.Admitted;
import im.holm.engine.InboundRooms.ReceiveOutcome;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonObject;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Events that came together: each is decided on top of the one before while that is not durable
/// yet, so that the journal can commit them in one transaction. What one fails by, the following
/// ones are decided again for, in order.
///
/// After a state event the others wait until it is durable: whether the room admits the sender at
/// all is asked of the committed state. And an event that lacks its ancestors is settled before
/// the next one, which may follow from it.
final class Together {
    private final Inbound inbound;
    private final ServerName origin;
    private final List<ReceiveOutcome> outcomes = new ArrayList<>();
    private final List<UnderWay> underWay = new ArrayList<>();

    /// @param place of its outcome
    private record UnderWay(int place, Admitted.ToTake event, Catching.Taking taking) {}

    Together(Inbound inbound, ServerName origin) {
        this.inbound = inbound;
        this.origin = origin;
    }

    void add(JsonObject pdu) {
        int place = outcomes.size();
        outcomes.add(null);
        switch (inbound.admit(origin, pdu)) {
            case Admitted.Settled(ReceiveOutcome outcome) -> outcomes.set(place, outcome);
            case Admitted.ToTake event -> take(place, event);
        }
    }

    private void take(int place, Admitted.ToTake event) {
        if (isInAnotherRoom(event)) {
            settle();
        }
        Catching.Taking taking = inbound.begin(event);
        underWay.add(new UnderWay(place, event, taking));
        if (!taking.begun().isUnderWay() || event.event().pdu().isState()) {
            settle();
        }
    }

    private boolean isInAnotherRoom(Admitted.ToTake event) {
        return !underWay.isEmpty() && underWay.getFirst().event().cell() != event.cell();
    }

    private void settle() {
        for (UnderWay next : underWay) {
            outcomes.set(next.place(), inbound.finish(origin, next.event(), next.taking()));
        }
        underWay.clear();
    }

    /// An outcome for each, in the order of their coming; durable, or dropped for good.
    List<ReceiveOutcome> outcomes() {
        settle();
        outcomes.forEach(Objects::requireNonNull);
        return List.copyOf(outcomes);
    }
}

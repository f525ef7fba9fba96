package im.holm.engine.core;

import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/// What can happen to a room.
public sealed interface RoomInput {

    /// A new room: its create event, which [CreateEvent] made, and what its creator sends with
    /// it, in one append.
    record Create(VerifiedPdu create, List<LocalEvent> events) implements RoomInput {

        public Create {
            Objects.requireNonNull(create);
            events = List.copyOf(events);
        }
    }

    /// A local user's events, in one append.
    record Command(UserId sender, List<LocalEvent> events) implements RoomInput {

        public Command {
            Objects.requireNonNull(sender);
            events = List.copyOf(events);
        }
    }

    /// An event that a local user sends.
    ///
    /// @param originTs if the sender may choose it, milliseconds since 1970
    record LocalEvent(
            String type,
            Optional<String> stateKey,
            JsonObject content,
            Optional<EventId> redacts,
            Optional<TxnKey> txn,
            OptionalLong originTs) {

        public LocalEvent(String type, Optional<String> stateKey, JsonObject content) {
            this(type, stateKey, content, Optional.empty(), Optional.empty(), OptionalLong.empty());
        }
    }

    /// An event that is complete and signed: from another server, or one of ours that another
    /// server had to sign too.
    record Pdu(VerifiedPdu event) implements RoomInput {}

    /// Events of an auth chain, which get no place in the timeline; in any order.
    record AuthChain(List<VerifiedPdu> events) implements RoomInput {

        public AuthChain {
            events = List.copyOf(events);
        }
    }

    /// An event whose ancestors we do not have, with the room's state before it as another
    /// server tells it: a join of ours through that server, or the oldest event after an
    /// outage.
    ///
    /// @param joining whether this server enters the room by it
    record WithState(
            VerifiedPdu event,
            List<VerifiedPdu> state,
            List<VerifiedPdu> authChain,
            boolean joining)
            implements RoomInput {

        public WithState {
            state = List.copyOf(state);
            authChain = List.copyOf(authChain);
        }
    }

    /// History for a gap, in any order.
    ///
    /// @param gap its number
    /// @param states the state before those events whose own previous events are neither here
    /// nor known
    record Fetched(int gap, List<VerifiedPdu> events, Map<EventId, StateBefore> states)
            implements RoomInput {

        public Fetched {
            events = List.copyOf(events);
            states = Map.copyOf(states);
        }
    }

    record StateBefore(List<VerifiedPdu> state, List<VerifiedPdu> authChain) {}

    /// The invite, its rejection, or the knock of a local user in a room that this server is
    /// not in.
    ///
    /// @param strippedState what the other server tells of the room
    record OutOfBand(
            UserId user, Membership membership, VerifiedPdu event, List<JsonObject> strippedState)
            implements RoomInput {

        public OutOfBand {
            strippedState = List.copyOf(strippedState);
        }
    }

    /// History below a timeline key is about to be removed: from now on there is a gap that
    /// nobody fills.
    ///
    /// @param below what lies just below the first event that stays
    record Purge(long cut, List<EventId> below) implements RoomInput {

        public Purge {
            below = List.copyOf(below);
        }
    }

    /// The answer to [RoomEffect.Lookup].
    ///
    /// @param rows events by number or id
    /// @param absent ids of which there is none
    /// @param snapshots each as its row, its parent's and so on to the one stored in full
    /// @param digests the numbers of the snapshots with the digests that were asked for, 0
    /// where there is none
    record Found(
            Collection<EventRow> rows,
            Collection<EventId> absent,
            List<List<SnapshotRow>> snapshots,
            List<DigestFound> digests)
            implements RoomInput {}

    record DigestFound(byte[] digest, int snap) {}
}

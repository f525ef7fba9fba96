package im.holm.engine;

import im.holm.engine.core.RoomKind;
import im.holm.engine.core.TxnKey;
import im.holm.platform.error.Problem;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.version.RoomVersion;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/// What local users do in rooms that this server is in. Blocks until the outcome is durable.
public interface RoomCommands {

    /// Creates a room with its first events, all in one commit.
    CreateOutcome create(CreateRoom command);

    /// Sends one event. Membership events go through [RoomMembership], which knows when another
    /// server has to be asked.
    SendOutcome send(SendEvent command);

    /// @param createContent of `m.room.create`, without `room_version` (and without `creator`)
    /// @param events after the create event, in order; the creator's join is the first. Sent by
    /// the creator
    record CreateRoom(
            UserId creator,
            RoomVersion version,
            RoomKind kind,
            JsonObject createContent,
            List<InitialEvent> events) {

        /// More initial events are refused with `M_INVALID_PARAM`.
        public static final int EVENTS_MAX = 200;

        public CreateRoom {
            Objects.requireNonNull(creator);
            Objects.requireNonNull(version);
            Objects.requireNonNull(kind);
            Objects.requireNonNull(createContent);
            events = List.copyOf(events);
        }
    }

    record InitialEvent(String type, Optional<String> stateKey, JsonObject content) {}

    /// @param redacts the target of an `m.room.redaction`
    /// @param txn makes the send idempotent: a repeat answers with the first event
    /// @param originTs only for who may choose it (appservices), milliseconds since 1970
    record SendEvent(
            RoomId room,
            UserId sender,
            String type,
            Optional<String> stateKey,
            JsonObject content,
            Optional<EventId> redacts,
            Optional<TxnKey> txn,
            OptionalLong originTs) {

        public SendEvent {
            Objects.requireNonNull(room);
            Objects.requireNonNull(sender);
            Objects.requireNonNull(type);
            Objects.requireNonNull(stateKey);
            Objects.requireNonNull(content);
            Objects.requireNonNull(redacts);
            Objects.requireNonNull(txn);
            Objects.requireNonNull(originTs);
        }
    }

    sealed interface CreateOutcome {
        record Created(RoomId room, long roomNid, long position) implements CreateOutcome {}

        record Failed(Problem problem) implements CreateOutcome {}
    }

    sealed interface SendOutcome {
        /// Durable.
        ///
        /// @param position in the journal: a sync whose token covers it shows the event
        record Sent(EventId eventId, long originTs, long position) implements SendOutcome {}

        /// This device has sent it before with the same transaction id.
        record Duplicate(EventId eventId) implements SendOutcome {}

        record Failed(Problem problem) implements SendOutcome {}
    }
}

package im.holm.engine.core;

import im.holm.protocol.id.RoomId;
import im.holm.protocol.version.RoomVersion;

import java.util.Objects;

/// What never changes about a room (`kind` only by conversion).
///
/// @param roomNid this server's number for the room; the first part of every room table's key
public record RoomIdentity(long roomNid, RoomId roomId, RoomVersion version, RoomKind kind) {

    public RoomIdentity {
        Objects.requireNonNull(roomId);
        Objects.requireNonNull(version);
        Objects.requireNonNull(kind);
    }
}

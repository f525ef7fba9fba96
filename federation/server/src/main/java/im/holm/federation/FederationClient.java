package im.holm.federation;

import im.holm.engine.port.RemoteMembership;
import im.holm.engine.port.RemoteRooms;
import im.holm.federation.call.ServerCalls;
import im.holm.federation.call.ServerHealth;
import im.holm.federation.call.Transport;
import im.holm.federation.discovery.Discovery;
import im.holm.federation.keys.OwnKeys;
import im.holm.federation.keys.ServerKeys;
import im.holm.federation.remote.Handshakes;
import im.holm.federation.remote.OtherServers;
import im.holm.federation.remote.RoomReads;
import im.holm.federation.remote.UserQueries;
import im.holm.platform.db.Database;
import im.holm.platform.egress.Egress;
import im.holm.platform.egress.Resolver;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.event.VerifiedPdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.RoomAlias;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.KeyRing;
import im.holm.protocol.signing.Signer;
import im.holm.protocol.version.RoomVersion;
import im.holm.slice.RemoteUsers;
import im.holm.slice.Servers;
import im.holm.slice.UserSource.Profile;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What this server asks of others. Built before the engine, whose ports it fills.
public final class FederationClient implements RemoteRooms, RemoteMembership, RemoteUsers {
    private final FederationOptions options;
    private final ServerHealth health;
    private final ServerCalls calls;
    private final OwnKeys ownKeys;
    private final ServerKeys keys;
    private final RoomReads rooms;
    private final Handshakes handshakes;
    private final UserQueries users;

    /// @param signer ours; its server is who we are to others
    public FederationClient(
            Signer signer,
            Egress egress,
            Resolver resolver,
            Database database,
            InstantSource time,
            FederationOptions options) {
        this.options = options;
        this.health = new ServerHealth(time);
        Transport transport = new Transport(new Discovery(egress, resolver, time), egress, health);
        this.calls = new ServerCalls(transport, signer);
        this.ownKeys = new OwnKeys(signer, options.oldKeys(), time);
        this.keys = new ServerKeys(ownKeys, database, transport, options.notaries(), time);
        this.rooms = new RoomReads(calls, keys);
        this.handshakes = new Handshakes(calls, keys, signer, time);
        this.users = new UserQueries(calls);
    }

    /// Everybody's keys, fetched where needed.
    public KeyRing keyRing() {
        return keys;
    }

    /// Requests of other slices.
    public Servers servers() {
        return new OtherServers(calls);
    }

    FederationOptions options() {
        return options;
    }

    /// Which servers are held to be down.
    public ServerHealth health() {
        return health;
    }

    ServerCalls calls() {
        return calls;
    }

    OwnKeys ownKeys() {
        return ownKeys;
    }

    ServerKeys keys() {
        return keys;
    }

    @Override
    public Fetch<Optional<VerifiedPdu>> event(
            ServerName from, RoomId room, RoomVersion version, EventId eventId) {
        return rooms.event(from, room, version, eventId);
    }

    @Override
    public Fetch<List<VerifiedPdu>> missingEvents(
            ServerName from,
            RoomId room,
            RoomVersion version,
            Set<EventId> earliest,
            Set<EventId> latest,
            int limit) {
        return rooms.missingEvents(from, room, version, earliest, latest, limit);
    }

    @Override
    public Fetch<StateIds> stateIds(ServerName from, RoomId room, EventId at) {
        return rooms.stateIds(from, room, at);
    }

    @Override
    public Fetch<State> state(ServerName from, RoomId room, RoomVersion version, EventId at) {
        return rooms.state(from, room, version, at);
    }

    @Override
    public Fetch<List<VerifiedPdu>> backfill(
            ServerName from, RoomId room, RoomVersion version, Set<EventId> at, int limit) {
        return rooms.backfill(from, room, version, at, limit);
    }

    @Override
    public Fetch<List<VerifiedPdu>> eventAuth(
            ServerName from, RoomId room, RoomVersion version, EventId eventId) {
        return rooms.eventAuth(from, room, version, eventId);
    }

    @Override
    public Verification verify(Pdu pdu) {
        return rooms.verify(pdu);
    }

    @Override
    public Answer<Joined> join(UserId user, RoomId room, List<ServerName> via, JsonObject content) {
        return handshakes.join(user, room, via, content);
    }

    @Override
    public Answer<Knocked> knock(
            UserId user, RoomId room, List<ServerName> via, JsonObject content) {
        return handshakes.knock(user, room, via, content);
    }

    @Override
    public Answer<VerifiedPdu> leave(
            UserId user, RoomId room, List<ServerName> via, JsonObject content) {
        return handshakes.leave(user, room, via, content);
    }

    @Override
    public Answer<VerifiedPdu> invite(
            ServerName target,
            VerifiedPdu invite,
            List<VerifiedPdu> roomState,
            List<ServerName> via) {
        return handshakes.invite(target, invite, roomState, via);
    }

    @Override
    public Optional<Profile> profile(UserId user) {
        return users.profile(user);
    }

    @Override
    public Optional<Resolved> resolve(RoomAlias alias) {
        return users.resolve(alias);
    }
}

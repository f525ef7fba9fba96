package im.holm.protocol.version;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The room versions of the specification, each a delta of the one before it.
public final class RoomVersions {
    public static final RoomVersion V1 = new RoomVersion(
            "1",
            EventIdForm.CHOSEN_BY_SENDER,
            false,
            false,
            StateAlgorithm.V1,
            Set.of("m.room.power_levels", "m.room.join_rules"),
            true,
            true,
            false,
            false,
            false,
            false,
            false,
            true,
            false,
            false,
            false,
            false,
            50,
            new RedactionKeeps(
                    Set.of(
                            "event_id",
                            "type",
                            "room_id",
                            "sender",
                            "state_key",
                            "content",
                            "hashes",
                            "signatures",
                            "depth",
                            "prev_events",
                            "prev_state",
                            "auth_events",
                            "origin",
                            "origin_server_ts",
                            "membership"),
                    Map.of(
                            "m.room.member", ContentKeys.of("membership"),
                            "m.room.create", ContentKeys.of("creator"),
                            "m.room.join_rules", ContentKeys.of("join_rule"),
                            "m.room.power_levels",
                                    ContentKeys.of(
                                            "ban",
                                            "events",
                                            "events_default",
                                            "kick",
                                            "redact",
                                            "state_default",
                                            "users",
                                            "users_default"),
                            "m.room.aliases", ContentKeys.of("aliases"),
                            "m.room.history_visibility", ContentKeys.of("history_visibility"))),
            List.of());

    public static final RoomVersion V2 =
            RulesDraft.derive(V1, "2", v -> v.stateAlgorithm = StateAlgorithm.V2);

    public static final RoomVersion V3 = RulesDraft.derive(V2, "3", v -> {
        v.eventIds = EventIdForm.HASH_STANDARD_BASE64;
        v.redactionRule = false;
    });

    public static final RoomVersion V4 =
            RulesDraft.derive(V3, "4", v -> v.eventIds = EventIdForm.HASH_URL_SAFE_BASE64);

    public static final RoomVersion V5 = RulesDraft.derive(V4, "5", v -> v.keyValidity = true);

    public static final RoomVersion V6 = RulesDraft.derive(V5, "6", v -> {
        v.canonicalJson = true;
        v.aliasesRule = false;
        v.notificationLevels = true;
        v.redactions(keeps -> keeps.without("m.room.aliases"));
    });

    public static final RoomVersion V7 = RulesDraft.derive(V6, "7", v -> v.knocking = true);

    public static final RoomVersion V8 = RulesDraft.derive(V7, "8", v -> {
        v.restrictedJoins = true;
        v.redactions(
                keeps -> keeps.with("m.room.join_rules", ContentKeys.of("join_rule", "allow")));
    });

    public static final RoomVersion V9 = RulesDraft.derive(
            V8,
            "9",
            v -> v.redactions(keeps -> keeps.with(
                    "m.room.member",
                    ContentKeys.of("membership", "join_authorised_via_users_server"))));

    public static final RoomVersion V10 = RulesDraft.derive(V9, "10", v -> {
        v.knockRestrictedJoins = true;
        v.integerPowerLevels = true;
    });

    public static final RoomVersion V11 = RulesDraft.derive(V10, "11", v -> {
        v.creatorInContent = false;
        v.redactsInContent = true;
        v.redactions(keeps -> keeps.droppingTopLevel("prev_state", "origin", "membership")
                .with("m.room.create", ContentKeys.ALL)
                .with(
                        "m.room.member",
                        ContentKeys.of("membership", "join_authorised_via_users_server")
                                .withPart("third_party_invite", "signed"))
                .with(
                        "m.room.power_levels",
                        ContentKeys.of(
                                "ban",
                                "events",
                                "events_default",
                                "invite",
                                "kick",
                                "redact",
                                "state_default",
                                "users",
                                "users_default"))
                .with("m.room.redaction", ContentKeys.of("redacts")));
    });

    public static final RoomVersion V12 = RulesDraft.derive(V11, "12", v -> {
        v.stateAlgorithm = StateAlgorithm.V2_1;
        v.roomIdIsCreateHash = true;
        v.privilegedCreators = true;
        v.checkedInviteState = true;
        v.tombstoneLevel = 150;
    });

    /// The version of a room for which nobody asked for another.
    public static final RoomVersion DEFAULT = V12;

    /// All versions that we take part in, from the first to the last.
    public static final List<RoomVersion> ALL =
            List.of(V1, V2, V3, V4, V5, V6, V7, V8, V9, V10, V11, V12);

    private static final Map<String, RoomVersion> BY_ID = byId();

    private RoomVersions() {}

    /// The rules of a version that we take part in; empty for every other name.
    public static Optional<RoomVersion> find(String id) {
        return Optional.ofNullable(BY_ID.get(id));
    }

    /// The versions that [#find] knows, from the first to the last.
    public static Set<String> supportedIds() {
        return BY_ID.keySet();
    }

    private static Map<String, RoomVersion> byId() {
        Map<String, RoomVersion> byId = new LinkedHashMap<>();
        ALL.forEach(version -> byId.put(version.id(), version));
        return Collections.unmodifiableMap(byId);
    }
}

package im.holm.protocol.version;

import im.holm.protocol.auth.AuthType;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// The fields of a [RoomVersion] while a delta is applied; each method states one difference.
final class RulesDraft {
    EventIdForm eventIds;
    boolean canonicalJson;
    boolean keyValidity;
    StateAlgorithm stateAlgorithm;
    Set<String> powerEventTypes;
    boolean aliasesRule;
    boolean redactionRule;
    boolean notificationLevels;
    boolean knocking;
    boolean restrictedJoins;
    boolean knockRestrictedJoins;
    boolean integerPowerLevels;
    boolean creatorInContent;
    boolean redactsInContent;
    boolean roomIdIsCreateHash;
    boolean privilegedCreators;
    boolean checkedInviteState;
    int tombstoneLevel;
    RedactionKeeps redactionKeeps;
    List<AuthType> ownAuthTypes;

    private RulesDraft(RoomVersion base) {
        eventIds = base.eventIds();
        canonicalJson = base.canonicalJson();
        keyValidity = base.keyValidity();
        stateAlgorithm = base.stateAlgorithm();
        powerEventTypes = new HashSet<>(base.powerEventTypes());
        aliasesRule = base.aliasesRule();
        redactionRule = base.redactionRule();
        notificationLevels = base.notificationLevels();
        knocking = base.knocking();
        restrictedJoins = base.restrictedJoins();
        knockRestrictedJoins = base.knockRestrictedJoins();
        integerPowerLevels = base.integerPowerLevels();
        creatorInContent = base.creatorInContent();
        redactsInContent = base.redactsInContent();
        roomIdIsCreateHash = base.roomIdIsCreateHash();
        privilegedCreators = base.privilegedCreators();
        checkedInviteState = base.checkedInviteState();
        tombstoneLevel = base.tombstoneLevel();
        redactionKeeps = base.redactionKeeps();
        ownAuthTypes = new ArrayList<>(base.ownAuthTypes());
    }

    /// The version `id`, which is `base` but for what `delta` changes.
    static RoomVersion derive(RoomVersion base, String id, Consumer<RulesDraft> delta) {
        RulesDraft draft = new RulesDraft(base);
        delta.accept(draft);
        return draft.build(id);
    }

    void redactions(UnaryOperator<RedactionKeeps> change) {
        redactionKeeps = change.apply(redactionKeeps);
    }

    private RoomVersion build(String id) {
        return new RoomVersion(
                id,
                eventIds,
                canonicalJson,
                keyValidity,
                stateAlgorithm,
                powerEventTypes,
                aliasesRule,
                redactionRule,
                notificationLevels,
                knocking,
                restrictedJoins,
                knockRestrictedJoins,
                integerPowerLevels,
                creatorInContent,
                redactsInContent,
                roomIdIsCreateHash,
                privilegedCreators,
                checkedInviteState,
                tombstoneLevel,
                redactionKeeps,
                ownAuthTypes);
    }
}

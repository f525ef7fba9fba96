package im.holm.protocol.auth;

import static im.holm.protocol.auth.MembershipRulesTest.ALICE;
import static im.holm.protocol.auth.MembershipRulesTest.BOB;
import static im.holm.protocol.auth.MembershipRulesTest.CAROL;
import static im.holm.protocol.auth.MembershipRulesTest.DAVE;
import static im.holm.protocol.sketch.Verdicts.ALLOWED;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.event.Base64Text;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.signing.Ed25519Signer;
import im.holm.protocol.signing.JsonSigning;
import im.holm.protocol.sketch.Json;
import im.holm.protocol.sketch.SketchBranch;
import im.holm.protocol.sketch.SketchKeys;
import im.holm.protocol.sketch.Verdicts;
import im.holm.protocol.version.RoomVersion;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.stream.Stream;

/// Rules 5.4.1 and 7 (11: 4.4.1 and 6).
class ThirdPartyInviteTest {
    private static final Ed25519Signer IDENTITY_SERVER =
            SketchKeys.signer(ServerName.of("identity.example"));
    private static final Ed25519Signer STRANGER =
            SketchKeys.signer(ServerName.of("stranger.example"));

    static Stream<RoomVersion> versions() {
        return Stream.of(RoomVersions.V11, RoomVersions.V12);
    }

    /// A room where Bob has invited an e-mail address, with the key at the place that the test
    /// chooses.
    private static SketchBranch room(RoomVersion version, boolean keyInList) {
        SketchBranch main = MembershipRulesTest.room(version);
        main.joinRule(ALICE, "invite");
        String key = Base64Text.encode(IDENTITY_SERVER.publicKey());
        main.state(
                BOB,
                EventTypes.THIRD_PARTY_INVITE,
                "token",
                Json.of(
                        keyInList
                                ? "{'public_keys': [{}, 3, {'public_key': '" + key + "'}]}"
                                : "{'public_key': '" + key + "'}"));
        return main;
    }

    private static JsonObject signed(String user, String token, Ed25519Signer signer) {
        return JsonSigning.sign(
                Json.of("{'mxid': '" + user + "', 'token': '" + token + "'}"), signer);
    }

    private static String invite(SketchBranch branch, String sender, JsonObject thirdPartyInvite) {
        return Verdicts.rule(branch.verdict(
                sender,
                EventTypes.MEMBER,
                DAVE,
                Json.of("{'membership': 'invite'}").with("third_party_invite", thirdPartyInvite)));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aSignedInviteIsAllowedByAKeyInEitherPlace(RoomVersion version) {
        JsonObject invite = JsonObject.of("signed", signed(DAVE, "token", IDENTITY_SERVER));
        assertThat(invite(room(version, false), BOB, invite)).isEqualTo(ALLOWED);
        assertThat(invite(room(version, true), BOB, invite)).isEqualTo(ALLOWED);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aBannedUserIsNotInvitedThisWayEither(RoomVersion version) {
        SketchBranch main = room(version, false);
        main.ban(ALICE, DAVE);
        assertThat(invite(
                        main, BOB, JsonObject.of("signed", signed(DAVE, "token", IDENTITY_SERVER))))
                .isEqualTo("member.invite.third_party.banned");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void whatIsNotSignedProperlyIsDenied(RoomVersion version) {
        SketchBranch main = room(version, false);
        assertThat(invite(main, BOB, JsonObject.EMPTY))
                .isEqualTo("member.invite.third_party.unsigned");
        assertThat(invite(main, BOB, Json.of("{'signed': 1}")))
                .isEqualTo("member.invite.third_party.unsigned");
        assertThat(invite(main, BOB, Json.of("{'signed': {'mxid': '" + DAVE + "'}}")))
                .isEqualTo("member.invite.third_party.malformed");
        assertThat(invite(main, BOB, Json.of("{'signed': {'token': 'token'}}")))
                .isEqualTo("member.invite.third_party.malformed");
        assertThat(invite(
                        main,
                        BOB,
                        JsonObject.of("signed", signed(CAROL, "token", IDENTITY_SERVER))))
                .isEqualTo("member.invite.third_party.other_user");
        assertThat(invite(
                        main, BOB, JsonObject.of("signed", signed(DAVE, "other", IDENTITY_SERVER))))
                .isEqualTo("member.invite.third_party.unknown");
        assertThat(invite(
                        main,
                        ALICE,
                        JsonObject.of("signed", signed(DAVE, "token", IDENTITY_SERVER))))
                .isEqualTo("member.invite.third_party.other_sender");
        assertThat(invite(main, BOB, JsonObject.of("signed", signed(DAVE, "token", STRANGER))))
                .isEqualTo("member.invite.third_party.otherwise");
        assertThat(invite(
                        main,
                        BOB,
                        Json.of("{'signed': {'mxid': '" + DAVE
                                + "', 'token': 'token', 'signatures': {'a': 1,"
                                + " 'b': {'ed25519:1': 'AA', 'ed25519:2': 5, 'x': 'AA'}}}}")))
                .isEqualTo("member.invite.third_party.otherwise");
    }

    @Test
    void aKeyOfAnotherAlgorithmHasNotSigned() {
        JsonObject signed = signed(DAVE, "token", IDENTITY_SERVER);
        String signature = signed.object("signatures")
                .flatMap(all -> all.object("identity.example"))
                .flatMap(byKey -> byKey.string(SketchKeys.KEY_ID.toString()))
                .orElseThrow();
        JsonObject renamed = signed.with(
                "signatures", Json.of("{'identity.example': {'rsa:sketch': '" + signature + "'}}"));
        assertThat(invite(room(RoomVersions.V12, false), BOB, JsonObject.of("signed", renamed)))
                .isEqualTo("member.invite.third_party.otherwise");
    }

    /// So many checks are made, and no more, whatever an event and its invite hold.
    @Test
    void aThousandChecksAreMadeAndTheNextIsNot() {
        assertThat(theLastOf(50, 20)).isEqualTo(ALLOWED);
        assertThat(theLastOf(77, 13)).isEqualTo("member.invite.third_party.otherwise");
    }

    /// An invite of many keys, turned into one by many signatures: only the last signature is
    /// good, and only by the last key.
    private static String theLastOf(int signatures, int keys) {
        SketchBranch main = MembershipRulesTest.room(RoomVersions.V12);
        String wrong = Base64Text.encode(STRANGER.publicKey());
        main.state(
                BOB,
                EventTypes.THIRD_PARTY_INVITE,
                "token",
                Json.of("{'public_keys': ["
                        + ("{'public_key': '" + wrong + "'}, ").repeat(keys - 1)
                        + "{'public_key': '" + Base64Text.encode(IDENTITY_SERVER.publicKey())
                        + "'}]}"));
        JsonObject byServer =
                signed(DAVE, "token", IDENTITY_SERVER).object("signatures").orElseThrow();
        for (int i = 1; i < signatures; i++) {
            byServer = byServer.with("bad" + i, Json.of("{'ed25519:1': 'AA'}"));
        }
        JsonObject signed =
                Json.of("{'mxid': '" + DAVE + "', 'token': 'token'}").with("signatures", byServer);
        return invite(main, BOB, JsonObject.of("signed", signed));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void makingAnInviteTakesTheInviteLevel(RoomVersion version) {
        SketchBranch main = MembershipRulesTest.room(version);
        assertThat(Verdicts.rule(
                        main.verdict(CAROL, EventTypes.THIRD_PARTY_INVITE, "t", JsonObject.EMPTY)))
                .isEqualTo("third_party_invite.level");
        assertThat(Verdicts.rule(
                        main.verdict(BOB, EventTypes.THIRD_PARTY_INVITE, "t", JsonObject.EMPTY)))
                .isEqualTo(ALLOWED);
    }
}

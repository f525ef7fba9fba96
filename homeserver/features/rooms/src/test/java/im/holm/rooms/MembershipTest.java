package im.holm.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

class MembershipTest extends TwoUsersAndARoom {

    @Test
    void anInvitedUserCanJoinAPrivateRoom() {
        room = ann.createRoom("{}");
        assertThat(bob.post("/join/" + Client.encode(room), "{}").status()).isEqualTo(403);
        ann.invite(room, bob);
        bob.join(room);
        assertThat(membership(bob)).isEqualTo("join");
    }

    @Test
    void whoLeftHasNothingMoreToLeave() {
        bob.join(room);
        bob.leave(room);
        assertThat(membership(bob)).isEqualTo("leave");
        bob.leave(room);
        assertForbidden(node.client("stranger").post(Client.path(room) + "/leave", "{}"));
    }

    @Test
    void anInviteCanBeRejected() {
        ann.invite(room, bob);
        bob.leave(room);
        assertThat(membership(bob)).isEqualTo("leave");
    }

    @Test
    void aKickedUserMayComeBackABannedUserMayNot() {
        bob.join(room);
        Client.ok(ann.post(Client.path(room) + "/kick", target(bob, "noise")));
        assertThat(membership(bob)).isEqualTo("leave");
        bob.join(room);
        Client.ok(ann.post(Client.path(room) + "/ban", target(bob, "noise")));
        assertThat(membership(bob)).isEqualTo("ban");
        assertForbidden(bob.post("/join/" + Client.encode(room), "{}"));
        assertForbidden(ann.post(Client.path(room) + "/invite", target(bob, "")));
        Client.ok(ann.post(Client.path(room) + "/unban", target(bob, "")));
        bob.join(room);
        assertThat(membership(bob)).isEqualTo("join");
    }

    @Test
    void aBannedUserCannotBeKickedFree() {
        bob.join(room);
        Client.ok(ann.post(Client.path(room) + "/ban", target(bob, "")));
        assertForbidden(ann.post(Client.path(room) + "/kick", target(bob, "")));
        assertThat(membership(bob)).isEqualTo("ban");
    }

    @Test
    void whoIsNotBannedCannotBeUnbanned() {
        bob.join(room);
        Reply reply = ann.post(Client.path(room) + "/unban", target(bob, ""));
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.errcode()).isEqualTo("M_BAD_STATE");
        assertThat(membership(bob)).isEqualTo("join");
    }

    @Test
    void onlyThePowerfulKickAndBan() {
        Client eve = node.client("eve");
        bob.join(room);
        eve.join(room);
        assertForbidden(eve.post(Client.path(room) + "/kick", target(bob, "")));
        assertForbidden(eve.post(Client.path(room) + "/ban", target(bob, "")));
        assertForbidden(eve.post(Client.path(room) + "/kick", target(ann, "")));
    }

    @Test
    void aReasonStandsInTheEvent() {
        bob.join(room);
        Client.ok(ann.post(Client.path(room) + "/kick", target(bob, "too loud")));
        assertThat(member(bob).string("reason")).isEqualTo("too loud");
    }

    @Test
    void whoIsInTheRoomCannotBeInvited() {
        bob.join(room);
        assertForbidden(ann.post(Client.path(room) + "/invite", target(bob, "")));
    }

    @Test
    void joinedRoomsAreThoseThatOneIsIn() {
        Client guest = node.client("guest");
        assertThat(rooms(guest)).isEmpty();
        guest.join(room);
        assertThat(rooms(guest)).containsExactly(room);
        guest.leave(room);
        assertThat(rooms(guest)).isEmpty();
    }

    @Test
    void aRoomIsForgottenAfterLeavingOnly() {
        bob.join(room);
        Reply tooEarly = bob.post(Client.path(room) + "/forget", "{}");
        assertThat(tooEarly.status()).isEqualTo(400);
        bob.leave(room);
        Client.ok(bob.post(Client.path(room) + "/forget", "{}"));
        Client.ok(bob.post(Client.path(room) + "/forget", "{}"));
        assertThat(bob.sync("timeout=0&filter="
                                + Client.encode("{\"room\":{\"include_leave\":true}}"))
                        .object("rooms", "leave")
                        .has(room))
                .isFalse();
        bob.join(room);
        assertThat(rooms(bob)).contains(room);
    }

    @Test
    void theHistoryOfAForgottenRoomCannotBeRead() {
        bob.join(room);
        bob.leave(room);
        Client.ok(bob.get(Client.path(room) + "/messages?dir=b"));

        Client.ok(bob.post(Client.path(room) + "/forget", "{}"));

        assertForbidden(bob.get(Client.path(room) + "/messages?dir=b"));
        assertForbidden(bob.get(Client.path(room) + "/state"));
    }

    @Test
    void anUnknownRoomIsAnsweredLikeAForbiddenOne() {
        String unknown = "!nosuchroom:" + node.serverName();
        room = ann.createRoom("{}");
        for (String verb : List.of("invite", "kick", "ban", "unban")) {
            Reply one = bob.post(Client.path(unknown) + "/" + verb, target(ann, ""));
            Reply other = bob.post(Client.path(room) + "/" + verb, target(ann, ""));
            assertForbidden(one);
            assertThat(one).as(verb).isEqualTo(other);
        }
        assertThat(bob.post(Client.path(unknown) + "/leave", "{}"))
                .isEqualTo(bob.post(Client.path(room) + "/leave", "{}"));
    }

    @Test
    void badRequestsAreRefused() {
        String kick = Client.path(room) + "/kick";
        assertThat(ann.post(kick, "{}").errcode()).isEqualTo("M_MISSING_PARAM");
        assertThat(ann.post(kick, "{\"user_id\":1}").errcode()).isEqualTo("M_BAD_JSON");
        assertThat(ann.post(kick, "{\"user_id\":\"bob\"}").errcode()).isEqualTo("M_INVALID_PARAM");
        assertThat(ann.post(kick, "nonsense").errcode()).isEqualTo("M_NOT_JSON");
        assertThat(ann.post("/rooms/nonsense/leave", "{}").errcode()).isEqualTo("M_INVALID_PARAM");
        assertThat(ann.post(Client.path(room) + "/invite", "{\"medium\":\"email\"}")
                        .errcode())
                .isEqualTo("M_THREEPID_MEDIUM_NOT_SUPPORTED");
        assertThat(ann.post(
                                Client.path(room) + "/invite",
                                "{\"user_id\":\"@nobody:" + node.serverName() + "\"}")
                        .errcode())
                .isEqualTo("M_NOT_FOUND");
    }

    private Reply member(Client of) {
        return Client.ok(ann.get(
                Client.path(room) + "/state/m.room.member/" + Client.encode(of.user.toString())));
    }

    private String membership(Client of) {
        return member(of).string("membership");
    }

    private static List<String> rooms(Client client) {
        return client.get("/joined_rooms")
                .body()
                .array("joined_rooms")
                .orElseThrow()
                .strings()
                .orElseThrow();
    }

    private static String target(Client client, String reason) {
        return "{\"user_id\":\"" + client.user + "\""
                + (reason.isEmpty() ? "}" : ",\"reason\":\"" + reason + "\"}");
    }

    private static void assertForbidden(Reply reply) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(403);
        assertThat(reply.errcode()).isEqualTo("M_FORBIDDEN");
    }
}

package im.holm.messenger;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.messenger.App.Reply;
import im.holm.protocol.json.JsonObject;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

class GatewayTest {

    private static MessengerNode node;

    @BeforeAll
    static void start() {
        node = MessengerNode.start(
                plan -> plan.with("HOLM_CLIENT_PUBLIC_URL", "http://chat.example.org")
                        .with("HOLM_GATEWAY_ALLOWED_ORIGINS", "https://app.example.org"));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void aMessageArrivesAsItIsSentWithTheFieldsOfTheDocument() {
        App ada = node.app("ada1");
        App bob = node.app("bob1");
        String thread = ada.write(bob.user().toString(), "before").text("thread_id");
        bob.post("/v1/threads/" + thread + "/join", "").ok();
        try (var socket = Socket.of(node, bob)) {
            JsonObject ready = socket.next("ready");
            assertThat(ready.string("seq")).isPresent();
            assertThat(ready.object("data").orElseThrow().string("user_id"))
                    .contains("@bob1:test.example");
            assertThat(ready.object("data").orElseThrow().bool("resumed")).contains(false);
            Reply sent = ada.write(thread, "Hello!");
            JsonObject event = socket.next("message");
            JsonObject data = event.object("data").orElseThrow();
            assertThat(event.string("seq")).isPresent();
            assertThat(data.string("message_id")).contains(sent.text("message_id"));
            assertThat(data.string("thread_id")).contains(thread);
            assertThat(data.string("text")).contains("Hello!");
            assertThat(data.object("sender").orElseThrow().string("name")).contains("Ada1");
            assertThat(data.array("attachments").orElseThrow().isEmpty()).isTrue();
            assertThat(data.integer("timestamp")).isEqualTo(sent.body().integer("timestamp"));
            assertThat(data.bool("is_forwarded")).contains(false);
            assertThat(data.has("replied_to")).isTrue();
            assertThat(data.string("sort_key")).isPresent();
        }
    }

    @Test
    void whoReconnectsMissesNothingAndSeesNothingTwice() {
        App ada = node.app("ada2");
        App bob = node.app("bob2");
        String thread = ada.write(bob.user().toString(), "0").text("thread_id");
        bob.post("/v1/threads/" + thread + "/join", "").ok();
        List<String> seen = new ArrayList<>();
        String seq;
        try (var socket = Socket.of(node, bob)) {
            socket.next("ready");
            IntStream.rangeClosed(1, 6).forEach(i -> ada.write(thread, "m" + i));
            JsonObject last = JsonObject.EMPTY;
            for (int i = 0; i < 3; i++) {
                last = socket.next("message");
                seen.add(last.object("data").orElseThrow().string("text").orElseThrow());
            }
            seq = last.string("seq").orElseThrow();
        }
        IntStream.rangeClosed(7, 9).forEach(i -> ada.write(thread, "m" + i));
        try (var socket = Socket.resume(node, bob, seq)) {
            JsonObject ready = socket.next("ready");
            assertThat(ready.object("data").orElseThrow().bool("resumed")).contains(true);
            seen.addAll(socket.textsUntil("m9"));
        }
        assertThat(seen).containsExactly("m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9");
    }

    @Test
    void aLongAbsenceIsCaughtUpInOrder() {
        App ada = node.app("ada3");
        App bob = node.app("bob3");
        String thread = ada.write(bob.user().toString(), "0").text("thread_id");
        bob.post("/v1/threads/" + thread + "/join", "").ok();
        String seq;
        try (var socket = Socket.of(node, bob)) {
            seq = socket.next("ready").string("seq").orElseThrow();
        }
        List<String> sent = new ArrayList<>();
        for (int i = 1; i <= 450; i++) {
            sent.add("m" + i);
            node.sendMatrix(
                    ada.user(),
                    thread,
                    "m.room.message",
                    "{\"msgtype\":\"m.text\",\"body\":\"m" + i + "\"}");
        }
        try (var socket = Socket.resume(node, bob, seq)) {
            assertThat(socket.textsUntil("m450")).isEqualTo(sent);
        }
    }

    @Test
    void moreThanTheQueueHoldsReachesAClientThatReads() {
        App ada = node.app("ada15");
        App bob = node.app("bob15");
        String thread = ada.write(bob.user().toString(), "0").text("thread_id");
        bob.post("/v1/threads/" + thread + "/join", "").ok();
        String seq;
        try (var socket = Socket.of(node, bob)) {
            seq = socket.next("ready").string("seq").orElseThrow();
        }
        String text = "x".repeat(Messages.TEXT_LIMIT_BYTES - 100);
        for (int i = 0; i < 60; i++) {
            ada.write(thread, text);
        }
        ada.write(thread, "end");
        try (var socket = Socket.resume(node, bob, seq)) {
            assertThat(socket.textsUntil("end")).hasSize(61);
            socket.request(1, "getMessages", "{\"thread_id\":\"" + thread + "\",\"limit\":100}");
            assertThat(socket.next("response").object("body").orElseThrow().array("messages"))
                    .hasValueSatisfying(messages -> assertThat(messages.size()).isEqualTo(62));
        }
    }

    @Test
    void aClientThatDoesNotReadHoldsNobodyBack() {
        App ada = node.app("ada16");
        App bob = node.app("bob16");
        String thread = ada.write(bob.user().toString(), "0").text("thread_id");
        bob.post("/v1/threads/" + thread + "/join", "").ok();
        try (var deaf = Socket.of(node, bob);
                var hearing = Socket.of(node, bob)) {
            deaf.next("ready");
            hearing.next("ready");
            deaf.stopReading();
            String text = "x".repeat(Messages.TEXT_LIMIT_BYTES - 100);
            for (int i = 0; i < 60; i++) {
                ada.write(thread, text);
            }
            ada.write(thread, "end");
            assertThat(hearing.textsUntil("end")).hasSize(61);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "sAAAA", "t123"})
    void aResumeThatIsNoneStartsAnew(String seq) {
        App ada = node.app("ada4");
        try (var socket = Socket.resume(node, ada, seq)) {
            JsonObject ready = socket.next("ready");
            assertThat(ready.object("data").orElseThrow().bool("resumed")).contains(false);
        }
    }

    @Test
    void operationsRunOverTheGatewayInTheirOrder() {
        App ada = node.app("ada5");
        App bob = node.app("bob5");
        try (var socket = Socket.of(node, ada)) {
            socket.next("ready");
            socket.request(
                    1, "sendMessage", "{\"recipient_id\":\"" + bob.user() + "\",\"text\":\"hi\"}");
            socket.request(2, "getConversations", "{\"limit\":1}");
            socket.request(3, "noSuchThing", "{}");
            socket.request(4, "getMessages", "{\"thread_id\":\"t_x\"}");
            List<JsonObject> responses = new ArrayList<>();
            while (responses.size() < 4) {
                JsonObject frame = socket.next();
                if (frame.string("type").orElse("").equals("response")) {
                    responses.add(frame);
                }
            }
            assertThat(responses)
                    .extracting(frame -> frame.integer("id").orElseThrow())
                    .containsExactly(1L, 2L, 3L, 4L);
            assertThat(responses)
                    .extracting(frame -> frame.integer("status").orElseThrow())
                    .containsExactly(200L, 200L, 404L, 404L);
            assertThat(responses.get(0).object("body").orElseThrow().string("status"))
                    .contains("sent");
            assertThat(responses.get(3).object("problem").orElseThrow().string("type"))
                    .contains("urn:holm:problem:not-found");
            socket.send("{\"type\":\"ping\"}");
            while (!socket.next().string("type").orElse("").equals("pong")) {
                // Events may come in between.
            }
        }
    }

    @Test
    void typingIsToldToTheOthersUntilItEnds() throws InterruptedException {
        App ada = node.app("ada6");
        App bob = node.app("bob6");
        String thread = ada.write(bob.user().toString(), "0").text("thread_id");
        bob.post("/v1/threads/" + thread + "/join", "").ok();
        try (var bobs = Socket.of(node, bob);
                var adas = Socket.of(node, ada)) {
            bobs.next("ready");
            adas.next("ready");
            ada.post("/v1/threads/" + thread + "/typing", "{\"is_typing\":true}")
                    .ok();
            JsonObject began = bobs.next("typing");
            assertThat(began.has("seq")).isFalse();
            assertThat(began.object("data").orElseThrow())
                    .hasToString("{\"is_typing\":true,\"thread_id\":\"" + thread
                            + "\",\"user_id\":\"@ada6:test.example\"}");
            ada.post("/v1/threads/" + thread + "/typing", "{\"is_typing\":false}")
                    .ok();
            assertThat(bobs.next("typing").object("data").orElseThrow().bool("is_typing"))
                    .contains(false);
            assertThat(adas.isQuietFor(Duration.ofMillis(300))).isTrue();
        }
    }

    @Test
    void anInvitationIsAnEvent() {
        App ada = node.app("ada7");
        App bob = node.app("bob7");
        try (var socket = Socket.of(node, bob)) {
            socket.next("ready");
            String thread = ada.write(bob.user().toString(), "psst").text("thread_id");
            JsonObject data = socket.next("invitation").object("data").orElseThrow();
            assertThat(data.string("thread_id")).contains(thread);
            assertThat(data.string("invited_by")).contains("@ada7:test.example");
            assertThat(data.string("membership")).contains("invited");
            assertThat(data.toString()).doesNotContain("psst");
        }
    }

    @Test
    void ofAThreadThatIsNoneOfTheirsUsersAreToldNothing() throws InterruptedException {
        App ada = node.app("ada8");
        App eve = node.app("eve8");
        String thread = ada.write(node.app("bob8").user().toString(), "0").text("thread_id");
        try (var socket = Socket.of(node, eve)) {
            socket.next("ready");
            ada.write(thread, "secret");
            ada.post("/v1/threads/" + thread + "/typing", "{\"is_typing\":true}")
                    .ok();
            assertThat(socket.isQuietFor(Duration.ofMillis(500))).isTrue();
        }
    }

    @Test
    void whoIsSignedOutIsDisconnected() {
        App ada = node.app("ada9");
        App bob = node.app("bob9");
        String thread = ada.write(bob.user().toString(), "0").text("thread_id");
        bob.post("/v1/threads/" + thread + "/join", "").ok();
        try (var socket = Socket.of(node, bob)) {
            socket.next("ready");
            node.residents().signOut(bob.token());
            ada.write(thread, "secret");
            assertThat(socket.next("error").object("problem").orElseThrow().string("errcode"))
                    .contains("M_UNKNOWN_TOKEN");
            assertThat(socket.closeCode()).isEqualTo(4401);
        }
    }

    @Test
    void aWrongTokenEndsTheConnection() {
        try (var socket = Socket.open(node)) {
            socket.send("{\"type\":\"auth\",\"token\":\"nonsense\"}");
            assertThat(socket.next("error").object("problem").orElseThrow().string("errcode"))
                    .contains("M_UNKNOWN_TOKEN");
            assertThat(socket.closeCode()).isEqualTo(4401);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"ping\"}",
                "{\"type\":\"request\",\"id\":1,\"operation\":\"getConfig\"}",
                "{\"type\":\"auth\"}",
                "nonsense"
            })
    void theFirstFrameSaysWhoItIs(String frame) {
        try (var socket = Socket.open(node)) {
            socket.send(frame);
            socket.next("error");
            assertThat(socket.closeCode()).isEqualTo(4401);
        }
    }

    @Test
    void aBadFrameIsToldAndOneThatIsNoJsonEndsTheConnection() {
        App ada = node.app("ada10");
        try (var socket = Socket.of(node, ada)) {
            socket.next("ready");
            socket.send("{\"type\":\"dance\"}");
            assertThat(socket.next("error").object("problem").orElseThrow().string("errcode"))
                    .contains("M_UNRECOGNIZED");
            socket.send("{\"type\":\"request\",\"id\":\"a\"}");
            assertThat(socket.next("response").string("id")).contains("a");
            socket.send("{\"type\":\"auth\",\"token\":\"" + ada.token() + "\"}");
            socket.next("error");
            socket.send("nonsense");
            socket.next("error");
            assertThat(socket.closeCode()).isEqualTo(4400);
        }
    }

    @Test
    void aClientThatOnlyMakesMistakesIsGivenUp() {
        try (var socket = Socket.of(node, node.app("ada11"))) {
            socket.next("ready");
            for (int i = 0; i < 21; i++) {
                socket.send("{\"type\":\"dance\"}");
            }
            assertThat(socket.closeCode()).isEqualTo(4400);
        }
    }

    @Test
    void aTokenInTheUrlIsRefused() {
        App ada = node.app("ada12");
        try (var socket = Socket.openWithQuery(node, "access_token=" + ada.token())) {
            socket.next("error");
            assertThat(socket.closeCode()).isEqualTo(4403);
        }
    }

    @Test
    void aPageOfAnotherOriginMayNotConnect() {
        try (var socket = Socket.open(node, "Origin", "https://evil.example")) {
            socket.next("error");
            assertThat(socket.closeCode()).isEqualTo(4403);
        }
        App ada = node.app("ada13");
        for (String origin : List.of("http://chat.example.org", "https://app.example.org")) {
            try (var socket = Socket.open(node, "Origin", origin)) {
                socket.send("{\"type\":\"auth\",\"token\":\"" + ada.token() + "\"}");
                socket.next("ready");
            }
        }
    }

    @Test
    void aFrameThatIsTooLargeEndsTheConnection() {
        try (var socket = Socket.of(node, node.app("ada14"))) {
            socket.next("ready");
            socket.offer("{\"type\":\"ping\",\"x\":\"" + "x".repeat(100_000) + "\"}");
            assertThat(socket.closeCode()).isIn(1006, 1009);
        }
    }

    @Test
    void whoSaysNothingIsNotKept() {
        try (var socket = Socket.open(node)) {
            assertThat(socket.next("error").object("problem").orElseThrow().string("errcode"))
                    .contains("M_MISSING_TOKEN");
            assertThat(socket.closeCode()).isEqualTo(4408);
        }
    }
}

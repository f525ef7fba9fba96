package im.holm.system;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.event.EventDraft;
import im.holm.protocol.event.EventTypes;
import im.holm.protocol.event.Pdu;
import im.holm.protocol.id.EventId;
import im.holm.protocol.id.KeyId;
import im.holm.protocol.id.RoomId;
import im.holm.protocol.id.UserId;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonLimits;
import im.holm.protocol.json.JsonObject;
import im.holm.protocol.json.JsonParser;
import im.holm.protocol.json.JsonString;
import im.holm.protocol.json.JsonValue;
import im.holm.protocol.json.JsonWriter;
import im.holm.protocol.signing.Ed25519Signer;
import im.holm.protocol.signing.EventSigning;
import im.holm.protocol.signing.SignedEvent;
import im.holm.protocol.version.RoomVersions;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `holm explain` of a file: Bob was banned, and his server goes on as if it had not happened.
class ExplainTest {

    private static final UserId ALICE = UserId.of("@alice:one.example");
    private static final UserId BOB = UserId.of("@bob:two.example");
    private static final KeyId KEY = KeyId.of("ed25519:1");

    @TempDir
    Path scratch;

    private int depth;
    private Optional<RoomId> room = Optional.empty();
    private List<EventId> heads = List.of();
    private Pdu create;
    private Pdu aliceJoin;
    private Pdu rules;
    private Pdu bobJoin;
    private Pdu ban;

    @BeforeEach
    void drawTheRoom() throws Exception {
        JsonObject version = JsonObject.EMPTY.with("room_version", "12");
        create = event(ALICE, EventTypes.CREATE, Optional.of(""), version, List.of());
        room = Optional.of(create.roomId());
        aliceJoin = member(ALICE, ALICE, "join", List.of());
        rules = event(
                ALICE,
                EventTypes.JOIN_RULES,
                Optional.of(""),
                JsonObject.EMPTY.with("join_rule", "public"),
                List.of(aliceJoin));
        bobJoin = member(BOB, BOB, "join", List.of(rules));
        ban = member(ALICE, BOB, "ban", List.of(aliceJoin, bobJoin));
        write("state.json", array(create, aliceJoin, rules, ban));
        write("auth.json", array(bobJoin));
        write("keys.json", keys(ALICE, BOB));
    }

    @Test
    void theExampleOfTheDocumentationIsWhatIsPrinted() throws Exception {
        write("event.json", message("I was never banned", List.of(bobJoin)).json());
        String printed = explain(
                1,
                "event.json",
                "--state",
                "state.json",
                "--auth",
                "auth.json",
                "--keys",
                "keys.json");
        assertThat(printed).contains("5  ", "rejected", "rule 6 sender.not_joined", "(ban)");
        Path page = SourceTree.rootFolder().resolve("docs/explain.md");
        assertThat(Files.readString(page)).contains("```\n" + printed + "```\n");
    }

    @Test
    void whatIsAcceptedHasStatus0AndTheSameInJson() throws Exception {
        heads = List.of(bobJoin.eventId());
        write("before.json", array(create, aliceJoin, rules, bobJoin));
        write("event.json", message("before the ban", List.of(bobJoin)).json());
        String printed = explain(
                0,
                "event.json",
                "--state",
                "before.json",
                "--current",
                "before.json",
                "--keys",
                "keys.json",
                "--json");
        JsonObject report = JsonParser.parseObject(
                        printed.getBytes(), JsonLimits.clientBody(1 << 20))
                .object()
                .orElseThrow();
        assertThat(report.string("outcome")).contains("accepted");
        assertThat(report.bool("complete")).contains(true);
        assertThat(explain(1, "event.json", "--state", "before.json", "--current", "state.json"))
                .contains("2  signatures", "not made", "FAILED, soft-failed", "=> soft-failed");
    }

    @Test
    void aForgedEventIsDroppedAndOneWithOtherContentLosesIt() throws Exception {
        JsonObject event = message("hello", List.of(bobJoin)).json();
        write("event.json", event.with("depth", 99));
        assertThat(explain(1, "event.json", "--version", "12", "--keys", "keys.json"))
                .contains("the signature of two.example by ed25519:1 is wrong", "=> dropped");
        JsonObject other = JsonObject.EMPTY.with("msgtype", "m.text").with("body", "bye");
        write("event.json", event.with("content", other));
        assertThat(explain(0, "event.json", "--version", "12", "--keys", "keys.json"))
                .contains("2  signatures                       passed")
                .contains("3  content hash                     FAILED, redacted")
                .contains("=> nothing against it, without its content, but not every check");
    }

    @Test
    void badInputIsOneLineAndStatus2() throws Exception {
        write("event.json", message("hello", List.of()).json());
        write("text.json", new JsonString("no event"));
        Files.writeString(scratch.resolve("broken.json"), "{\"type\":");
        refuses("there is no file absent.json", "absent.json");
        refuses("broken.json is no JSON", "broken.json");
        refuses("which room version?", "event.json");
        refuses("room version '99'", "event.json", "--version", "99");
        refuses("no array of JSON objects", "event.json", "--state", "text.json");
        refuses("'$' is no event id", "$");
    }

    private void refuses(String reason, String... arguments) throws Exception {
        assertThat(explain(2, arguments).lines().toList())
                .singleElement()
                .asString()
                .startsWith("holm: ")
                .contains(reason);
    }

    private String explain(int status, String... arguments) throws Exception {
        String[] all = new String[arguments.length + 1];
        all[0] = "explain";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        try (var holm = HolmProcess.start(scratch, Map.of(), all)) {
            assertThat(holm.awaitExit()).as(holm.output()).isEqualTo(status);
            return holm.output();
        }
    }

    private Pdu member(UserId sender, UserId target, String membership, List<Pdu> auth) {
        return event(
                sender,
                EventTypes.MEMBER,
                Optional.of(target.toString()),
                JsonObject.EMPTY.with("membership", membership),
                auth);
    }

    private Pdu message(String text, List<Pdu> auth) {
        return event(
                BOB,
                EventTypes.MESSAGE,
                Optional.empty(),
                JsonObject.EMPTY.with("msgtype", "m.text").with("body", text),
                auth);
    }

    private Pdu event(
            UserId sender,
            String type,
            Optional<String> stateKey,
            JsonObject content,
            List<Pdu> auth) {
        var draft = new EventDraft(
                room,
                sender,
                type,
                stateKey,
                content,
                heads,
                auth.stream().map(Pdu::eventId).toList(),
                ++depth,
                1_764_000_000_000L + depth);
        return switch (EventSigning.sign(RoomVersions.V12, draft, signer(sender))) {
            case SignedEvent.Signed(var signed) -> {
                heads = List.of(signed.eventId());
                yield signed.pdu();
            }
            case SignedEvent.Refused(boolean tooLarge, String reason) ->
                throw new AssertionError(reason);
        };
    }

    private static Ed25519Signer signer(UserId user) {
        byte[] seed = Arrays.copyOf(user.toString().getBytes(), Ed25519Signer.SEED_BYTES);
        return Ed25519Signer.fromSeed(user.server(), KEY, seed);
    }

    private static JsonArray keys(UserId... users) {
        return JsonArray.of(Arrays.stream(users)
                .map(user -> JsonObject.builder()
                        .put("server_name", user.server().text())
                        .put("valid_until_ts", 1_765_000_000_000L)
                        .put(
                                "verify_keys",
                                JsonObject.EMPTY.with(
                                        KEY.toString(),
                                        JsonObject.EMPTY.with(
                                                "key",
                                                Base64.getEncoder()
                                                        .withoutPadding()
                                                        .encodeToString(
                                                                signer(user).publicKey()))))
                        .build())
                .toList());
    }

    private static JsonArray array(Pdu... events) {
        return JsonArray.of(Arrays.stream(events).map(Pdu::json).toList());
    }

    private void write(String name, JsonValue value) throws Exception {
        Files.write(scratch.resolve(name), JsonWriter.write(value));
    }
}

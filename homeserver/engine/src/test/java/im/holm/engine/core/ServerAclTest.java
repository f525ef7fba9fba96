package im.holm.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.id.ServerName;
import im.holm.protocol.json.JsonArray;
import im.holm.protocol.json.JsonBoolean;
import im.holm.protocol.json.JsonObject;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

class ServerAclTest {

    private static JsonObject acl(List<String> allow, List<String> deny) {
        return JsonObject.of("allow", JsonArray.ofStrings(allow))
                .with("deny", JsonArray.ofStrings(deny));
    }

    private static boolean admits(JsonObject acl, String server) {
        return ServerAcl.admits(acl, ServerName.of(server));
    }

    @Test
    void denyWinsOverAllowAndNothingAllowedIsNothingAdmitted() {
        var acl = acl(List.of("*"), List.of("*.evil.example", "evil.example"));
        assertThat(admits(acl, "good.example")).isTrue();
        assertThat(admits(acl, "evil.example")).isFalse();
        assertThat(admits(acl, "very.EVIL.example:8448")).isFalse();
        assertThat(admits(acl, "notevil.example")).isTrue();
        assertThat(admits(JsonObject.EMPTY, "good.example")).isFalse();
        assertThat(admits(acl(List.of("g??d.*"), List.of()), "good.example")).isTrue();
    }

    @Test
    void addressLiteralsCanBeShutOut() {
        var acl = acl(List.of("*"), List.of()).with("allow_ip_literals", JsonBoolean.of(false));
        assertThat(admits(acl, "1.2.3.4")).isFalse();
        assertThat(admits(acl, "[::1]:8448")).isFalse();
        assertThat(admits(acl, "example.org")).isTrue();
    }

    @Test
    void aPatternMadeToBeSlowIsNot() {
        String glob = "*a".repeat(5_000) + "b";
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(2),
                () -> assertThat(ServerAcl.matches(glob, "a".repeat(230))).isFalse());
    }
}

package im.holm.messenger;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.protocol.json.JsonObject;

import org.junit.jupiter.api.Test;

class ConfigTest {

    @Test
    void clientsLearnWhereTheGatewayIsAndWhatTheLimitsAre() {
        try (var node = MessengerNode.start()) {
            JsonObject config = node.app("ada").get("/v1/config").ok().body();
            assertThat(config.object("gateway").orElseThrow().string("url"))
                    .contains(node.gatewayUrl() + "/v1/gateway");
            assertThat(config.object("limits").orElseThrow().integer("group_members"))
                    .hasValue(250);
            node.appWithToken("none").get("/v1/config").isProblem(401, "M_UNKNOWN_TOKEN");
        }
    }

    @Test
    void behindATlsProxyTheGatewaySharesThePublicOrigin() {
        try (var node = MessengerNode.start(
                plan -> plan.with("HOLM_CLIENT_PUBLIC_URL", "https://chat.example.org"))) {
            assertThat(node.app("ada").get("/v1/config").ok().body().object("gateway"))
                    .hasValueSatisfying(gateway -> assertThat(gateway.string("url"))
                            .contains("wss://chat.example.org/v1/gateway"));
        }
    }
}

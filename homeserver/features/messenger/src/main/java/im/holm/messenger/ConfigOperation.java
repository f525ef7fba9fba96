package im.holm.messenger;

import im.holm.platform.http.Method;
import im.holm.protocol.json.JsonObject;
import im.holm.slice.Documented;
import im.holm.slice.Operation;

/// `GET /v1/config`: where the gateway is, and the limits of this server.
final class ConfigOperation {

    private final String serverName;
    private final String region;
    private final GatewayAddress gateway;

    ConfigOperation(String serverName, String region, GatewayAddress gateway) {
        this.serverName = serverName;
        this.region = region;
        this.gateway = gateway;
    }

    Operation operation() {
        return new Operation(
                Method.GET,
                "/v1/config",
                new Documented("getConfig", "holm", "ConfigTest"),
                (_, _) -> Answers.ok(config()));
    }

    private JsonObject config() {
        var limits = JsonObject.builder()
                .put("text_bytes", Messages.TEXT_LIMIT_BYTES)
                .put("attachments", Attachment.COUNT_MAX)
                .put("group_members", Threads.GROUP_MAX)
                .put("conversations_page", Conversations.LIMIT_MAX)
                .put("messages_page", History.LIMIT_MAX)
                .put("frame_bytes", Gateway.FRAME_BYTES_MAX)
                .put("auth_timeout_ms", Gateway.AUTH_TIMEOUT.toMillis())
                .put("resume_max_age_ms", GatewayFeed.RESUME_AGE_MAX.toMillis());
        return JsonObject.builder()
                .put("server_name", serverName)
                .put("region", region)
                .put("gateway", JsonObject.builder().put("url", gateway.url()).build())
                .put("limits", limits.build())
                .build();
    }
}

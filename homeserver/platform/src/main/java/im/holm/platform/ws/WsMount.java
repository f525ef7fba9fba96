package im.holm.platform.ws;

/// An endpoint and the exact path that it answers on, such as `/v1/gateway`.
public record WsMount(String path, WsEndpoint endpoint) {}

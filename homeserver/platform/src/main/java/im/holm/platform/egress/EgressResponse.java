package im.holm.platform.egress;

import im.holm.platform.http.Headers;

/// What the other side answered, whole.
public record EgressResponse(int status, Headers headers, byte[] body) {}

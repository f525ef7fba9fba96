package im.holm.slice;

import im.holm.platform.error.Problem;

/// Recognizes access tokens. One set of accounts and tokens serves all faces: the Matrix client
/// API, `/v1` and the gateway.
public interface CallerSource {

    Recognition recognize(String accessToken);

    sealed interface Recognition {
        record Known(Caller caller) implements Recognition {}

        /// The token is of this source, but does not (or no longer) let anybody in.
        record Refused(Problem problem) implements Recognition {}

        /// Not a token of this source; another may know it.
        record Unknown() implements Recognition {}
    }
}

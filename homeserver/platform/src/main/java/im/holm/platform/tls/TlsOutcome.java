package im.holm.platform.tls;

import javax.net.ssl.SSLContext;

/// What came of reading certificates for TLS.
public sealed interface TlsOutcome {
    record Ready(SSLContext context) implements TlsOutcome {}

    /// One line that names the file and what is wrong with it.
    record Unusable(String reason) implements TlsOutcome {}
}

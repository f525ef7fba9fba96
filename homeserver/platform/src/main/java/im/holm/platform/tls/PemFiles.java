package im.holm.platform.tls;

import java.nio.file.Path;

/// Where a certificate chain and its private key lie, in PEM.
public record PemFiles(Path certificate, Path key) {}

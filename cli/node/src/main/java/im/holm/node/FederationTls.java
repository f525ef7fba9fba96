package im.holm.node;

import im.holm.platform.config.Config;
import im.holm.platform.config.Settings;
import im.holm.platform.time.Time;
import im.holm.platform.tls.PemFiles;
import im.holm.platform.tls.SelfSigned;
import im.holm.slice.assembly.StartRefused;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The certificate of the federation listener: the configured one, or one that vouches for itself,
/// made once and kept in the data directory. Other servers do not trust the latter unless told to.
final class FederationTls {

    private static final String NAME = "federation";

    private FederationTls() {}

    static PemFiles files(Config config, Time time) throws StartRefused {
        Optional<Path> certificate = config.get(Settings.FEDERATION_TLS_CERTIFICATE);
        Optional<Path> key = config.get(Settings.FEDERATION_TLS_KEY);
        if (certificate.isPresent() && key.isPresent()) {
            return new PemFiles(certificate.get(), key.get());
        }
        Path directory = config.get(Settings.DATA_DIR).resolve("tls");
        var made = new PemFiles(directory.resolve(NAME + ".crt"), directory.resolve(NAME + ".key"));
        if (Files.exists(made.certificate()) && Files.exists(made.key())) {
            return made;
        }
        try {
            return SelfSigned.write(
                    directory,
                    NAME,
                    List.of(config.get(Settings.SERVER_NAME).host(), "localhost"),
                    List.of(InetAddress.getLoopbackAddress()),
                    time);
        } catch (IOException e) {
            throw new StartRefused("no certificate could be made in " + directory + ": " + e);
        }
    }
}

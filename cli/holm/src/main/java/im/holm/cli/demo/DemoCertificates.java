package im.holm.cli.demo;

import im.holm.platform.time.Time;
import im.holm.platform.tls.PemFiles;
import im.holm.platform.tls.SelfSigned;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;

/// One certificate for `localhost` that both regions present and trust.
record DemoCertificates(Path certificate, Path key) {

    static DemoCertificates make(Path dir) {
        try {
            PemFiles files = SelfSigned.write(
                    dir,
                    "localhost",
                    List.of("localhost"),
                    List.of(InetAddress.getLoopbackAddress()),
                    Time.system());
            return new DemoCertificates(files.certificate(), files.key());
        } catch (IOException e) {
            throw new DemoFailure("no certificate could be made in " + dir + ": " + e);
        }
    }
}

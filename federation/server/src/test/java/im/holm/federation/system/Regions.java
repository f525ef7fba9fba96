package im.holm.federation.system;

import im.holm.platform.time.Time;
import im.holm.platform.tls.PemFiles;
import im.holm.platform.tls.SelfSigned;
import im.holm.protocol.id.ServerName;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Servers that trust each other's certificates, one named by an address, the others by a name.
final class Regions implements AutoCloseable {
    final Region eu;
    final Region us;
    final Region ap;

    Regions(Path dir) throws IOException {
        PemFiles euTls = certificate(dir, "eu");
        PemFiles usTls = certificate(dir, "us");
        PemFiles apTls = certificate(dir, "ap");
        Path trusted = dir.resolve("ca.pem");
        Files.writeString(
                trusted,
                Files.readString(euTls.certificate())
                        + Files.readString(usTls.certificate())
                        + Files.readString(apTls.certificate()));
        eu = new Region(
                ServerName.of("127.0.0.1:" + freePort()), dir.resolve("eu"), euTls, trusted);
        us = new Region(
                ServerName.of("localhost:" + freePort()), dir.resolve("us"), usTls, trusted);
        ap = new Region(
                ServerName.of("localhost:" + freePort()), dir.resolve("ap"), apTls, trusted);
    }

    private static PemFiles certificate(Path dir, String name) throws IOException {
        return SelfSigned.write(
                dir.resolve("tls"),
                name,
                List.of("localhost"),
                List.of(InetAddress.ofLiteral("127.0.0.1")),
                Time.system());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        eu.close();
        us.close();
        ap.close();
    }
}

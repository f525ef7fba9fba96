package im.holm.platform.egress;

import static org.assertj.core.api.Assertions.assertThat;

import im.holm.platform.egress.Resolver.Answer;
import im.holm.platform.egress.Resolver.Srv;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Against a DNS server of three names, over UDP on loopback.
class SystemResolverTest {
    private DatagramSocket server;
    private SystemResolver resolver;

    @BeforeEach
    void start() throws IOException {
        server = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
        resolver = new SystemResolver(Optional.of("127.0.0.1:" + server.getLocalPort()));
    }

    @AfterEach
    void stop() {
        resolver.close();
        server.close();
    }

    @Test
    void recordsComeBestFirst() {
        assertThat(resolver.services("_matrix-fed._tcp.two.test"))
                .isEqualTo(new Answer.Found<>(List.of(
                        new Srv(10, 0, 8448, "first.two.test"),
                        new Srv(20, 5, 443, "second.two.test"))));
    }

    @Test
    void aTargetOfADotIsNoService() {
        assertThat(resolver.services("_matrix-fed._tcp.dot.test")).isEqualTo(new Answer.None<>());
    }

    @Test
    void anUnknownNameIsNone() {
        assertThat(resolver.services("_matrix-fed._tcp.nowhere.test"))
                .isEqualTo(new Answer.None<>());
        assertThat(resolver.services("not a name")).isEqualTo(new Answer.None<>());
    }

    @Test
    void aServerThatDoesNotAnswerIsAFailureInTime() {
        long started = System.nanoTime();

        assertThat(resolver.services("_matrix-fed._tcp.silent.test"))
                .isInstanceOf(Answer.Failed.class);
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(8));
    }

    @Test
    void addressesAreResolvedByTheSystemAndLiteralsByNobody() {
        assertThat(resolver.addresses("localhost")).isInstanceOf(Answer.Found.class);
        assertThat(resolver.addresses("[::1]"))
                .isEqualTo(new Answer.Found<>(List.of(InetAddress.ofLiteral("::1"))));
        assertThat(resolver.addresses("a b")).isEqualTo(new Answer.None<>());
    }

    @Test
    void equalPrioritiesAreChosenByWeight() {
        Srv heavy = new Srv(1, 90, 1, "heavy");
        Srv light = new Srv(1, 10, 1, "light");
        Srv last = new Srv(2, 100, 1, "last");
        int heavyFirst = 0;
        for (int i = 0; i < 1000; i++) {
            List<Srv> order = SystemResolver.inOrder(List.of(last, light, heavy));
            assertThat(order.getLast()).isEqualTo(last);
            heavyFirst += order.getFirst().equals(heavy) ? 1 : 0;
        }
        assertThat(heavyFirst).isBetween(800, 980);
    }

    private void serve() {
        byte[] buffer = new byte[1500];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                server.receive(packet);
                byte[] question = Arrays.copyOf(packet.getData(), packet.getLength());
                byte[] answer = answer(question);
                if (answer.length > 0) {
                    server.send(
                            new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private static byte[] answer(byte[] question) throws IOException {
        String text = new String(question, StandardCharsets.ISO_8859_1);
        if (text.contains("silent")) {
            return new byte[0];
        }
        List<byte[]> records = text.contains("two")
                ? List.of(
                        record(20, 5, 443, "second.two.test"),
                        record(10, 0, 8448, "first.two.test"))
                : text.contains("dot") ? List.of(record(0, 0, 0, "")) : List.of();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(question, 0, 2);
        out.writeShort(records.isEmpty() ? 0x8183 : 0x8180);
        out.writeShort(1);
        out.writeShort(records.size());
        out.writeInt(0);
        int end = 12;
        while (question[end] != 0) {
            end += question[end] + 1;
        }
        out.write(question, 12, end + 5 - 12);
        for (byte[] data : records) {
            out.write(new byte[] {(byte) 0xC0, 12, 0, 33, 0, 1, 0, 0, 0, 60});
            out.writeShort(data.length);
            out.write(data);
        }
        return bytes.toByteArray();
    }

    private static byte[] record(int priority, int weight, int port, String target)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(priority);
        out.writeShort(weight);
        out.writeShort(port);
        for (String label : target.isEmpty() ? new String[0] : target.split("\\.")) {
            out.writeByte(label.length());
            out.write(label.getBytes(StandardCharsets.US_ASCII));
        }
        out.writeByte(0);
        return bytes.toByteArray();
    }
}

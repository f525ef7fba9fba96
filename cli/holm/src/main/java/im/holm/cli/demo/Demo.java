package im.holm.cli.demo;

import im.holm.node.Node;
import im.holm.platform.egress.DenyList;
import im.holm.platform.egress.EgressOptions;
import im.holm.platform.egress.EgressPolicy;
import im.holm.platform.egress.SocketEgress;
import im.holm.platform.egress.SystemResolver;
import im.holm.platform.metrics.Metrics;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Two homeservers, regions eu and us, and one conversation between them.
public final class Demo implements AutoCloseable {

    private final Region eu;
    private final Region us;
    private final PrintWriter out;
    private final List<Node> nodes = new ArrayList<>();

    /// @param base of the EU's ports; those of the US lie 10,000 higher
    public Demo(int base, Path dir, PrintWriter out) {
        this.eu = new Region("eu", base, dir.resolve("eu"));
        this.us = new Region("us", base + 10_000, dir.resolve("us"));
        this.out = out;
    }

    /// Starts both regions.
    ///
    /// @throws DemoFailure if one does not start
    public void start(Path certificateDir) throws InterruptedException {
        DemoCertificates certificates = DemoCertificates.make(certificateDir);
        for (Region region : List.of(eu, us)) {
            long begun = System.nanoTime();
            nodes.add(region.start(certificates));
            out.printf(
                    "  %-3s %s is ready after %d ms%n",
                    region.name(), region.serverName(), (System.nanoTime() - begun) / 1_000_000);
            out.flush();
        }
    }

    /// Holds the conversation, printing it while it happens.
    ///
    /// @throws DemoFailure if something is not as it must be
    public void converse() throws InterruptedException {
        var metrics = new Metrics();
        var transcript = new Transcript(out);
        try (var resolver = new SystemResolver();
                SocketEgress egress = egress(resolver, metrics)) {
            Conversation.People people = new Conversation(eu, us, egress, transcript).hold();
            out.println();
            out.println(transcript.summary());
            out.flush();
            inviteOthers(people);
        }
    }

    private static SocketEgress egress(SystemResolver resolver, Metrics metrics) {
        var options = EgressOptions.of(DenyList.nothing(), Optional.empty());
        return switch (SocketEgress.open(options, EgressPolicy.ALLOW_ALL, resolver, metrics)) {
            case SocketEgress.Opening.Open(SocketEgress egress) -> egress;
            case SocketEgress.Opening.Unusable(String reason) -> throw new DemoFailure(reason);
        };
    }

    private void inviteOthers(Conversation.People people) {
        out.println();
        out.println("Both servers stay up; registration is open. Connect to them:");
        for (Region region : List.of(eu, us)) {
            var person = region == eu ? people.ada() : people.grace();
            out.printf(
                    "  %s  Matrix client: homeserver %s, user %s, password \"%s\"%n",
                    region.name(), region.clientUrl(), person.userId(), people.password());
            out.printf(
                    "      /v1 client:    curl -H 'Authorization: Bearer %s' %s/v1/conversations%n",
                    person.accessToken(), region.clientUrl());
            out.printf(
                    "      gateway:       ws://localhost:%d/v1/gateway, first frame"
                            + " {\"type\":\"auth\",\"token\":\"...\"}%n",
                    region.gatewayPort());
        }
        out.flush();
    }

    @Override
    public void close() {
        nodes.reversed().forEach(Node::stop);
    }
}

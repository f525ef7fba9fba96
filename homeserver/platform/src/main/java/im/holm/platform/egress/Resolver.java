package im.holm.platform.egress;

import java.net.InetAddress;
import java.util.List;

/// DNS. Answers are values; each look-up takes at most a few seconds.
public interface Resolver {
    /// Addresses of a host, in the order in which they should be tried; an IP literal is its
    /// own answer.
    Answer<InetAddress> addresses(String host);

    /// SRV records such as `_matrix-fed._tcp.example.org`, best first (RFC 2782).
    Answer<Srv> services(String name);

    /// @param <T> what was asked for
    sealed interface Answer<T> {
        /// At least one.
        record Found<T>(List<T> records) implements Answer<T> {
            public Found {
                records = List.copyOf(records);
            }
        }

        /// The name or the type does not exist.
        record None<T>() implements Answer<T> {}

        /// DNS did not answer, in time or at all: asking again later may help.
        record Failed<T>(String reason) implements Answer<T> {}
    }

    /// One SRV record; the target is without its final dot.
    record Srv(int priority, int weight, int port, String target) {}
}

package im.holm.platform.egress;

/// The only way out: sends a request where policy and deny list permit it. Blocks until there is an
/// outcome, at most the request's deadline.
@FunctionalInterface
public interface Egress {
    EgressOutcome send(EgressRequest request);
}

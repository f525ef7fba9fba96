package im.holm.federation.discovery;

import java.util.List;

/// What discovery says of a name.
public sealed interface Resolution {

    /// @param endpoints tried in turn; at least one, at most [Discovery#ENDPOINTS_MAX]
    record Found(List<Endpoint> endpoints) implements Resolution {
        public Found {
            endpoints = List.copyOf(endpoints);
        }
    }

    /// The name leads nowhere now.
    record Failed(String reason) implements Resolution {}
}

package im.holm.slice;

import java.util.Objects;

/// What the endpoint ledger says of a route or an operation.
///
/// @param operationId the spec's own, e.g. `sendMessage`; our name where the spec has none
/// @param addedIn the spec version that brought it, e.g. `r0`, `1.3`; `holm` for ours; an MSC for
/// unstable ones
/// @param test the test class that shows it, by simple name
public record Documented(String operationId, String addedIn, String test) {

    public Documented {
        Objects.requireNonNull(operationId);
        Objects.requireNonNull(addedIn);
        Objects.requireNonNull(test);
    }
}

package im.holm.platform.db;

import java.util.List;

/// Whether a database keeps what it has confirmed.
public sealed interface DurabilityVerdict {
    record Safe() implements DurabilityVerdict {}

    /// What is unsafe, each reason one line that names the setting, its value and what it
    /// should be.
    record Unsafe(List<String> reasons) implements DurabilityVerdict {}
}

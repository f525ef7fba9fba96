package im.holm.platform.health;

import java.util.Optional;

/// One thing that must be right for the node to be ready.
///
/// @param probe nothing when it is right, else one line of what is wrong; must answer within a
/// second
public record Check(String name, Probe probe) {
    @FunctionalInterface
    public interface Probe {
        Optional<String> problem();
    }
}

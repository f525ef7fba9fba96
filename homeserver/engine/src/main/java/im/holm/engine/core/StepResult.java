package im.holm.engine.core;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// @param next the state to step from next; if there is an append among the effects, it is
/// speculative until that is durable
public record StepResult(RoomState next, List<RoomEffect> effects) {

    public StepResult {
        Objects.requireNonNull(next);
        effects = List.copyOf(effects);
    }

    public Optional<RoomAppend> append() {
        return effects.stream()
                .filter(RoomEffect.Append.class::isInstance)
                .map(effect -> ((RoomEffect.Append) effect).append())
                .findFirst();
    }
}

package im.holm.rooms.planted;

/// Reflection.
final class PlantedReflection {
    java.lang.reflect.Method method;
}

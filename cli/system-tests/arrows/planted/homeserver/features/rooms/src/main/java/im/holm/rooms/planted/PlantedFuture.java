package im.holm.rooms.planted;

/// A future in a signature.
final class PlantedFuture {
    java.util.concurrent.Future<String> later() {
        return null;
    }
}

package im.holm.platform.planted;

/// A client of others in the platform, but not in egress.
final class PlantedClient {
    java.net.http.HttpClient client = java.net.http.HttpClient.newHttpClient();
}

package im.holm.protocol.planted;

/// The protocol reaches for the network (the module system would refuse most libraries already).
final class PlantedTokenizer {
    javax.net.ServerSocketFactory factory;
}

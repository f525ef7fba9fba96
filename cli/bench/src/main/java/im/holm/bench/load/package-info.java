/// The load generator behind `holm bench`: drives any Matrix homeserver through the public client
/// API, and says what it took, delivered and how late. docs/benchmarking.md explains the numbers.
package im.holm.bench.load;

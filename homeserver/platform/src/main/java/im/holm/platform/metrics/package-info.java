/// The node's metrics, in a registry of our own.
package im.holm.platform.metrics;

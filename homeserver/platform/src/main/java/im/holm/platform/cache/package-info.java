/// What a node keeps in memory only to be quick, bounded by bytes and counted.
package im.holm.platform.cache;

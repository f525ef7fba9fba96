/// Whether the node lives and is ready, and the management routes that tell.
package im.holm.platform.health;

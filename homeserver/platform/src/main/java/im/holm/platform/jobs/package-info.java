/// What a node does again and again by itself.
package im.holm.platform.jobs;

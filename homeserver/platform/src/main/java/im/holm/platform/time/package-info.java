/// What time it is.
package im.holm.platform.time;

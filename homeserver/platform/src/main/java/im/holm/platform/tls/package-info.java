/// Certificates and keys in PEM files.
package im.holm.platform.tls;

/// `holm demo`: two regions on this machine and one conversation between them, made by clients that
/// know nothing but the public APIs.
package im.holm.cli.demo;

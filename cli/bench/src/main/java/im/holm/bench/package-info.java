/// Measures Holm from outside. Knows what any client knows: HTTP, a process id and the `holm`
/// command; sees none of Holm's own modules.
package im.holm.bench;

/// Turns a list of slices into a node: routes of listeners, with authentication in front of them.
/// Nothing here knows a feature by name.
package im.holm.slice.assembly;

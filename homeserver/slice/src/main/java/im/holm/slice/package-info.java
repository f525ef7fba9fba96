/// The contract between a feature and a node: [im.holm.slice.Slice] and its parts, the ports
/// between features, and the assembly that turns a list of slices into listeners. Features know
/// this package and what lies below it, never each other.
package im.holm.slice;
